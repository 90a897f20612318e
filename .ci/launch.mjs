/** Runs commands on the Node that the project brings: `node .ci/launch.mjs COMMAND ARG… [-- COMMAND ARG…]…`, one after the
 * other while they succeed.
 *
 * Starts on whatever Node the host has (20 or newer). First the locked dependencies are installed when they are missing or
 * older than the lock file; among them is `node`, the binary itself. A shell that had found the host's `node` before that
 * would go on using it, so the commands are started from here. Signals go on to the command that runs, and so does the end
 * of the `npm` that started it. */
import { execSync, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const env = { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH }

install()
checkNode()
let child
let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))
endWithParent()
for (const [command, ...args] of commands(process.argv.slice(2))) {
  const code = isStopping ? 1 : await run(command, args)
  if (code !== 0) process.exit(code)
}
process.exit(0)

function install() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const locked = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return
  console.log('Installing dependencies (once)…')
  // npm ci removes what is there first, so a half-done install is never built upon.
  execSync('npm ci --no-audit --no-fund --loglevel=error', { cwd: root, stdio: 'inherit' })
}

function checkNode() {
  const version = execSync('node --version', { cwd: root, env }).toString().trim()
  if (Number.parseInt(version.slice(1), 10) >= 24) return
  console.error(`Drawbridge runs on Node 24 or newer, got ${version}; remove node_modules and try again`)
  process.exit(1)
}

function stop(signal) {
  isStopping = true
  child?.kill(signal)
}

/** npm passes a signal on to the shell between it and us, and that dies of it without a word: then we have another parent. */
function endWithParent() {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) stop('SIGTERM')
  }, 250).unref()
}

/** Splits at `--`. */
function commands(words) {
  const end = words.indexOf('--')
  if (words.length === 0) return []
  return end < 0 ? [words] : [words.slice(0, end), ...commands(words.slice(end + 1))]
}

/** @returns the exit code; a command that a signal ended counts as failed */
function run(command, args) {
  return new Promise((resolve, reject) => {
    // Windows finds `vite.cmd` only through its shell.
    child = spawn(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' })
    child.on('error', reject)
    child.on('exit', code => resolve(code ?? 1))
  })
}
