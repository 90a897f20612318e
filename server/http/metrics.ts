/** The server's numbers in Prometheus' text format: everything is counted elsewhere as plain numbers, and read when somebody
 * scrapes. No label names a board or a person. */
import { type Meters, TRAFFIC_KINDS } from '../live/meters.ts'
import type { Nodes } from '../live/nodes.ts'
import type { Registry } from '../live/registry.ts'
import type { Certificate } from './certificate.ts'
import type { LiveSockets } from './live-sockets.ts'
import { MetricReaders } from './metric-readers.ts'

export interface MetricsDeps {
  readonly registry: Pick<Registry, 'meters' | 'roomCount' | 'failingCount' | 'census'>
  readonly sockets: Pick<LiveSockets, 'count' | 'bufferedBytes'>
  /** Other nodes, if this server is one of several. */
  readonly nodes?: Pick<Nodes, 'isUp' | 'otherCount' | 'meters' | 'busMeters'> | undefined
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
  const readers = new MetricReaders()
  addGauges(readers, deps)
  addCounters(readers, deps.registry.meters)
  addDurations(readers, deps.registry.meters)
  if (deps.nodes) addNodes(readers, deps.nodes)
  return { contentType: readers.contentType, text: () => readers.text() }
}

function addGauges({ gauge, label }: MetricReaders, deps: MetricsDeps): void {
  const { registry, sockets, serverVersion, isDraining, certificate } = deps
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
  label('info', 'Always 1; the version is the label.', { version: serverVersion })
}

function addCounters({ counter, total }: MetricReaders, meters: Meters): void {
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
  for (const direction of ['received', 'sent'] as const) {
    total(`pictures_${direction}_total`, `Pictures of boards ${direction}.`, () => {
      return meters.pictures[direction].messages
    })
    total(`picture_bytes_${direction}_total`, `Bytes in the pictures ${direction}.`, () => {
      return meters.pictures[direction].bytes
    })
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

function addDurations({ durations }: MetricReaders, meters: Meters): void {
  durations('tick_seconds', 'A tick of a room, from its queue to the last socket.', meters.tick)
  durations('apply_seconds', 'Taking a tick’s updates into the document.', meters.apply)
  durations(
    'saved_seconds',
    'From the oldest message of a commit until it is said to be saved.',
    meters.saved,
  )
  durations('append_seconds', 'A write of the store that went well.', meters.append)
}

function addNodes(
  { gauge, counter, total, durations }: MetricReaders,
  nodes: NonNullable<MetricsDeps['nodes']>,
): void {
  const { meters, busMeters } = nodes
  gauge('bus_up', '1 while this node hears the others by the bus.', () => Number(nodes.isUp))
  gauge('other_nodes', 'Other nodes that are alive.', () => nodes.otherCount)
  for (const direction of ['sent', 'received'] as const) {
    total(`bus_messages_${direction}_total`, `Messages ${direction} by the bus.`, () => {
      return busMeters[direction].messages
    })
    total(`bus_bytes_${direction}_total`, `Bytes in the messages ${direction} by the bus.`, () => {
      return busMeters[direction].bytes
    })
  }
  total('bus_dropped_total', 'Messages that the bus did not take.', () => busMeters.droppedCount)
  total('bus_missed_total', 'Messages of other nodes that did not come.', () => meters.missedCount)
  total('bus_connects_total', 'Times that the bus came up.', () => busMeters.connectCount)
  total('nodes_lost_total', 'Nodes given up because nothing was heard of them.', () => meters.lostNodeCount)
  counter('log_reads_total', 'Times that a board’s log was read again, by reason.', 'reason', () =>
    Object.entries(meters.heals),
  )
  total('log_read_updates_total', 'Updates found by that.', () => meters.healedCount)
  total('updates_adopted_total', 'Updates of other nodes that were appended here.', () => meters.adoptedCount)
  durations('bus_lag_seconds', 'From this node to itself by the bus.', meters.lag)
}
