/** `npm run soak:nodes [-- --only kill]`: every fault of e2e/nodes/faults.ts in full, on three nodes over PostgreSQL and Redis. Prints a row
 * a fault, and exits with 1 when anything is lost. */
import { parseArgs } from 'node:util'
import { FAULTS, PEOPLE, runFault } from './nodes/faults.ts'

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
let isSound = true
console.log(
  '| fault | edits | of them saved | lost | replicas | told "not saving", then saved | seen by others meanwhile, median · longest | all is well after | people are right after | log read again |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const fault of FAULTS.filter(({ name }) => name.includes(values.only))) {
  const result = await runFault(fault, fault.soakMs)
  const { edits, saved, lost, areEqual, toldNotSaving, heals } = result
  isSound &&= lost.length === 0 && areEqual
  const seen = `${Math.round(result.duringP50Ms)} ms · ${seconds(result.duringMaxMs)}`
  const after = `${seconds(result.recoveryMs)} | ${seconds(result.peopleMs)}`
  console.log(
    `| ${result.fault} | ${edits} | ${saved} | ${lost.length} | ${areEqual ? 'equal' : 'DIFFER'} | ${toldNotSaving} of ${PEOPLE} | ${seen} | ${after} | ${heals} |`,
  )
  for (const key of lost) console.error(`lost: ${key}`)
}
console.log(isSound ? 'Nothing that was said to be saved is missing.' : 'FAILED')
process.exit(isSound ? 0 : 1)

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
