/** A small run of what `npm run soak` does a thousand times. */
import { expect, it } from 'vitest'
import { runKillSoak } from '../e2e/kill-soak.ts'

it('[W9] nothing that was said to be saved is missing after kill -9 at random moments', async () => {
  const result = await runKillSoak({ kills: 5, seed: 1 })
  expect(result).toMatchObject({ lost: [], errors: [], integrity: 'ok' })
  expect(result.savedCount).toBeGreaterThan(0)
}, 60_000)
