/** `npm test`: every check there is, in the order in which they are quick to fail. Ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { ensureChromium } from '../e2e/browser.ts'
import { ensureProxy } from '../e2e/find-proxy.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

const RESULTS = 'test-results'
const total: Counts = { passed: 0, failed: 0, skipped: 0 }

console.log(`Checks run on Node ${process.version}`)
rmSync(RESULTS, { recursive: true, force: true })
mkdirSync(RESULTS, { recursive: true })

check('types', ['tsc', '-p', 'server'], ['tsc', '-p', 'client'], ['tsc', '-p', 'e2e'])
check('lint', ['biome', 'ci', '--error-on-warnings', '.'])
suite(
  'unit tests',
  ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}/unit.json`],
  () => {
    const report = JSON.parse(readFileSync(`${RESULTS}/unit.json`, 'utf8')) as Record<string, number>
    return {
      passed: report.numPassedTests ?? 0,
      failed: report.numFailedTests ?? 0,
      skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    }
  },
)
check('build', ['vite', 'build', '--logLevel', 'warn'])
process.env.CHROMIUM_PATH = ensureChromium()
process.env.NGINX_PATH = ensureProxy('nginx') ?? ''
process.env.CADDY_PATH = ensureProxy('caddy') ?? ''
suite('end-to-end tests', ['playwright', 'test', '--config', 'e2e/playwright.config.ts'], () => {
  const { stats } = JSON.parse(readFileSync(`${RESULTS}/e2e.json`, 'utf8')) as {
    stats: Record<string, number>
  }
  // A test that passed at a second try would be a flaky one: that counts as failed.
  return {
    passed: stats.expected ?? 0,
    failed: (stats.unexpected ?? 0) + (stats.flaky ?? 0),
    skipped: stats.skipped ?? 0,
  }
})

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed > 0 ? 1 : 0)

/** Commands that pass or fail as one. */
function check(name: string, ...commands: [string, ...string[]][]): void {
  const isSound = commands.every(command => run(name, command))
  add(isSound ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 })
}

/** A test runner that leaves a report. */
function suite(name: string, command: [string, ...string[]], read: () => Counts): void {
  const isSound = run(name, command)
  let counts: Counts
  try {
    counts = read()
  } catch (error) {
    console.error(`${name} left no report: ${error instanceof Error ? error.message : error}`)
    counts = { passed: 0, failed: 1, skipped: 0 }
  }
  // A runner can fail without a failing test (a file that does not load): that must not look like success.
  if (!isSound && counts.failed === 0) counts.failed = 1
  add(counts)
}

function run(name: string, [command, ...args]: [string, ...string[]]): boolean {
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) console.error(error.message)
  return status === 0
}

function add({ passed, failed, skipped }: Counts): void {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
