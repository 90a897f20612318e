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

function greet({ host, tls, databaseUrl, redisUrl }: Config, port: number): void {
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
  if (databaseUrl !== undefined && redisUrl === undefined)
    lines.push('  boards in PostgreSQL, for this node alone: set REDIS_URL to have several')
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** @param lost  the server is to end because its boards have another */
function stopOnSignal(server: RunningServer, log: Log, lost: Promise<Error>): void {
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
  void lost.then(error => {
    log.error({ reason: error.message }, 'store.lost')
    void stop('failure')
  })
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
    const { promise: lost, resolve: onLost } = Promise.withResolvers<Error>()
    const server = await startServer(config, { log, onLost })
    stopOnSignal(server, log, lost)
    log.info(
      { port: server.port, host: config.host, version: SERVER_VERSION, node: process.version },
      'server.started',
    )
    greet(config, server.port)
  } catch (error) {
    refuseToStart(error)
  }
}
