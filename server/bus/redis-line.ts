/** Two connections to one Redis: one that publishes, one that listens. What cannot be sent now is not sent at all: it would come
 * too late, and be found in the store by then. */
import { Redis, type RedisOptions } from 'ioredis'
import { errorText, type Log } from '../log.ts'
import type { BusListener, BusMeters } from './bus.ts'

/** Tries to connect again after this, doubled each time up to the maximum, and up to half as long again. */
const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 1000
const CONNECT_TIMEOUT_MS = 3000
/** Redis owes an answer for so long, also while a connection begins: the line is dead without having said so. */
const ANSWER_TIMEOUT_MS = 3000
/** Sent and not yet answered by Redis; what goes beyond is dropped. */
const MAX_UNANSWERED_BYTES = 16 << 20
const CHANNELS_PER_SUBSCRIBE = 500

interface Channel {
  readonly listeners: Set<BusListener>
  /** Whether Redis has said that everything on it comes here. */
  isJoined: boolean
  isAsked: boolean
}

export interface RedisLineDeps {
  readonly url: string
  /** A node of a cluster: channels are those of its slots, and messages stay with it. */
  readonly isShard: boolean
  readonly meters: BusMeters
  readonly log: Log
  /** It came up or went down. */
  changed(error?: unknown): void
  /** Redis says that a channel is another node's, or, to a line that is to no shard, that it is part of a cluster. Such a line joins
   * nothing. */
  misplaced(): void
}

export class RedisLine {
  readonly #deps: RedisLineDeps
  readonly #publisher: Redis
  readonly #subscriber: Redis
  readonly #channels = new Map<string, Channel>()
  #unansweredBytes = 0
  /** Whether it is known of this connection that channels can be joined by it. */
  #mayJoin = false
  /** Whether all who listen to a channel do so where this line publishes. */
  #hasAllListeners = false
  #isClosed = false

  /** Connects by itself, for as long as it takes. */
  constructor(deps: RedisLineDeps) {
    this.#deps = deps
    const connect = (connectionName: string): Redis => {
      const client = new Redis(deps.url, { ...OPTIONS, connectionName })
      client.on('ready', () => deps.changed())
      client.on('close', () => deps.changed())
      // Followed by `close`; said once, when the line goes down.
      client.on('error', error => deps.changed(error))
      return client
    }
    this.#publisher = connect('drawbridge-publisher')
    this.#subscriber = connect('drawbridge-subscriber')
    this.#subscriber.on('ready', () => void this.#begin())
    // What was to be sent while it was away is lost, so this is a new beginning, too.
    this.#publisher.on('ready', () => {
      for (const channel of [...this.#channels.values()]) if (channel.isJoined) this.#tellJoined(channel)
    })
    this.#subscriber.on('close', () => {
      this.#mayJoin = false
      for (const channel of this.#channels.values()) channel.isJoined = false
    })
    // A slot has gone to another node, and with it some channels of this line; ioredis does not say which. Those that are still
    // here are joined once more.
    this.#subscriber.on('moved', () => {
      for (const channel of this.#channels.values()) channel.isJoined = false
      this.#misplaced()
    })
    const event = deps.isShard ? 'smessageBuffer' : 'messageBuffer'
    this.#subscriber.on(event, (channel: Buffer, message: Buffer) => {
      deps.meters.received.messages++
      deps.meters.received.bytes += message.length
      for (const listener of this.#channels.get(channel.toString())?.listeners ?? []) listener.heard(message)
    })
  }

  get isUp(): boolean {
    return this.#mayJoin && isReady(this.#publisher) && isReady(this.#subscriber)
  }

  get canAsk(): boolean {
    return isReady(this.#publisher)
  }

  get isComplete(): boolean {
    return this.isUp && [...this.#channels.values()].every(({ isJoined }) => isJoined)
  }

  listen(name: string, listener: BusListener): () => void {
    const channel = this.#channels.get(name) ?? { listeners: new Set(), isJoined: false, isAsked: false }
    const isNew = channel.listeners.size === 0
    channel.listeners.add(listener)
    this.#channels.set(name, channel)
    if (isNew) void this.#join([name])
    else if (channel.isJoined) queueMicrotask(() => channel.listeners.has(listener) && listener.joined())
    return () => {
      if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return
      this.#channels.delete(name)
      if (!isReady(this.#subscriber) || !this.#mayJoin) return
      const gone = this.#deps.isShard
        ? this.#subscriber.sunsubscribe(name)
        : this.#subscriber.unsubscribe(name)
      gone.catch(error => this.#failed(error))
    }
  }

  publish(channel: string, message: Uint8Array): void {
    void this.reach(channel, message)
  }

  /** @returns how many listen; `undefined` when Redis does not say, or not of all */
  async reach(channel: string, message: Uint8Array): Promise<number | undefined> {
    const { meters, isShard } = this.#deps
    const bytes = message.length
    if (!isReady(this.#publisher) || this.#unansweredBytes + bytes > MAX_UNANSWERED_BYTES) {
      meters.droppedCount++
      return 0
    }
    meters.sent.messages++
    meters.sent.bytes += bytes
    this.#unansweredBytes += bytes
    const buffer = Buffer.from(message.buffer, message.byteOffset, bytes)
    try {
      const count = await (isShard
        ? this.#publisher.spublish(channel, buffer)
        : this.#publisher.publish(channel, buffer))
      return isShard || this.#hasAllListeners ? Number(count) : undefined
    } catch (error) {
      // The connection has ended, and whether Redis has had it nobody knows; or the channel has moved.
      meters.droppedCount++
      if (isMoved(error)) this.#misplaced()
      return undefined
    } finally {
      this.#unansweredBytes -= bytes
    }
  }

  /** Which slots of the cluster are whose, as this node sees it: `[from, through, [host, port, …], …]` each. */
  askSlots(): Promise<unknown> {
    return this.#publisher.cluster('SLOTS')
  }

  /** Joins what could not be joined before, and makes sure that the listening connection lives: without an answer it ends. */
  check(): void {
    const missing = [...this.#channels].filter(([, { isJoined, isAsked }]) => !isJoined && !isAsked)
    if (missing.length > 0) void this.#join(missing.map(([name]) => name))
    else if (isReady(this.#subscriber)) this.#subscriber.ping().catch(error => this.#failed(error))
  }

  renew(): void {
    for (const client of [this.#publisher, this.#subscriber]) if (isReady(client)) client.disconnect(true)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#channels.clear()
    // What was said last, such as that this node ends, goes out first.
    if (isReady(this.#publisher)) await this.#publisher.quit().catch(error => this.#failed(error))
    for (const client of [this.#publisher, this.#subscriber]) client.disconnect()
  }

  async #begin(): Promise<void> {
    if (!this.#deps.isShard) {
      this.#hasAllListeners = false
      try {
        const info = await this.#subscriber.info('cluster', 'server')
        if (hasShards(info)) return this.#misplaced()
        this.#hasAllListeners = !isCluster(info)
      } catch (error) {
        // The connection has ended, and the next one asks again. Otherwise Redis is older than 7, or this user may not ask: without
        // shards all works, too, only that a cluster then carries each message to all its nodes.
        if (!isReady(this.#subscriber)) return
        this.#failed(error)
      }
    }
    this.#mayJoin = true
    this.#deps.changed()
    await this.#join([...this.#channels.keys()])
  }

  /** Asks Redis for channels, when it is there. */
  async #join(names: readonly string[]): Promise<void> {
    if (!this.#mayJoin || !isReady(this.#subscriber)) return
    if (this.#deps.isShard) {
      // One by one, because one command names channels of one slot; none waits for another's answer.
      await Promise.all(names.map(name => this.#joinSome([name])))
      return
    }
    for (let start = 0; start < names.length; start += CHANNELS_PER_SUBSCRIBE) {
      if (!(await this.#joinSome(names.slice(start, start + CHANNELS_PER_SUBSCRIBE)))) return
    }
  }

  async #joinSome(names: readonly string[]): Promise<boolean> {
    // Which are these: one that is given up and taken again meanwhile is another one.
    const channels = names.map(name => this.#channels.get(name))
    for (const channel of channels) if (channel) channel.isAsked = true
    try {
      await (this.#deps.isShard
        ? this.#subscriber.ssubscribe(...names)
        : this.#subscriber.subscribe(...names))
    } catch (error) {
      this.#failed(error)
      return false
    } finally {
      for (const channel of channels) if (channel) channel.isAsked = false
    }
    names.forEach((name, i) => {
      const channel = channels[i]
      if (!channel || this.#channels.get(name) !== channel) return
      channel.isJoined = true
      this.#tellJoined(channel)
    })
    return true
  }

  /** Who joins says so to the others: when both connections are there. */
  #tellJoined({ listeners }: Channel): void {
    if (isReady(this.#publisher)) for (const listener of listeners) listener.joined()
  }

  #misplaced(): void {
    if (!this.#isClosed) this.#deps.misplaced()
  }

  /** Where the connection has ended, that is known already, and all is asked for again after it. */
  #failed(error: unknown): void {
    if (isMoved(error)) this.#misplaced()
    else if (this.isUp) this.#deps.log.warn({ reason: errorText(error) }, 'bus.command_failed')
  }
}

export const OPTIONS = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: ANSWER_TIMEOUT_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  // Done here, to know when it is done.
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt: number) => {
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(attempt, 10))
    return delayMs * (1 + Math.random() / 2)
  },
} satisfies RedisOptions

const isReady = (client: Redis): boolean => client.status === 'ready'
const isMoved = (error: unknown): boolean => error instanceof Error && error.message.startsWith('MOVED ')

const isCluster = (info: string): boolean => /^cluster_enabled:1/m.test(info)

/** Before Redis 7 a cluster has no sharded pub/sub, and passes every message on to all its nodes. */
function hasShards(info: string): boolean {
  const version = Number(/^redis_version:(\d+)/m.exec(info)?.[1] ?? 0)
  return isCluster(info) && version >= 7
}
