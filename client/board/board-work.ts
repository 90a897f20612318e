/** What is done to the board a little in each frame, one thing after the other, so that the page answers and paints meanwhile. */
import type { UnfinishedWork } from './board.ts'

/** What comes next: `foresee` lets the board show what was asked for, `write` brings what shows into the document, `change` does
 * both at once. */
export type Phase = 'foresee' | 'write' | 'change'
/** Goes on with the work at each `next`, for a few milliseconds at most. */
export type Job = Generator<Phase, void>

/** What of a frame is worked. */
const TURN_MS = 5
/** Somebody waits to see it. */
const FORESEE_MS = 10
/** Each is a message to the server, which takes 300 a second. */
const MAX_STEPS_A_FRAME = 3
/** A frame whose painting took so long has no room for work: the next one may. */
const FULL_FRAME_MS = 8
/** So many full frames are let go by, and then there is work in the next one, full or not. */
const MAX_LET_GO = 2

/** A page in the background has no frames. */
const NO_FRAME_MS = 100

/** Resolves when a frame has been painted, to what has gone of its time, ms. */
function nextFrame(): Promise<number> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(0), NO_FRAME_MS)
    // Tests outside a browser have no frames either.
    globalThis.requestAnimationFrame?.(beganAtMs => {
      clearTimeout(timer)
      setTimeout(() => resolve(performance.now() - beganAtMs))
    })
  })
}

export class BoardWork implements UnfinishedWork {
  readonly #pause: () => Promise<number>
  readonly #jobs: Job[] = []
  readonly #listeners = new Set<() => void>()
  /** Of the first job; `undefined` when it has not begun. */
  #phase: Phase | undefined
  #isRunning = false
  #isStepping = false

  /** @param pause  resolves when the page has had its turn in a frame, to what that took, ms */
  constructor(pause: () => Promise<number> = nextFrame) {
    this.#pause = pause
  }

  get isBusy(): boolean {
    return this.#jobs.length > 0
  }
  get isShown(): boolean {
    return !this.isBusy || this.#phase === 'write'
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins at once, unless something else is under way. */
  start(job: Job): void {
    this.#jobs.push(job)
    if (this.#jobs.length > 1) return
    this.#step()
    this.#tell()
    if (this.isBusy && !this.#isRunning) void this.#run()
  }

  show(): void {
    if (this.#isStepping || this.#phase !== 'foresee') return
    while (this.#phase === 'foresee') this.#step()
    this.#tell()
  }

  finish(): void {
    // Whoever answers to a step of the work cannot end it from within.
    if (this.#isStepping || !this.isBusy) return
    while (this.isBusy) this.#step()
    this.#tell()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    let letGoCount = 0
    while (this.isBusy) {
      const usedMs = await this.#pause()
      if (!this.isBusy) break
      const isFull = usedMs > FULL_FRAME_MS && this.#phase !== 'foresee'
      if (isFull && letGoCount < MAX_LET_GO) {
        letGoCount++
        continue
      }
      letGoCount = 0
      const wasShown = this.isShown
      this.#turn()
      if (this.isShown !== wasShown || !this.isBusy) this.#tell()
    }
    this.#isRunning = false
  }

  /** A frame's worth. */
  #turn(): void {
    const phase = this.#phase
    const isForeseeing = phase === 'foresee'
    const endsAtMs = performance.now() + (isForeseeing ? FORESEE_MS : TURN_MS)
    for (let i = 0; isForeseeing || i < MAX_STEPS_A_FRAME; i++) {
      this.#step()
      if (!this.isBusy || this.#phase !== phase || performance.now() >= endsAtMs) break
    }
  }

  #step(): void {
    const [job] = this.#jobs
    if (!job) return
    this.#isStepping = true
    this.#phase = undefined
    try {
      const { done, value } = job.next()
      if (done !== true) this.#phase = value
    } catch (error) {
      // What comes after it is done all the same.
      reportError(error)
    } finally {
      this.#isStepping = false
    }
    if (this.#phase === undefined) this.#jobs.shift()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
