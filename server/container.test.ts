/** The Dockerfile without Docker: whether what it copies is there, and whether a server of these files alone starts and is found healthy by
 * the image's own commands. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob, relative } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { makeCertificate, whyNoCertificates } from './testing/certificates.ts'

// Processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

const ROOT = join(import.meta.dirname, '..')
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
const finalStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-container-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** What Docker is given: .dockerignore's last pattern that fits a file decides. */
const patterns = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
const isGiven = (file: string): boolean => {
  const decisive = patterns.findLast(pattern => {
    const bare = pattern.replace('!', '')
    return file.startsWith(`${bare}/`) || matchesGlob(file, bare) || bare === '*'
  })
  return decisive === undefined || decisive.startsWith('!')
}
const given = globSync(['*', '.npmrc', '{client,server,e2e,.ci}/**'], {
  cwd: ROOT,
  withFileTypes: true,
  exclude: entry => entry.name === 'node_modules',
})
  .filter(entry => entry.isFile())
  .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter(isGiven)

/** @returns what the COPY lines take from the project, not from other stages */
const copied = (stage: string): string[] =>
  [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(match => match[1]?.split(' ') ?? [])

/** The command in exec form that follows a word. */
function command(word: string): string[] {
  const line = new RegExp(`^${word}(.*)$`, 'm').exec(finalStage)?.[1] ?? ''
  return JSON.parse(line.slice(line.indexOf('['))) as string[]
}

it('everything the Dockerfile copies is there, and neither tests nor secrets', () => {
  for (const source of copied(dockerfile)) {
    expect(given.filter(file => file === source || file.startsWith(`${source}/`)).length).toBeGreaterThan(0)
  }
  expect(given.filter(file => /\.test\.ts$|testing|^(data|e2e|\.ci|\.git|\.env)/.test(file))).toEqual([])
})

it.for(['http', 'https'])(
  'its files are enough to serve %s, and its health check says so',
  async (scheme, { skip }) => {
    const why = scheme === 'https' ? whyNoCertificates() : undefined
    if (why !== undefined) skip(why)
    const app = makeDir()
    for (const source of copied(finalStage)) {
      for (const file of given.filter(path => path === source || path.startsWith(`${source}/`))) {
        cpSync(join(ROOT, file), join(app, file))
      }
    }
    symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'))
    const tls = scheme === 'https' ? makeCertificate(makeDir()) : undefined
    const env = {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATA_DIR: makeDir(),
      ...(tls && { TLS_CERT: tls.certPath, TLS_KEY: tls.keyPath }),
    }
    const [program = '', ...args] = command('CMD')
    const server = spawn(program, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] })
    cleanUp.push(() => server.kill('SIGKILL'))
    const [said] = await once(server.stdout, 'data')
    const port = /:(\d+)$/m.exec(String(said))?.[1]
    const [checker = '', ...checks] = command('HEALTHCHECK')
    const check = (PORT: string | undefined) =>
      execFileSync(checker, checks, { cwd: app, env: { ...env, PORT }, stdio: 'ignore' })
    check(port)
    server.kill('SIGTERM')
    await once(server, 'exit')
    expect(() => check(port)).toThrow()
  },
)
