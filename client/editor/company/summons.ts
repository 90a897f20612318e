/** "Bring everyone to me": everybody's camera goes where the caller looks, once. Nobody is torn out of what they are doing: in the middle of
 * a gesture or of a text they are asked instead. The server relays it of those only who may facilitate (PROTOCOL.md, L8). */
import type { Box } from '#shared/geometry/box.ts'
import { encodeSummons } from '#shared/live-company.ts'
import type { Camera } from '../../render/scene.ts'
import type { CameraControl } from '../camera.ts'
import { Cell, type ReadonlyCell } from '../cell.ts'
import type { Person } from '../view.ts'
import { Chase } from './chase.ts'
import type { Summoned, SummonsView } from './people-view.ts'

export interface SummonsDeps {
  readonly camera: CameraControl
  readonly people: ReadonlyCell<readonly Person[]>
  /** Whether one is in the middle of something. */
  readonly isBusy: () => boolean
  /** Whether one looks at what this person shows already. */
  readonly isWith: (clientId: number) => boolean
  /** Before the camera goes elsewhere. */
  readonly leave: () => void
  readonly send: (payload: Uint8Array) => void
  readonly announce: (text: string) => void
}

/** Whoever calls again and again is heard this often. */
const DEAF_MS = 3000

export class Summons implements SummonsView {
  readonly summoned = new Cell<Summoned | undefined>(undefined)
  readonly #deps: SummonsDeps
  readonly #chase: Chase
  #place: Box | undefined
  #before: Camera | undefined
  #heardAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: SummonsDeps) {
    this.#deps = deps
    this.#chase = new Chase(deps.camera, () => {})
  }

  bring(): void {
    const { camera, people, send, announce } = this.#deps
    send(encodeSummons(camera.viewport))
    const count = people.value.filter(({ isMe, state }) => !isMe && state !== 'away').length
    announce(count === 1 ? '1 person was brought to you' : `${count} people were brought to you`)
  }

  receive(clientId: number, box: Box): void {
    const nowMs = performance.now()
    const name = this.#deps.people.value.find(person => person.clientId === clientId)?.name
    if (name === undefined || this.#deps.isWith(clientId) || nowMs - this.#heardAtMs < DEAF_MS) return
    this.#heardAtMs = nowMs
    this.#place = box
    this.#before = undefined
    this.summoned.set({ clientId, name, isThere: false })
    if (!this.#deps.isBusy()) this.go()
  }

  go(): void {
    const { value } = this.summoned
    if (!value || !this.#place) return
    const { camera, leave } = this.#deps
    leave()
    this.#before = camera.value
    this.#chase.to(this.#place)
    this.summoned.set({ ...value, isThere: true })
  }

  goBack(): void {
    const { camera } = this.#deps
    this.#chase.rest()
    if (this.#before) camera.set(this.#before)
    this.dismiss()
  }

  dismiss(): void {
    this.#place = undefined
    this.summoned.set(undefined)
  }

  close(): void {
    this.#chase.close()
  }
}
