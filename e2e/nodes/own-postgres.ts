/** A PostgreSQL of a test's own, with its data in a temporary folder: it can be stopped, killed and started again, and configured. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, chown, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './own-redis.ts'

/** Where Debian keeps its versions, each in a folder of its own and none in the path. */
const DEBIAN_DIR = '/usr/lib/postgresql'
/** Its server refuses to run as root; Debian's packages bring this user. */
const USER = 'postgres'
/** Until what is left of one that was killed has noticed it, the next one does not start. */
const START_LIMIT_MS = 30_000
const TRY_AGAIN_MS = 50

/** As the modes of `pg_ctl stop`, which are signals: connections are ended and all is written; nothing is written, and the log is
 * gone through at the next start; the same, and nobody is told. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const
export type StopMode = keyof typeof SIGNALS

interface Programs {
  readonly dir: string
  /** Whose process it is to be; nothing where that may be anybody's. */
  readonly as: { readonly uid: number; readonly gid: number } | undefined
}

/** Why a test cannot have one here; `undefined` when it can. Under `CI=true` tests have to be complete. */
export async function whyNoOwnPostgres(): Promise<string | undefined> {
  const programs = await findPrograms()
  if (typeof programs !== 'string') return undefined
  if (process.env.CI === 'true') throw new Error(programs)
  return programs
}

export class OwnPostgres {
  readonly port: number
  readonly #dir: string
  readonly #programs: Programs
  #child: ChildProcess | undefined

  private constructor(port: number, dir: string, programs: Programs) {
    this.port = port
    this.#dir = dir
    this.#programs = programs
  }

  /** @param settings  lines for postgresql.conf */
  static async start(settings: readonly string[] = [], isStandby = false): Promise<OwnPostgres> {
    const programs = await findPrograms()
    if (typeof programs === 'string') throw new Error(programs)
    const dir = await mkdtemp(join(tmpdir(), 'drawbridge-postgres-'))
    if (programs.as) await chown(dir, programs.as.uid, programs.as.gid)
    const postgres = new OwnPostgres(await freePort(), dir, programs)
    const args = ['-D', postgres.dataDir, '-U', USER, '-E', 'UTF8', '--no-locale', '-A', 'trust', '--no-sync']
    const { status, stderr } = spawnSync(join(programs.dir, 'initdb'), args, {
      ...programs.as,
      cwd: dir,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`initdb ended with ${status}: ${stderr}`)
    await postgres.configure(settings)
    // It waits for what a primary has written, reads, and takes no writes.
    if (isStandby) await writeFile(join(postgres.dataDir, 'standby.signal'), '')
    await postgres.start()
    return postgres
  }

  /** Of the process whose children are all the others. */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get dataDir(): string {
    return join(this.#dir, 'data')
  }

  /** Of its administrator. */
  get url(): string {
    return `postgres://${USER}@127.0.0.1:${this.port}/postgres`
  }

  /** For the next start. */
  async configure(settings: readonly string[]): Promise<void> {
    await appendFile(join(this.dataDir, 'postgresql.conf'), `\n${settings.join('\n')}\n`)
  }

  /** For the next start: who is let in how.
   * @param rules  lines for pg_hba.conf */
  async admit(rules: readonly string[]): Promise<void> {
    await writeFile(join(this.dataDir, 'pg_hba.conf'), `${rules.join('\n')}\n`)
  }

  /** Brings a file to where the server finds it by its name, and nobody else may read it. */
  async copyIn(path: string): Promise<void> {
    const place = join(this.dataDir, basename(path))
    await copyFile(path, place)
    await chmod(place, 0o600)
    const { as } = this.#programs
    if (as) await chown(place, as.uid, as.gid)
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const giveUpAtMs = performance.now() + START_LIMIT_MS
    for (;;) {
      const failure = await this.#tryToStart()
      if (failure === undefined) return
      if (!failure.includes('shared memory') || performance.now() > giveUpAtMs) throw new Error(failure)
      await pause(TRY_AGAIN_MS)
    }
  }

  async stop(mode: StopMode): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(SIGNALS[mode])
    await exited
  }

  async dispose(): Promise<void> {
    await this.stop('immediate')
    await rm(this.#dir, { recursive: true, force: true, maxRetries: 10 })
  }

  /** @returns what it said when it did not start */
  async #tryToStart(): Promise<string | undefined> {
    const settings = { port: this.port, listen_addresses: '127.0.0.1', unix_socket_directories: '' }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(this.#programs.dir, 'postgres'), ['-D', this.dataDir, ...args], {
      ...this.#programs.as,
      cwd: this.#dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    const said: string[] = []
    return new Promise(resolve => {
      createInterface({ input: child.stderr }).on('line', line => {
        said.push(line)
        if (line.includes('ready to accept')) resolve(undefined)
      })
      child.once('exit', code => resolve(`postgres ended with ${code}:\n${said.join('\n')}`))
    })
  }
}

/** @returns why they cannot be used, as a text */
async function findPrograms(): Promise<Programs | string> {
  // Names of folders that are not there are as good as empty ones.
  const versions = await readdir(DEBIAN_DIR).catch(() => [])
  const dirs = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.sort((a, b) => Number(b) - Number(a)).map(version => join(DEBIAN_DIR, version, 'bin')),
  ]
  const dir = dirs.find(each => spawnSync(join(each, 'initdb'), ['--version']).status === 0)
  if (dir === undefined) return 'PostgreSQL’s initdb is not installed'
  if (process.getuid?.() !== 0) return { dir, as: undefined }
  const [uid, gid] = ['-u', '-g'].map(option =>
    Number(spawnSync('id', [option, USER], { encoding: 'utf8' }).stdout || Number.NaN),
  ) as [number, number]
  if (!Number.isInteger(uid)) return `PostgreSQL does not run as root, and there is no user ${USER}`
  return { dir, as: { uid, gid } }
}
