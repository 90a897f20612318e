/** Advisory locks, by which nodes that share a database keep out of each other's way. The database lets go of them when the
 * connection that took them ends, however it ends. */
import { setTimeout as wait } from 'node:timers/promises'
import { StoreError } from '../store.ts'
import type { Address } from './address.ts'
import { answered, connect, type Sql } from './connections.ts'
import { storeError } from './errors.ts'

/** Numbers of our locks, in a space that no other program is likely to use ("draw"). */
export const LOCK = { space: 0x64726177, migration: 1, nodes: 2 } as const

/** A node that goes down has ended by then (run.ts), so the next one may be started beside it. */
export const LOCK_WAIT_MS = 10_000
const REGAIN_MS = 60_000
const ASK_EVERY_MS = 50
const REGAIN_EVERY_MS = 500
const ANSWER_MS = 5000

export interface NodeLockOptions {
  /** Without a bus a node must be alone; those on a bus may be many, and keep out one that is not. */
  readonly isAlone: boolean
  /** For how long another node is given to end. */
  readonly waitMs?: number
  /** The server has noticed by then that a connection of ours is dead that still holds the lock. */
  readonly regainMs?: number
  /** Told once, when there is another node to wait for. */
  readonly onWait?: () => void
  /** The lock was lost, with its connection, and now another node has it: this one must end. */
  readonly onLost?: (error: StoreError) => void
}

/** Held for as long as the process lives, on a connection of its own. */
export class NodeLock {
  readonly #address: Address
  #sql: Sql
  readonly #options: NodeLockOptions
  #isHeld = false
  #isReleased = false

  private constructor(address: Address, options: NodeLockOptions) {
    this.#address = address
    this.#options = options
    this.#sql = this.#connect()
  }

  /** @throws StoreError `unusable` when another node has the database */
  static async take(address: Address, options: NodeLockOptions): Promise<NodeLock> {
    const lock = new NodeLock(address, options)
    try {
      await lock.#takeWithin(options.waitMs ?? LOCK_WAIT_MS, ASK_EVERY_MS, options.onWait)
      return lock
    } catch (error) {
      await lock.release()
      throw storeError(error)
    }
  }

  async release(): Promise<void> {
    this.#isReleased = true
    await this.#sql.end({ timeout: 1 })
  }

  async #takeWithin(waitMs: number, everyMs: number, onWait?: () => void): Promise<void> {
    const giveUpAtMs = performance.now() + waitMs
    for (let isFirst = true; !(await this.#isTaken()); isFirst = false) {
      if (performance.now() >= giveUpAtMs) throw new StoreError('unusable', refusal(this.#options.isAlone))
      if (isFirst) onWait?.()
      await wait(everyMs)
    }
    this.#isHeld = true
  }

  async #isTaken(): Promise<boolean> {
    const call = this.#options.isAlone ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
    const asked = this.#sql.unsafe(`SELECT ${call}(${LOCK.space}, ${LOCK.nodes}) AS is_taken`)
    try {
      const [row] = await answered(asked, 2 * ANSWER_MS)
      return row?.is_taken === true
    } catch (error) {
      void this.#sql.end({ timeout: 0 })
      this.#sql = this.#connect()
      throw error
    }
  }

  #connect(): Sql {
    const sql: Sql = connect(
      this.#address,
      { statementMs: ANSWER_MS, lockMs: ANSWER_MS },
      {
        idle_timeout: 0,
        max_lifetime: null,
        onclose: () => {
          if (this.#sql === sql) this.#lost()
        },
      },
    )
    return sql
  }

  #lost(): void {
    if (!this.#isHeld || this.#isReleased) return
    this.#isHeld = false
    void this.#regain()
  }

  /** Until the database is back; nothing can be written before. */
  async #regain(): Promise<void> {
    let giveUpAtMs: number | undefined
    while (!this.#isReleased) {
      try {
        giveUpAtMs ??= performance.now() + (this.#options.regainMs ?? REGAIN_MS)
        await this.#takeWithin(giveUpAtMs - performance.now(), REGAIN_EVERY_MS)
        return
      } catch (error) {
        if (this.#isReleased) return
        if (error instanceof StoreError && error.kind === 'unusable') {
          this.#options.onLost?.(error)
          return
        }
        // It does not answer: its time counts from when it does.
        giveUpAtMs = undefined
        await wait(REGAIN_EVERY_MS)
      }
    }
  }
}

const refusal = (isAlone: boolean): string =>
  isAlone
    ? 'another Drawbridge runs on it; set REDIS_URL for all of them, which joins them, or give this one a database of its own'
    : 'a Drawbridge without REDIS_URL runs on it; end that one, or start it with the REDIS_URL of the others'
