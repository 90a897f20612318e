/** The live payloads of one tick, as frames: one for everybody, and in a crowd (PROTOCOL.md, L7) one for each viewport without the
 * cursors that are far outside of it. Cursors are most of what a crowd sends, and few of them are where one is looking. */
import * as encoding from 'lib0/encoding'
import type { Point } from '#shared/board/shape.ts'
import type { Box } from '#shared/geometry/box.ts'
import { type LiveMessage, TAG } from '#shared/protocol.ts'

export interface Relayed extends LiveMessage {
  /** Of a cursor: where it is, and where the others last had it. */
  readonly at?: Point
  readonly from?: Point
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
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, TAG.live)
    encoding.writeVarUint(encoder, messages.length)
    messages.forEach(({ clientId, payload }, i) => {
      this.#starts[i] = encoding.length(encoder)
      encoding.writeVarUint(encoder, clientId)
      encoding.writeVarUint8Array(encoder, payload)
    })
    this.whole = encoding.toUint8Array(encoder)
    this.#starts[messages.length] = this.whole.length
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
    const head = encoding.createEncoder()
    encoding.writeVarUint(head, TAG.live)
    encoding.writeVarUint(head, chosen.length)
    const headBytes = encoding.toUint8Array(head)
    const frame = new Uint8Array(headBytes.length + bytes)
    frame.set(headBytes)
    let end = headBytes.length
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
  return isIn(at, view) || (from !== undefined && isIn(from, view))
}

const isIn = ([x, y]: Point, view: Box): boolean =>
  x >= view.x && x <= view.x + view.w && y >= view.y && y <= view.y + view.h
