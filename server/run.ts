/** One server process: starts from the environment, says where it listens, ends on a signal. */
import { networkInterfaces } from 'node:os'
import pino from 'pino'
import { type Config, ConfigError, readConfig } from './config.ts'
import { errorText, type Log } from './log.ts'
import { type RunningServer, SERVER_VERSION, startServer } from './start.ts'
import { StoreError } from './store/store.ts'

/** Orchestrators kill after 10 s. */
const DRAIN = { spreadMs: 2000, deadlineMs: 8000 }
const EXIT_BY_MS = 9500

/** An error for the person who starts the server: one line, no stack. */
function refuseToStart(error: unknown): never {
  const code = (error as { code?: unknown } | null)?.code
  const isTheirs = error instanceof ConfigError || error instanceof StoreError || typeof code === 'string'
  const text = error instanceof Error && !isTheirs ? (error.stack ?? error.message) : errorText(error)
  process.stderr.write(`Drawbridge cannot start: ${text}\n`)
  process.exit(1)
}

function greet({ host, tls }: Config, port: number): void {
  const scheme = tls ? 'https' : 'http'
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const isLocal = isEverywhere || host === '127.0.0.1' || host === '::1'
  const here = isLocal ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const lines = [`Drawbridge ${SERVER_VERSION} on Node ${process.version}`, `  ${scheme}://${here}:${port}`]
  const addresses = Object.values(networkInterfaces())
    .flatMap(infos => infos ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  if (isEverywhere)
    for (const { address } of addresses) lines.push(`  ${scheme}://${address}:${port}  (local network)`)
  process.stdout.write(`${lines.join('\n')}\n`)
}

function stopOnSignal(server: RunningServer, log: Log): void {
  let isStopping = false
  const stop = async (cause: NodeJS.Signals | 'failure'): Promise<void> => {
    if (isStopping) return
    isStopping = true
    log.info({ cause }, 'server.draining')
    setTimeout(() => process.exit(1), EXIT_BY_MS).unref()
    const isClean = await server.drain(DRAIN)
    log.info({ isClean }, 'server.drained')
    process.exit(isClean && cause !== 'failure' ? 0 : 1)
  }
  process.on('SIGTERM', signal => void stop(signal))
  process.on('SIGINT', signal => void stop(signal))
  // What others draw must not be lost to one bug: everything is made durable before the process ends.
  process.on('uncaughtException', error => {
    log.error({ reason: error.message, stack: error.stack }, 'server.failed')
    void stop('failure')
  })
}

/** Resolves when it listens; ends the process when it cannot. */
export async function runServer(): Promise<void> {
  try {
    const config = readConfig(process.env)
    const log = pino({ level: config.logLevel, base: null }, pino.destination(2))
    const server = await startServer(config, { log })
    stopOnSignal(server, log)
    log.info(
      { port: server.port, host: config.host, version: SERVER_VERSION, node: process.version },
      'server.started',
    )
    greet(config, server.port)
  } catch (error) {
    refuseToStart(error)
  }
}
