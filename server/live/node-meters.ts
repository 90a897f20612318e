/** What a node counts of its dealings with the other nodes. */
import { Durations } from './meters.ts'

/** Why the log was read again. */
export const HEAL_REASONS = ['joined', 'hole', 'parked', 'poll', 'newcomer'] as const
export type HealReason = (typeof HEAL_REASONS)[number]

/** From one node to itself by the bus: a good line takes less than a millisecond. */
const BUS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000]

export class NodeMeters {
  readonly heals = Object.fromEntries(HEAL_REASONS.map(reason => [reason, 0])) as Record<HealReason, number>
  /** Updates found in the log by those readings. */
  healedCount = 0
  /** Updates of other nodes that were appended here, because their node did not. */
  adoptedCount = 0
  /** Times that more waited for what it builds upon than is kept. */
  overflowCount = 0
  /** Messages that did not come, by the senders' count. */
  missedCount = 0
  /** Nodes that were given up because nothing was heard of them. */
  lostNodeCount = 0
  /** How long the own heartbeat took through the bus. */
  readonly lag = new Durations(BUS_MS)
}
