/** The live payloads of one tick, as frames: one for everybody, and in a crowd (PROTOCOL.md, L7) one for each viewport without the
 * cursors that are far outside of it. Cursors are most of what a crowd sends, and few of them are where one is looking. */
import type { Point } from '#shared/board/shape.ts'
import { type Box, containsPoint } from '#shared/geometry/box.ts'
import { encodeLive, type LiveMessage, liveHead } from '#shared/protocol.ts'

export interface Relayed extends LiveMessage {
  /** Of a cursor: where it is, and where the others last had it. */
  readonly at?: Point
  readonly from?: Point
  /** Whether its sender is on another node, so that the other nodes have it. */
  readonly isElsewhere?: boolean
}

export class LiveTick {
  /** With everything in it. Shared by all who get it, so that it is made into one write once. */
  readonly whole: Uint8Array
  readonly #messages: readonly Relayed[]
  /** Where each message begins in `whole`, and where the last one ends. */
  readonly #starts: Uint32Array

  constructor(messages: readonly Relayed[]) {
    this.#messages = messages
    this.#starts = new Uint32Array(messages.length + 1)
    this.whole = encodeLive(messages, (i, offset) => {
      this.#starts[i] = offset
    })
    this.#starts[messages.length] = this.whole.length
  }

  /** What the other nodes do not have. */
  get ofThisNode(): Relayed[] {
    return this.#messages.filter(({ isElsewhere }) => !isElsewhere)
  }

  /** What concerns who looks at `view`; `undefined` when nothing does. */
  frameFor(view: Box): Uint8Array | undefined {
    const chosen: number[] = []
    let bytes = 0
    this.#messages.forEach((message, i) => {
      if (!concerns(message, view)) return
      chosen.push(i)
      bytes += this.#start(i + 1) - this.#start(i)
    })
    if (chosen.length === 0) return undefined
    if (chosen.length === this.#messages.length) return this.whole
    const head = liveHead(chosen.length)
    const frame = new Uint8Array(head.length + bytes)
    frame.set(head)
    let end = head.length
    for (const i of chosen) {
      const message = this.whole.subarray(this.#start(i), this.#start(i + 1))
      frame.set(message, end)
      end += message.length
    }
    return frame
  }

  #start(i: number): number {
    return this.#starts[i] ?? 0
  }
}

/** Everything but a cursor that neither is in the view nor was. */
function concerns({ at, from }: Relayed, view: Box): boolean {
  if (!at) return true
  return containsPoint(view, at) || (from !== undefined && containsPoint(view, from))
}
