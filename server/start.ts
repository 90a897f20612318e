/** Puts the parts together, listens, and takes them apart again. Called by main.ts for the real server and by tests for one
 * on a free port; reads no environment and ends no process. */
import { randomBytes } from 'node:crypto'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve, type WebSocketServerLike } from '@hono/node-server'
import { type ServerOptions, WebSocketServer } from 'ws'
import { CLOSE, SUBPROTOCOL } from '#shared/protocol.ts'
import manifest from '../package.json' with { type: 'json' }
import { createApp } from './app.ts'
import type { Bus } from './bus/bus.ts'
import { RedisBus } from './bus/redis.ts'
import { checkRedis, RedisRefusal } from './bus/redis-check.ts'
import { type Config, ConfigError } from './config.ts'
import { Certificate } from './http/certificate.ts'
import { LiveSockets } from './http/live-sockets.ts'
import { type Clock, systemClock } from './live/clock.ts'
import { Heartbeat } from './live/heartbeat.ts'
import { Nodes } from './live/nodes.ts'
import { Registry } from './live/registry.ts'
import type { Log } from './log.ts'
import { openStore } from './open-store.ts'
import type { BoardStore } from './store/store.ts'

export const SERVER_VERSION: string = manifest.version

export interface StartOptions {
  readonly log: Log
  readonly clock?: Clock
  /** Instead of the configured one. */
  readonly store?: BoardStore
  /** Instead of the configured one. */
  readonly bus?: Bus
  /** Folder of the built page; `dist/client` of this package unless given. */
  readonly clientDir?: string
  /** Wall clock, ms, for what expires. */
  readonly now?: () => number
  /** How long an empty room stays open. */
  readonly lingerMs?: number
  /** Another server has taken the boards over: this one must end. */
  readonly onLost?: (error: Error) => void
}

export interface DrainOptions {
  /** The closes of the sockets are spread over this time. */
  readonly spreadMs: number
  /** After this the rest is given up. */
  readonly deadlineMs: number
}

export interface RunningServer {
  readonly port: number
  /** Stops accepting, makes everything durable, closes every socket with 1012, lets go of the store.
   * @returns whether everything is durable */
  drain(options: DrainOptions): Promise<boolean>
}

/** A frame may be this much over `MAX_MESSAGE_BYTES` and is still read to its end, so that it is refused with 4413, which
 * stops a stock client; what is longer yet `ws` cuts off with 1009, after which it tries again. */
const HARD_LIMIT_FACTOR = 2
/** How long a peer may take to answer a close. */
const CLOSE_TIMEOUT_MS = 3000

/** How long a peer may take over the TLS handshake, in which it holds a socket and nothing else. */
const TLS_HANDSHAKE_TIMEOUT_MS = 10_000

/** @throws ConfigError when it is there and will not do */
async function lookAtRedis(url: string, log: Log): Promise<void> {
  try {
    const reason = await checkRedis(url)
    if (reason !== undefined) log.warn({ reason }, 'bus.away')
  } catch (error) {
    if (!(error instanceof RedisRefusal)) throw error
    throw new ConfigError(`REDIS_URL cannot be used: ${error.message}`)
  }
}

/** @throws ConfigError when the certificate is no good, or Redis will not do; StoreError when the store cannot be opened; an Error with `code` when the
 * port cannot */
export async function startServer(config: Config, options: StartOptions): Promise<RunningServer> {
  const { log, clock = systemClock, now = Date.now } = options
  const certificate = config.tls && (await Certificate.read(config.tls, { clock, now, log }))
  if (config.redisUrl !== undefined && !options.bus) await lookAtRedis(config.redisUrl, log)
  const { store, secret } = options.store
    ? { store: options.store, secret: config.sessionSecret ?? randomBytes(32).toString('base64url') }
    : await openStore(config, options)
  const bus = options.bus ?? (config.redisUrl === undefined ? undefined : new RedisBus(config.redisUrl, log))
  const nodes = bus && new Nodes({ bus, store, clock, log })
  let isDraining = false
  const registry = new Registry({
    store,
    nodes,
    clock,
    log,
    limits: config.limits,
    serverVersion: SERVER_VERSION,
    now,
    ...(options.lingerMs !== undefined && { lingerMs: options.lingerMs }),
  })
  const heartbeat = new Heartbeat(clock)
  const sockets = new LiveSockets(clock, config.limits.maxConnectionsPerIp)
  const app = createApp({
    config,
    store,
    nodes,
    registry,
    heartbeat,
    sockets,
    clock,
    now,
    log,
    secret,
    serverVersion: SERVER_VERSION,
    certificate,
    clientDir: options.clientDir ?? fileURLToPath(new URL('../dist/client', import.meta.url)),
    isDraining: () => isDraining,
  })
  // The types of ws lag behind it: they lack `closeTimeout`.
  const wssOptions: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: config.limits.maxMessageBytes * HARD_LIMIT_FACTOR,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: offered => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  }
  // `ws` is what the adapter is made for; only its types of `send` do not say so.
  const wss = new WebSocketServer(wssOptions) as unknown as WebSocketServerLike
  const server = serve({
    fetch: app.fetch,
    hostname: config.host,
    port: config.port,
    websocket: { server: wss },
    ...(certificate && {
      createServer: createTlsServer,
      serverOptions: { ...certificate.credentials, handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS },
    }),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve)
      server.once('error', reject)
    })
  } catch (error) {
    heartbeat.stop()
    await nodes?.close()
    await store.close()
    throw error
  }
  certificate?.watch(credentials => (server as TlsServer).setSecureContext(credentials))

  const drain = async ({ spreadMs, deadlineMs }: DrainOptions): Promise<boolean> => {
    isDraining = true
    const { promise: deadline, resolve: late } = Promise.withResolvers<void>()
    const timer = clock.after(deadlineMs, late)
    const stopped = new Promise<void>(resolve => server.close(() => resolve()))
    // First, so that what is acknowledged already does not wait for the slowest socket.
    await Promise.race([registry.flush(), deadline])
    await sockets.closeAll(CLOSE.restarting, 'the server is restarting', spreadMs)
    // What came in until each socket's close; and while the store fails, the time that is left for it to recover.
    await Promise.race([registry.flush(), deadline])
    const isClean = registry.dirtyCount === 0
    await Promise.race([sockets.gone(CLOSE_TIMEOUT_MS), deadline])
    heartbeat.stop()
    certificate?.stop()
    registry.discard()
    if (nodes) await Promise.race([nodes.close(), deadline])
    await Promise.race([store.close(), deadline])
    if ('closeAllConnections' in server) server.closeAllConnections()
    await Promise.race([stopped, deadline])
    timer.cancel()
    return isClean
  }
  return { port: (server.address() as AddressInfo).port, drain }
}
