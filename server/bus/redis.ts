/** A bus over Redis' pub/sub: one connection that publishes, one that listens. What cannot be sent now is not sent at all: it would
 * come too late, and be found in the store by then. */
import { Redis, type RedisOptions } from 'ioredis'
import { errorText, type Log } from '../log.ts'
import { type Bus, type BusListener, BusMeters } from './bus.ts'

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
}

export class RedisBus implements Bus {
  readonly meters = new BusMeters()
  readonly #log: Log
  readonly #publisher: Redis
  readonly #subscriber: Redis
  readonly #channels = new Map<string, Channel>()
  #unansweredBytes = 0
  #isUp = false
  #isClosed = false

  /** Connects by itself, for as long as it takes.
   * @param url  redis:// or rediss:// (TLS), with user, password and database if there are any */
  constructor(url: string, log: Log) {
    this.#log = log
    const connect = (connectionName: string): Redis => {
      const client = new Redis(url, { ...OPTIONS, connectionName })
      client.on('ready', () => this.#look())
      client.on('close', () => this.#look())
      // Followed by `close`; said once, when the bus goes down.
      client.on('error', error => this.#look(error))
      return client
    }
    this.#publisher = connect('drawbridge-publisher')
    this.#subscriber = connect('drawbridge-subscriber')
    this.#subscriber.on('ready', () => void this.#join([...this.#channels.keys()]))
    // What was to be sent while it was away is lost, so this is a new beginning, too.
    this.#publisher.on('ready', () => {
      for (const channel of [...this.#channels.values()]) if (channel.isJoined) this.#tellJoined(channel)
    })
    this.#subscriber.on('close', () => {
      for (const channel of this.#channels.values()) channel.isJoined = false
    })
    this.#subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      this.meters.received.messages++
      this.meters.received.bytes += message.length
      for (const listener of this.#channels.get(channel.toString())?.listeners ?? []) listener.heard(message)
    })
  }

  get isUp(): boolean {
    return this.#isUp
  }

  listen(name: string, listener: BusListener): () => void {
    const channel = this.#channels.get(name) ?? { listeners: new Set(), isJoined: false }
    const isNew = channel.listeners.size === 0
    channel.listeners.add(listener)
    this.#channels.set(name, channel)
    if (isNew) void this.#join([name])
    else if (channel.isJoined) queueMicrotask(() => channel.listeners.has(listener) && listener.joined())
    return () => {
      if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return
      this.#channels.delete(name)
      if (isReady(this.#subscriber)) this.#subscriber.unsubscribe(name).catch(error => this.#failed(error))
    }
  }

  publish(channel: string, message: Uint8Array): void {
    const bytes = message.length
    if (!isReady(this.#publisher) || this.#unansweredBytes + bytes > MAX_UNANSWERED_BYTES) {
      this.meters.droppedCount++
      return
    }
    this.meters.sent.messages++
    this.meters.sent.bytes += bytes
    this.#unansweredBytes += bytes
    const buffer = Buffer.from(message.buffer, message.byteOffset, bytes)
    this.#publisher
      .publish(channel, buffer)
      .catch(() => {
        // The connection has ended; whether Redis has had it, nobody knows.
        this.meters.droppedCount++
      })
      .finally(() => {
        this.#unansweredBytes -= bytes
      })
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

  /** Asks Redis for channels, when it is there. */
  async #join(names: readonly string[]): Promise<void> {
    if (!isReady(this.#subscriber)) return
    for (let start = 0; start < names.length; start += CHANNELS_PER_SUBSCRIBE) {
      const some = names.slice(start, start + CHANNELS_PER_SUBSCRIBE)
      // Which are these: one that is given up and taken again meanwhile is another one.
      const channels = some.map(name => this.#channels.get(name))
      try {
        await this.#subscriber.subscribe(...some)
      } catch (error) {
        this.#failed(error)
        return
      }
      some.forEach((name, i) => {
        const channel = channels[i]
        if (!channel || this.#channels.get(name) !== channel) return
        channel.isJoined = true
        this.#tellJoined(channel)
      })
    }
  }

  /** Who joins says so to the others: when both lines are there. */
  #tellJoined({ listeners }: Channel): void {
    if (isReady(this.#publisher)) for (const listener of listeners) listener.joined()
  }

  /** Where the connection has ended, that is known already, and all is asked for again after it. */
  #failed(error: unknown): void {
    if (this.#isUp) this.#log.warn({ reason: errorText(error) }, 'bus.command_failed')
  }

  #look(error?: unknown): void {
    const isUp = isReady(this.#publisher) && isReady(this.#subscriber)
    if (isUp === this.#isUp || this.#isClosed) return
    this.#isUp = isUp
    if (isUp) {
      this.meters.connectCount++
      this.#log.info({}, 'bus.up')
    } else {
      this.#log.warn({ ...(error !== undefined && { reason: errorText(error) }) }, 'bus.down')
    }
  }
}

const OPTIONS = {
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
