/** What the others are doing: their cursors, and drafts of what they draw, drag and size, made from live payloads. A draft goes
 * when its gesture ends, when its shape arrives on the board, or when its participant leaves. */
import { shapeFromFields } from '#shared/board/layout.ts'
import { inkColor, type Theme } from '#shared/board/palette.ts'
import {
  compareOrder,
  DEFAULT_STYLE,
  type InkPoint,
  isBox,
  type Point,
  type Shape,
} from '#shared/board/shape.ts'
import { decodeLivePayload, type Gesture, type InkChunk } from '#shared/live.ts'
import type { LiveMessage } from '#shared/protocol.ts'
import type { BoardReader } from '../board/board.ts'
import type { Cursor, Draft, DraftInk } from '../render/scene.ts'
import type { Participant } from '../sync/presence.ts'

export interface OthersDeps {
  readonly board: BoardReader
  readonly theme: () => Theme
  readonly setDraft: (owner: string, draft: Draft | undefined) => void
  readonly setCursors: (cursors: readonly Cursor[]) => void
}

interface Activity {
  /** `undefined`: not told yet, the resting place of the presence counts; `null`: off the board. */
  cursor: Point | null | undefined
  gesture: Gesture | undefined
  ink: (DraftInk & { points: InkPoint[] }) | undefined
  /** What they say beside their cursor, or, without one, at this place. */
  line: { readonly text: string; readonly at: Point } | undefined
}

/** Hears of payloads that are not drawn here. */
export type LiveListener = (clientId: number, payload: Uint8Array) => void

export class Others {
  readonly #deps: OthersDeps
  readonly #activities = new Map<number, Activity>()
  readonly #listeners = new Set<LiveListener>()
  #participants: readonly Participant[] = []

  constructor(deps: OthersDeps) {
    this.#deps = deps
    deps.board.subscribe(({ added, updated }) => this.#arrived(new Set([...added, ...updated])))
  }

  /** @param ownClientId  the server's shared frame carries one's own payloads too: they are skipped */
  receive(messages: readonly LiveMessage[], ownClientId: number): void {
    let hasCursor = false
    for (const { clientId, payload } of messages) {
      if (clientId === ownClientId) continue
      const live = decodeLivePayload(payload)
      if (!live) {
        for (const listener of this.#listeners) listener(clientId, payload)
        continue
      }
      const activity = this.#activityOf(clientId)
      switch (live.kind) {
        case 'cursor':
          activity.cursor = live.at ?? null
          hasCursor = true
          break
        case 'gesture':
          activity.gesture = live.gesture
          if (!live.gesture) activity.ink = undefined
          this.#show(clientId, activity)
          break
        case 'ink':
          // `[L3]` A last chunk may come after the stroke it belongs to.
          if (this.#deps.board.get(live.chunk.id)) break
          activity.ink = extended(activity.ink, live.chunk)
          this.#show(clientId, activity)
          break
      }
    }
    if (hasCursor) this.#showCursors()
  }

  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Shows what somebody says, until they say something else. */
  say(clientId: number, line: Activity['line']): void {
    this.#activityOf(clientId).line = line
    this.#showCursors()
  }

  /** Who is here now, by presence. */
  setParticipants(participants: readonly Participant[]): void {
    this.#participants = participants
    const here = new Set(participants.map(participant => participant.clientId))
    for (const clientId of this.#activities.keys()) {
      if (here.has(clientId)) continue
      this.#activities.delete(clientId)
      this.#deps.setDraft(String(clientId), undefined)
    }
    this.#showCursors()
  }

  themeChanged(): void {
    this.#showCursors()
  }

  #activityOf(clientId: number): Activity {
    let activity = this.#activities.get(clientId)
    if (!activity) {
      activity = { cursor: undefined, gesture: undefined, ink: undefined, line: undefined }
      this.#activities.set(clientId, activity)
    }
    return activity
  }

  #showCursors(): void {
    const theme = this.#deps.theme()
    const cursors: Cursor[] = []
    for (const { clientId, name, color, cursor } of this.#participants) {
      const { cursor: live, line } = this.#activities.get(clientId) ?? {}
      const at = (live === undefined ? cursor : live) ?? line?.at
      if (at) cursors.push({ clientId, name, color: inkColor(color, theme), at, words: line?.text ?? '' })
    }
    this.#deps.setCursors(cursors)
  }

  #show(clientId: number, { gesture, ink }: Activity): void {
    const shapes = gesture ? this.#shapesOf(gesture) : []
    const moved = gesture?.move && this.#movedBy(gesture.move)
    const draft = { shapes, ...(moved && { moved }), ...(ink && { ink }) }
    this.#deps.setDraft(String(clientId), shapes.length > 0 || moved || ink ? draft : undefined)
  }

  #movedBy({ ids, by }: NonNullable<Gesture['move']>): Draft['moved'] {
    const shapes = ids.flatMap(id => this.#deps.board.get(id) ?? [])
    return shapes.length > 0 ? { shapes, by } : undefined
  }

  #shapesOf({ shapes }: Gesture): Shape[] {
    const { board } = this.#deps
    const drafts: Shape[] = []
    for (const [id, fields] of Object.entries(shapes ?? {})) {
      const known = board.get(id)
      const text = known && isBox(known) ? known.text : ''
      const draft = shapeFromFields(id, { ...known, ...fields }, text)
      if (draft) drafts.push(draft)
    }
    return drafts.sort(compareOrder)
  }

  /** The commit of a gesture shows the same picture from the board: the draft may go. */
  #arrived(ids: ReadonlySet<string>): void {
    for (const [clientId, activity] of this.#activities) {
      const { ink, gesture } = activity
      if (ink && ids.has(ink.id)) activity.ink = undefined
      const told = gesture && [...(gesture.move?.ids ?? []), ...Object.keys(gesture.shapes ?? {})]
      if (told?.some(id => ids.has(id))) activity.gesture = undefined
      if (activity.ink !== ink || activity.gesture !== gesture) this.#show(clientId, activity)
    }
  }
}

/** @returns the stroke with the chunk's points, or what it was when a chunk before this one was missed */
function extended(
  ink: Activity['ink'],
  { id, start, style, points, hasPressure }: InkChunk,
): Activity['ink'] {
  if (ink?.id === id && start > 0) {
    if (start === ink.points.length) ink.points.push(...points)
    return { ...ink }
  }
  if (start > 0) return ink
  if (ink?.id === id && isBeginning(ink.points, points)) {
    // Told whole again for those who missed some: what is painted of it stays.
    ink.points.push(...points.slice(ink.points.length))
    return { ...ink }
  }
  // The same checks as for a shape of the board: any peer can write anything.
  const probe = shapeFromFields(id, { ...style, type: 'rectangle', order: 'a0', xy: [0, 0], wh: [0, 0] }, '')
  return { id, style: probe ?? DEFAULT_STYLE, points: [...points], hasPressure }
}

/** Whether `points` are `known` and more. Coordinates are rounded anew with every chunk. */
function isBeginning(known: readonly InkPoint[], points: readonly InkPoint[]): boolean {
  const last = known.at(-1)
  const same = points[known.length - 1]
  return last !== undefined && same !== undefined && Math.hypot(last[0] - same[0], last[1] - same[1]) < 1
}
