/** Three nodes as processes over PostgreSQL and Redis, and what can happen to them: a short run of what `npm run soak:nodes` does in
 * full. */
import { describe, expect, it } from 'vitest'
import { FAULTS, runFault } from '../e2e/nodes/faults.ts'
import { whyNoRedis } from '../e2e/nodes/own-redis.ts'
import { whyNoPostgres } from './testing/test-database.ts'

const reason = (await whyNoPostgres()) ?? whyNoRedis()

describe.skipIf(reason !== undefined)(`three nodes${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it.each(FAULTS)(
    '$name: nothing saved is lost, all come to the same, nobody is shown who is not there',
    async fault => {
      const result = await runFault(fault, fault.testMs)
      expect(result).toMatchObject({ lost: [], areEqual: true })
      expect(result.saved).toBeGreaterThan(0)
    },
    180_000,
  )
})
