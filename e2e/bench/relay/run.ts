/** `npm run bench:relay [-- --only fan-out,join --participants 200 …]`: measures the servers in turn and prints tables.
 * The machine is whatever it is and busy with whatever it is busy with: ratios within one run hold, times do not. */
import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'fan-out,join,idle,thousand,saved,restart' },
    seconds: { type: 'string', default: '4' },
    participants: { type: 'string', default: '200' },
    'cursor-hz': { type: 'string', default: '20' },
    drawers: { type: 'string', default: '5' },
    joiners: { type: 'string', default: '100' },
    shapes: { type: 'string', default: '10000' },
    'big-joiners': { type: 'string', default: '150' },
    'big-shapes': { type: 'string', default: '95000' },
    idle: { type: 'string', default: '2000' },
    'idle-boards': { type: 'string', default: '200' },
    crowd: { type: 'string', default: '1000' },
    'crowd-hz': { type: 'string', default: '20' },
    'small-boards': { type: 'string', default: '60' },
    'small-participants': { type: 'string', default: '5' },
    'saved-boards': { type: 'string', default: '100' },
    'restart-participants': { type: 'string', default: '200' },
    'rolling-boards': { type: 'string', default: '20' },
    victims: { type: 'string', default: '50' },
  },
})

// Its own folder, so that whoever only wants to draw does not install the rivals.
if (!existsSync(join(import.meta.dirname, 'node_modules'))) {
  console.log('Installing what the benchmark needs (once)…')
  // None of it needs to build anything: LevelDB is for persistence, which is off.
  execSync('npm ci --ignore-scripts --loglevel=error', { cwd: import.meta.dirname, stdio: 'inherit' })
}
// After the installation, because they import from it.
const { runCases } = await import('./cases.ts')

const gib = Math.round(totalmem() / 2 ** 30)
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}\n`)
await runCases(values.only.split(','), name => Number(values[name]))
process.exit(0)
