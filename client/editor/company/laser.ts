/** The laser pointer: one's own trail to the screen at once and to the others thirty times a second, theirs to the screen. */
import { inkPrecision } from '#shared/board/ink.ts'
import type { InkPoint } from '#shared/board/shape.ts'
import { encodeLaser } from '#shared/live-company.ts'
import { LaserTrails } from '../../render/laser-trails.ts'
import { LaserTool } from '../../tools/laser-tool.ts'
import type { CameraControl } from '../camera.ts'
import type { ReadonlyCell } from '../cell.ts'
import type { ToolHost } from '../tool-host.ts'
import type { Person } from '../view.ts'

export interface LaserDeps {
  readonly container: HTMLElement
  readonly camera: CameraControl
  readonly host: ToolHost
  readonly people: ReadonlyCell<readonly Person[]>
  readonly send: (payload: Uint8Array) => void
}

const INTERVAL_MS = 33
/** In a crowd everybody tells less often, as with cursors. */
const CROWD = 100

export class Laser {
  readonly #deps: LaserDeps
  readonly #trails: LaserTrails
  #waiting: { isStart: boolean; points: InkPoint[] } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(deps: LaserDeps) {
    this.#deps = deps
    this.#trails = new LaserTrails(deps.container, () => deps.camera.value)
    deps.host.add('laser', new LaserTool({ point: (isStart, points) => this.#pointed(isStart, points) }))
  }

  receive(clientId: number, isStart: boolean, points: readonly InkPoint[]): void {
    const person = this.#deps.people.value.find(each => each.clientId === clientId)
    if (person) this.#trails.add(String(clientId), person.color, isStart, points, INTERVAL_MS)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#trails.close()
  }

  #pointed(isStart: boolean, points: readonly InkPoint[]): void {
    const me = this.#deps.people.value.find(({ isMe }) => isMe)
    this.#trails.add('me', me?.color ?? 'currentcolor', isStart, points, 0)
    // What has not gone out yet of the trail before goes first.
    if (isStart) this.#flush()
    this.#waiting ??= { isStart, points: [] }
    this.#waiting.points.push(...points)
    if (this.#timer === undefined) this.#flush()
  }

  #flush(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (!waiting) return
    const { send, camera, people } = this.#deps
    send(encodeLaser(waiting.isStart, waiting.points, inkPrecision(camera.value.zoom)))
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#flush()
      },
      INTERVAL_MS * Math.max(1, people.value.length / CROWD),
    )
  }
}
