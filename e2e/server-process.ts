/** The real server as a process of its own, over a data folder of its own: started, ended politely, killed, started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '..')
/** Many people of one test come from one address. */
const NO_LIMITS = { MAX_CONNECTIONS_PER_IP: '0', BOARDS_PER_HOUR_PER_IP: '0' }

export interface NewBoard {
  readonly id: string
  readonly name: string
}

export interface ImportedBoard extends NewBoard {
  readonly imported: number
  readonly skipped: Readonly<Record<string, number>>
}

export class ServerProcess {
  readonly dataDir: string
  readonly log: string[] = []
  readonly #env: Readonly<Record<string, string>>
  readonly #isOwnDir: boolean
  #child: ChildProcess | undefined
  #port = 0

  /** @param dataDir  somebody else's, which stays; otherwise it makes one and removes it */
  constructor(env: Readonly<Record<string, string>> = {}, dataDir?: string) {
    this.#env = env
    this.#isOwnDir = dataDir === undefined
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), 'drawbridge-e2e-'))
  }

  get port(): number {
    return this.#port
  }
  get url(): string {
    return `${this.#env.TLS_CERT ? 'https' : 'http'}://127.0.0.1:${this.#port}`
  }
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Again on the same port after the first time, so that clients come back by themselves. */
  async start(): Promise<void> {
    const child = spawn('node', ['server/main.ts'], {
      cwd: ROOT,
      env: {
        ...process.env,
        ...NO_LIMITS,
        HOST: '127.0.0.1',
        PORT: String(this.#port),
        DATA_DIR: this.dataDir,
        ...this.#env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child = child
    const lines = createInterface({ input: child.stderr })
    this.#port = await new Promise<number>((resolve, reject) => {
      lines.on('line', line => {
        this.log.push(line)
        const port = startedPort(line)
        if (port !== undefined) resolve(port)
      })
      child.once('exit', code => reject(new Error(`the server ended with ${code}:\n${this.log.join('\n')}`)))
    })
  }

  /** @returns the exit code */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }

  async dispose(): Promise<void> {
    await this.stop('SIGKILL')
    if (this.#isOwnDir) rmSync(this.dataDir, { recursive: true, force: true })
  }

  async createBoard(name = ''): Promise<NewBoard> {
    const response = await fetch(`${this.url}/api/boards`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    })
    if (response.status !== 201) throw new Error(`making a board answered ${response.status}`)
    return (await response.json()) as NewBoard
  }

  /** Makes a board of an `.excalidraw` file. */
  async importBoard(file: object): Promise<ImportedBoard> {
    const response = await fetch(`${this.url}/api/boards?format=excalidraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(file),
    })
    if (response.status !== 201) throw new Error(`importing a board answered ${response.status}`)
    return (await response.json()) as ImportedBoard
  }

  async readBoard(id: string): Promise<{ shapeCount: number; participants: number; name: string }> {
    const response = await fetch(`${this.url}/api/boards/${id}`)
    if (!response.ok) throw new Error(`reading a board answered ${response.status}`)
    return (await response.json()) as { shapeCount: number; participants: number; name: string }
  }
}

function startedPort(line: string): number | undefined {
  try {
    const { msg, port } = JSON.parse(line) as { msg?: string; port?: number }
    return msg === 'server.started' ? port : undefined
  } catch {
    return undefined // a line that is not a log line, such as a stack trace
  }
}
