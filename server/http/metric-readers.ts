/** Metrics that are read off what others count, when somebody scrapes. The only file that knows prom-client. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Durations } from '../live/meters.ts'

const PREFIX = 'drawbridge_'

export class MetricReaders {
  readonly #registry = new Registry()

  constructor() {
    collectDefaultMetrics({ register: this.#registry, prefix: PREFIX })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  readonly gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** Always 1. */
  readonly label = (name: string, help: string, labels: Readonly<Record<string, string>>): void => {
    const labelNames = Object.keys(labels)
    new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.#registry] }).set(labels, 1)
  }

  readonly counter = (
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [string | number, number]>,
  ): void => {
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [value, count] of read()) this.inc({ [label]: value }, count)
      },
    })
  }

  readonly total = (name: string, help: string, read: () => number): void => {
    new Counter({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }

  readonly durations = (name: string, help: string, durations: Durations): void => {
    this.#registry.registerMetric(new ReadHistogram(PREFIX + name, help, durations))
  }
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
