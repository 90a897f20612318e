/** Which node of a Redis cluster has which channel, with a line to each master. ioredis' own cluster client joins channels again
 * without saying when that is done, and the bus promises to say so. */
import { errorText, type Log } from '../log.ts'
import type { RedisLine } from './redis-line.ts'

const SLOT_COUNT = 16_384
/** How often slots are asked for, because a change of them is told only to who uses what has moved. */
const REFRESH_MS = 5000
/** The same while some node is away, or has moved. */
const REFRESH_SOON_MS = 500

export interface RedisClusterDeps {
  /** Asked when no other can be. */
  readonly first: RedisLine
  readonly log: Log
  openLine(host: string, port: number, misplaced: () => void): RedisLine
  /** Channels may have other lines now. */
  moved(): void
}

interface Slots {
  readonly from: number
  readonly through: number
  readonly host: string
  readonly port: number
}

export class RedisCluster {
  readonly #deps: RedisClusterDeps
  /** By address. */
  #lines = new Map<string, RedisLine>()
  #lineOfSlot: (RedisLine | undefined)[] = []
  #isWhole = false
  /** Why slots could not be had, said once. */
  #failure: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isAsking = false
  #isMisplaced = false
  #isClosed = false

  constructor(deps: RedisClusterDeps) {
    this.#deps = deps
  }

  /** Whether every slot has a node, and every node is there. */
  get isUp(): boolean {
    return this.#isWhole && [...this.#lines.values()].every(({ isUp }) => isUp)
  }

  lineOf(channel: string): RedisLine | undefined {
    return this.#lineOfSlot[slotOf(channel)]
  }

  /** Asks for the slots, now and from now on. */
  refresh(): void {
    if (this.#isAsking || this.#isClosed) return
    clearTimeout(this.#timer)
    void this.#ask()
  }

  renew(): void {
    for (const line of this.#lines.values()) line.renew()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await Promise.all([...this.#lines.values()].map(line => line.close()))
  }

  async #ask(): Promise<void> {
    const source = [...this.#lines.values(), this.#deps.first].find(line => line.canAsk)
    this.#isAsking = true
    this.#isMisplaced = false
    try {
      if (source) {
        this.#take(readSlots(await source.askSlots()))
        this.#failure = undefined
      }
    } catch (error) {
      const reason = errorText(error)
      if (reason !== this.#failure) this.#deps.log.warn({ reason }, 'bus.slots_failed')
      this.#failure = reason
    }
    this.#isAsking = false
    if (this.#isClosed) return
    for (const line of this.#lines.values()) line.check()
    const isSettled =
      this.isUp && !this.#isMisplaced && [...this.#lines.values()].every(line => line.isComplete)
    this.#timer = setTimeout(() => void this.#ask(), isSettled ? REFRESH_MS : REFRESH_SOON_MS)
  }

  /** What moves is listened to at its new line before the old one ends. */
  #take(slots: readonly Slots[]): void {
    if (this.#isClosed) return
    const before = this.#lines
    this.#lines = new Map()
    this.#lineOfSlot = []
    let coveredCount = 0
    for (const { from, through, host, port } of slots) {
      const address = `${host}:${port}`
      const line =
        this.#lines.get(address) ??
        before.get(address) ??
        this.#deps.openLine(host, port, () => this.#misplaced())
      this.#lines.set(address, line)
      this.#lineOfSlot.length = Math.max(this.#lineOfSlot.length, through + 1)
      this.#lineOfSlot.fill(line, from, through + 1)
      coveredCount += through + 1 - from
    }
    this.#isWhole = coveredCount === SLOT_COUNT
    // Addresses are what the cluster says; whether this node can reach them is what goes wrong first.
    if (this.#lines.size !== before.size || [...this.#lines.keys()].some(address => !before.has(address))) {
      this.#deps.log.info({ masters: [...this.#lines.keys()] }, 'bus.cluster')
    }
    this.#deps.moved()
    for (const [address, line] of before) if (!this.#lines.has(address)) void line.close()
  }

  /** Soon, not at once: the node that is asked may not have heard of it yet. Another one is asked. */
  #misplaced(): void {
    if (this.#isMisplaced || this.#isClosed) return
    this.#isMisplaced = true
    const [oldest] = this.#lines
    if (oldest) this.#lines = new Map([...[...this.#lines].slice(1), oldest])
    if (this.#isAsking) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#ask(), REFRESH_SOON_MS)
  }
}

/** @throws Error when it is no answer to CLUSTER SLOTS */
function readSlots(answer: unknown): Slots[] {
  if (!Array.isArray(answer)) throw new Error('CLUSTER SLOTS is not a list')
  return answer.map(entry => {
    const [from, through, master] = Array.isArray(entry) ? entry : []
    const [host, port] = Array.isArray(master) ? master : []
    if (
      !Number.isInteger(from) ||
      !Number.isInteger(through) ||
      through >= SLOT_COUNT ||
      !Number.isInteger(port)
    ) {
      throw new Error('CLUSTER SLOTS holds what is not understood')
    }
    return { from, through, host: typeof host === 'string' && host !== '?' ? host : '', port }
  })
}

/** The slot of a channel: CRC16 (XMODEM) of its name. Names of the bus have no {tags}. */
export function slotOf(channel: string): number {
  let crc = 0
  for (const byte of Buffer.from(channel)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc % SLOT_COUNT
}
