/** A bus over Redis' pub/sub: sharded pub/sub, if Redis turns out to be a cluster. */
import { errorText, type Log } from '../log.ts'
import { type Bus, type BusListener, BusMeters } from './bus.ts'
import { RedisCluster } from './redis-cluster.ts'
import { RedisLine } from './redis-line.ts'

interface Listening {
  readonly channel: string
  readonly listener: BusListener
  line: RedisLine | undefined
  /** Stops listening at `line`. */
  stop: (() => void) | undefined
}

export class RedisBus implements Bus {
  readonly meters = new BusMeters()
  readonly #log: Log
  readonly #url: string
  /** To where the URL says; in a cluster only a way in. */
  readonly #first: RedisLine
  #cluster: RedisCluster | undefined
  readonly #listening = new Set<Listening>()
  #isUp = false
  #isClosed = false

  /** Connects by itself, for as long as it takes.
   * @param url  redis:// or rediss:// (TLS), with user, password and database if there are any; of a cluster any node */
  constructor(url: string, log: Log) {
    this.#log = log
    this.#url = url
    this.#first = new RedisLine({
      url,
      isShard: false,
      meters: this.meters,
      log,
      changed: error => this.#look(error),
      misplaced: () => this.#foundCluster(),
    })
  }

  get isUp(): boolean {
    return this.#isUp
  }

  listen(channel: string, listener: BusListener): () => void {
    const listening: Listening = { channel, listener, line: undefined, stop: undefined }
    this.#listening.add(listening)
    this.#place(listening)
    return () => {
      this.#listening.delete(listening)
      listening.stop?.()
      listening.stop = undefined
    }
  }

  publish(channel: string, message: Uint8Array): void {
    const line = this.#lineOf(channel)
    if (line) line.publish(channel, message)
    else this.meters.droppedCount++
  }

  async reach(channel: string, message: Uint8Array): Promise<number | undefined> {
    const line = this.#lineOf(channel)
    if (line) return line.reach(channel, message)
    this.meters.droppedCount++
    return 0
  }

  renew(): void {
    this.#first.renew()
    this.#cluster?.renew()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#listening.clear()
    await Promise.all([this.#cluster?.close(), this.#first.close()])
  }

  #lineOf(channel: string): RedisLine | undefined {
    return this.#cluster ? this.#cluster.lineOf(channel) : this.#first
  }

  /** Listens where the channel is now. */
  #place(listening: Listening): void {
    const { channel, listener } = listening
    const line = this.#lineOf(channel)
    if (line === listening.line) return
    const { stop } = listening
    listening.line = line
    listening.stop = line?.listen(channel, listener)
    stop?.()
  }

  #foundCluster(): void {
    if (this.#isClosed) return
    this.#cluster ??= new RedisCluster({
      first: this.#first,
      log: this.#log,
      openLine: (host, port, misplaced) =>
        new RedisLine({
          url: urlAt(this.#url, host, port),
          isShard: true,
          meters: this.meters,
          log: this.#log,
          changed: error => this.#look(error),
          misplaced,
        }),
      moved: () => {
        for (const listening of [...this.#listening]) this.#place(listening)
        this.#look()
      },
    })
    this.#cluster.refresh()
  }

  #look(error?: unknown): void {
    const isUp = this.#cluster ? this.#cluster.isUp : this.#first.isUp
    if (isUp === this.#isUp || this.#isClosed) return
    this.#isUp = isUp
    if (isUp) {
      this.meters.connectCount++
      this.#log.info({}, 'bus.up')
    } else {
      this.#log.warn({ ...(error !== undefined && { reason: errorText(error) }) }, 'bus.down')
      this.#cluster?.refresh()
    }
  }
}

/** The same user, password and TLS at another node. A cluster has no numbered databases.
 * @param host  '' for the one of the URL: the node does not know its own name */
function urlAt(url: string, host: string, port: number): string {
  const at = new URL(url)
  if (host !== '') at.hostname = host.includes(':') ? `[${host}]` : host
  at.port = String(port)
  at.pathname = ''
  return at.href
}
