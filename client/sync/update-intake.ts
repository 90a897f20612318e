/** Takes updates in, one after the other. A big one is applied in slices with pauses in which the page can answer and paint, and
 * what comes meanwhile waits for its turn; a small one that has nothing to wait for is applied at once. */
import * as Y from 'yjs'
import type { DocumentFeed } from './document-feed.ts'
import { loadPart } from './load-part.ts'
import { nextTask } from './next-task.ts'

/** Less than this is applied at once. */
const SMALL_BYTES = 32 * 1024
/** Units of work, structs mostly; so many take a mid-range laptop a few milliseconds. */
const SLICE_UNITS = 1000
/** After this long the page gets a turn. */
const TURN_MS = 10

type Updates = readonly Uint8Array[]

interface Intake {
  readonly updates: Updates | Promise<Updates>
  readonly origin: unknown
  readonly done: () => void
}

export interface IntakeOptions {
  /** ms, of any origin. */
  readonly clock?: () => number
  /** Resolves when the page has had its turn. */
  readonly pause?: () => Promise<void>
  readonly loadSlicer?: () => Promise<Slicer>
}

type Slicer = Pick<typeof import('#shared/sliced-update.ts'), 'sliceUpdate'>

/** A small board is opened without. */
const loadSharedSlicer = (): Promise<Slicer> => loadPart(() => import('#shared/sliced-update.ts'))

export class UpdateIntake {
  readonly #feed: DocumentFeed
  readonly #clock: () => number
  readonly #pause: () => Promise<void>
  readonly #loadSlicer: () => Promise<Slicer>
  /** Asked for when it is first needed. */
  #slicer: Promise<Slicer | undefined> | undefined
  readonly #queue: Intake[] = []
  #isRunning = false
  #isClosed = false

  constructor(
    feed: DocumentFeed,
    { clock = () => performance.now(), pause = nextTask, loadSlicer = loadSharedSlicer }: IntakeOptions = {},
  ) {
    this.#feed = feed
    this.#clock = clock
    this.#pause = pause
    this.#loadSlicer = loadSlicer
  }

  /** Applies updates that belong together, in order. Bytes that are no update are reported and left out.
   * @param updates  what comes after them waits for them; a promise never rejects
   * @param done  called when they are in the document */
  take(updates: Updates | Promise<Updates>, origin: unknown, done: () => void = () => {}): void {
    if (this.#isClosed) return
    if (!this.#isRunning && !(updates instanceof Promise) && isSmall(updates)) {
      for (const update of updates) this.#apply(update, origin)
      done()
      return
    }
    this.#queue.push({ updates, origin, done })
    if (!this.#isRunning) void this.#run()
  }

  /** A big update is on its way. */
  expect(): void {
    this.#slicer ??= this.#loadSlicer().catch(() => {
      // Perhaps the next time.
      this.#slicer = undefined
      return undefined
    })
  }

  /** What has not been applied yet is let go. */
  close(): void {
    this.#isClosed = true
    this.#queue.length = 0
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    this.expect()
    const slicer = await this.#slicer
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const updates = next.updates instanceof Promise ? await next.updates : next.updates
      if (this.#isClosed) return
      let turnEndsAtMs = this.#clock() + TURN_MS
      for (const update of updates) {
        for (const slice of this.#slicesOf(update, slicer)) {
          if (slice) this.#apply(slice, next.origin)
          if (this.#clock() < turnEndsAtMs) continue
          await this.#pause()
          if (this.#isClosed) return
          turnEndsAtMs = this.#clock() + TURN_MS
        }
      }
      next.done()
    }
    this.#isRunning = false
  }

  *#slicesOf(update: Uint8Array, slicer: Slicer | undefined): Generator<Uint8Array | undefined, void> {
    // Where it is not to be had (offline, a newer version on the server), a big board holds up the page once.
    if (slicer && update.length > SMALL_BYTES) {
      const { store } = this.#feed.doc
      try {
        yield* slicer.sliceUpdate(update, SLICE_UNITS, client => Y.getState(store, client))
        return
      } catch {
        // Yjs may know what to do with it all the same, and says so if not.
      }
    }
    yield update
  }

  #apply(update: Uint8Array, origin: unknown): void {
    try {
      this.#feed.apply(update, origin)
    } catch (error) {
      reportError(new Error('A change of this board cannot be read', { cause: error }))
    }
  }
}

const isSmall = (updates: Updates): boolean =>
  updates.length <= 1 && updates.every(({ length }) => length <= SMALL_BYTES)
