/** Finds a Chromium for the end-to-end tests, or installs one the first way that works. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Chromium refuses its sandbox to root; the rest keeps it from looking for its maker's servers. */
export const CHROMIUM_ARGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** `CHROMIUM_PATH`, Playwright's own download, or the system's. */
export function findChromium(): string | undefined {
  const asked = process.env.CHROMIUM_PATH
  if (asked) {
    if (!existsSync(asked)) throw new Error(`CHROMIUM_PATH is ${asked}, which does not exist`)
    return asked
  }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const onPath = SYSTEM_NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  return [chromium.executablePath(), ...onPath].find(path => existsSync(path))
}

/** @throws Error that says what was tried, when no browser is there and none can be installed */
export function ensureChromium(): string {
  const found = findChromium()
  if (found) return found
  const ways: [string, string[]][] = [['npx', ['playwright', 'install', '--with-deps', 'chromium']]]
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    ways.unshift(['sh', ['-c', 'apt-get update -q && apt-get install -qy --no-install-recommends chromium']])
  }
  for (const [command, args] of ways) {
    console.log(`No Chromium found; trying: ${command} ${args.join(' ')}`)
    try {
      execFileSync(command, args, { stdio: 'inherit' })
    } catch (error) {
      console.log(error instanceof Error ? error.message : error)
    }
    const installed = findChromium()
    if (installed) return installed
  }
  throw new Error('No Chromium for the end-to-end tests: install one, or name it in CHROMIUM_PATH')
}
