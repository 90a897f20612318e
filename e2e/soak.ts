/** `npm run soak [-- --kills 1000 --seed 7]`: see kill-soak.ts. Exits with 1 when anything is lost or broken. */
import { parseArgs } from 'node:util'
import { runKillSoak, type SoakResult } from './kill-soak.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)
const startedAtMs = Date.now()
let reportedAtMs = startedAtMs

console.log(`seed ${seed}, ${kills} kills`)
const result = await runKillSoak({
  kills,
  seed,
  report: soFar => {
    if (Date.now() - reportedAtMs < 30_000) return
    reportedAtMs = Date.now()
    console.log(summary(soFar))
  },
})
console.log(summary(result))
for (const line of [...result.lost, ...result.errors]) console.error(line)
const isSound = result.lost.length === 0 && result.errors.length === 0 && result.integrity === 'ok'
console.log(isSound ? 'Nothing that was said to be saved is missing.' : 'FAILED')
process.exit(isSound ? 0 : 1)

function summary(soFar: SoakResult): string {
  const { killCount, startsKilled, drainsKilled, boardCount, editCount, savedCount, lost } = soFar
  return [
    `${Math.round((Date.now() - startedAtMs) / 1000)} s: ${killCount} kills`,
    `(${startsKilled} of starts, ${drainsKilled} of drains), ${boardCount} boards,`,
    `${editCount} edits of which ${savedCount} were said to be saved, ${lost.length} of them lost;`,
    soFar.integrity && `${soFar.snapshotCount} snapshots, integrity check: ${soFar.integrity}`,
  ].join(' ')
}
