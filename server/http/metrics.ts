/** The server's numbers in Prometheus' text format. The only file that knows prom-client: everything is counted elsewhere as
 * plain numbers, and read when somebody scrapes. No label names a board or a person. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry as Metrics } from 'prom-client'
import { type Durations, type Meters, TRAFFIC_KINDS } from '../live/meters.ts'
import type { Registry } from '../live/registry.ts'
import type { Certificate } from './certificate.ts'
import type { LiveSockets } from './live-sockets.ts'

const PREFIX = 'drawbridge_'

export interface MetricsDeps {
  readonly registry: Pick<Registry, 'meters' | 'roomCount' | 'failingCount' | 'census'>
  readonly sockets: Pick<LiveSockets, 'count' | 'bufferedBytes'>
  readonly serverVersion: string
  readonly isDraining: () => boolean
  /** When the server speaks TLS itself. */
  readonly certificate?: Pick<Certificate, 'expiresAtMs'> | undefined
}

export interface Exposition {
  readonly contentType: string
  /** Everything as it is now. */
  text(): Promise<string>
}

export function createMetrics(deps: MetricsDeps): Exposition {
  const metrics = new Metrics()
  collectDefaultMetrics({ register: metrics, prefix: PREFIX })
  addGauges(metrics, deps)
  addCounters(metrics, deps.registry.meters)
  addDurations(metrics, deps.registry.meters)
  return { contentType: metrics.contentType, text: () => metrics.metrics() }
}

function addGauges(metrics: Metrics, deps: MetricsDeps): void {
  const { registry, sockets, serverVersion, isDraining, certificate } = deps
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [metrics],
      collect() {
        this.set(read())
      },
    })
  }
  gauge('connections', 'Open WebSockets.', () => sockets.count)
  gauge('rooms', 'Boards that are open in memory.', () => registry.roomCount)
  gauge('participants', 'Connections that are seated at a board.', () => registry.census().participants)
  gauge('lagging_readers', 'Participants who read too slowly and are owed a difference.', () => {
    return registry.census().lagging
  })
  gauge('buffered_bytes', 'Bytes sent and not yet taken by the network, all connections.', () => {
    return sockets.bufferedBytes
  })
  gauge('rooms_not_saving', 'Boards whose changes the store does not take.', () => registry.failingCount)
  gauge('draining', '1 while the server goes down.', () => Number(isDraining()))
  if (certificate) {
    const help = 'When the certificate ends, seconds since 1970.'
    gauge('certificate_expires_timestamp_seconds', help, () => certificate.expiresAtMs / 1000)
  }
  new Gauge({
    name: `${PREFIX}info`,
    help: 'Always 1; the version is the label.',
    labelNames: ['version'],
    registers: [metrics],
  }).set({ version: serverVersion }, 1)
}

function addCounters(metrics: Metrics, meters: Meters): void {
  const counter = (
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [string | number, number]>,
  ): void => {
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [metrics],
      collect() {
        this.reset()
        for (const [value, count] of read()) this.inc({ [label]: value }, count)
      },
    })
  }
  const total = (name: string, help: string, read: () => number): void => {
    new Counter({
      name: PREFIX + name,
      help,
      registers: [metrics],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }
  for (const [direction, traffic] of [
    ['received', meters.received],
    ['sent', meters.sent],
  ] as const) {
    counter(`messages_${direction}_total`, `WebSocket messages ${direction}, by kind.`, 'kind', () =>
      TRAFFIC_KINDS.map(kind => [kind, traffic[kind].messages]),
    )
    counter(`bytes_${direction}_total`, `Bytes in the messages ${direction}, by kind.`, 'kind', () =>
      TRAFFIC_KINDS.map(kind => [kind, traffic[kind].bytes]),
    )
  }
  counter('refusals_total', 'What the server did not do, by reason.', 'reason', () =>
    Object.entries(meters.refusals),
  )
  counter(
    'disconnects_total',
    'Connections that have ended, by close code.',
    'code',
    () => meters.disconnects,
  )
  total(
    'updates_parked_total',
    'Updates set aside because what they build upon is missing.',
    () => meters.parkedCount,
  )
  total('heals_total', 'Documents that differed from a client’s and were healed.', () => meters.healCount)
  total('append_failures_total', 'Writes that the store refused.', () => meters.appendFailureCount)
}

function addDurations(metrics: Metrics, meters: Meters): void {
  const add = (name: string, help: string, durations: Durations): void => {
    metrics.registerMetric(new ReadHistogram(PREFIX + name, help, durations))
  }
  add('tick_seconds', 'A tick of a room, from its queue to the last socket.', meters.tick)
  add('apply_seconds', 'Taking a tick’s updates into the document.', meters.apply)
  add('saved_seconds', 'From the oldest message of a commit until it is said to be saved.', meters.saved)
  add('append_seconds', 'A write of the store that went well.', meters.append)
}

/** prom-client's own takes observations only one by one; this one is read off a finished tally. */
class ReadHistogram extends Histogram {
  readonly #name: string
  readonly #help: string
  readonly #durations: Durations

  constructor(name: string, help: string, durations: Durations) {
    super({ name, help, registers: [] })
    this.#name = name
    this.#help = help
    this.#durations = durations
  }

  /** What the registry prints, if a metric has it; missing in prom-client's types. */
  async getForPromString() {
    const { bounds, counts, sumMs } = this.#durations
    let count = 0
    const buckets = counts.map((inBucket, i) => {
      count += inBucket
      const bound = bounds[i]
      const le = bound === undefined ? '+Inf' : bound / 1000
      return { metricName: `${this.#name}_bucket`, labels: { le }, value: count }
    })
    const values = [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels: {}, value: sumMs / 1000 },
      { metricName: `${this.#name}_count`, labels: {}, value: count },
    ]
    return { name: this.#name, help: this.#help, type: 'histogram', values }
  }
}
