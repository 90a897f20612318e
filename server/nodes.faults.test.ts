/** Three nodes as processes over PostgreSQL and Redis, and what can happen to them: a short run of what `npm run soak:nodes` does in
 * full. */
import { describe, expect, it, vi } from 'vitest'
import { FAULTS, type Fault, runFault } from '../e2e/nodes/faults.ts'
import { whyNoOwnPostgres } from '../e2e/nodes/own-postgres.ts'
import { whyNoRedis } from '../e2e/nodes/own-redis.ts'
import { whyNoPostgres } from './testing/test-database.ts'

const NAME = '$name: nothing saved is lost, all come to the same, nobody is shown who is not there'
const TIMEOUT_MS = 180_000
/** Each has nodes and a Redis of its own, and waits for most of the time. */
vi.setConfig({ maxConcurrency: 3 })

const skipped = (reason: string | undefined): string => (reason ? ` (skipped: ${reason})` : '')

async function survive(fault: Fault) {
  const result = await runFault(fault, fault.testMs)
  expect(result).toMatchObject({ lost: [], areEqual: true })
  expect(result.saved).toBeGreaterThan(0)
  return result
}

const reason = (await whyNoPostgres()) ?? whyNoRedis()
describe.skipIf(reason !== undefined)(`three nodes${skipped(reason)}`, { concurrent: true }, () => {
  const faults = FAULTS.filter(({ stopsPostgres }) => !stopsPostgres)
  it.each(faults)(NAME, { timeout: TIMEOUT_MS }, async fault => {
    await survive(fault)
  })
})

const ownReason = (await whyNoOwnPostgres()) ?? whyNoRedis()
describe.skipIf(ownReason !== undefined)(`three nodes and their PostgreSQL${skipped(ownReason)}`, () => {
  const faults = FAULTS.filter(({ stopsPostgres }) => stopsPostgres)
  it.each(faults)(`${NAME}, people are told that nothing is saved`, { timeout: TIMEOUT_MS }, async fault => {
    // In so short a time not all: who waits for another node's changes to be in the log is told after some seconds.
    expect((await survive(fault)).toldNotSaving).toBeGreaterThan(0)
  })
})
