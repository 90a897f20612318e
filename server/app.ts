/** The HTTP side as one table: what is answered where. No port, no environment; `app.request` is enough to test it. */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { tokenReader } from './access/tokens.ts'
import { Assets } from './http/assets.ts'
import { type BoardAssetsDeps, boardAssets } from './http/board-assets.ts'
import { type BoardRightsDeps, boardRights } from './http/board-rights.ts'
import { type BoardsDeps, boards } from './http/boards.ts'
import { type LiveDeps, live } from './http/live.ts'
import { createMetrics, type MetricsDeps } from './http/metrics.ts'
import { operations } from './http/operations.ts'
import { NOT_FOUND_PAGE, pages } from './http/pages.ts'
import { BodyLost } from './http/receive-body.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { ServerEnv } from './http/server-env.ts'
import { Visitors } from './http/visitors.ts'
import type { Nodes } from './live/nodes.ts'
import type { Registry } from './live/registry.ts'
import { Rights } from './live/rights.ts'
import { errorText } from './log.ts'
import { StoreError } from './store/store.ts'

type Made = 'rights' | 'visitors'

export interface AppDeps
  extends Omit<BoardsDeps & BoardAssetsDeps & BoardRightsDeps & LiveDeps, Made | 'limits'> {
  readonly registry: Registry
  /** Signs sessions. */
  readonly secret: string
  readonly serverVersion: string
  /** Folder of the built page. */
  readonly clientDir: string
  readonly certificate?: MetricsDeps['certificate']
  /** Other nodes that serve the same boards. */
  readonly nodes?: Nodes | undefined
}

export function createApp(given: AppDeps) {
  const { config, registry, log, secret, now } = given
  const visitors = new Visitors({ config, secret, readToken: tokenReader(config, now) })
  const deps = { ...given, visitors, rights: new Rights(given) }
  const app = new Hono<ServerEnv>()
  app.use(securityHeaders(config.publicUrl?.startsWith('https:') ?? false, config.embedOrigins))
  if (config.allowedOrigins.length > 0) app.use('/api/*', cors({ origin: [...config.allowedOrigins] }))
  const metrics = createMetrics(deps)
  const isJoined = (): boolean => given.nodes?.isUp ?? true
  app.route('/', operations({ ...deps, isFailing: () => registry.isFailing, isJoined, metrics }))
  app.route('/api/boards', boards(deps))
  app.route('/api/boards', boardAssets(deps))
  app.route('/api/boards', boardRights(deps))
  app.route('/live', live({ ...deps, limits: config.limits }))
  app.all('/api/*', c => c.json({ error: 'there is nothing at this address' }, 404))
  app.route('/', pages({ ...deps, assets: new Assets(deps.clientDir) }))
  app.notFound(c => c.html(NOT_FOUND_PAGE, 404, { 'Cache-Control': 'no-cache' }))
  app.onError((error, c) => {
    // Nobody hears it, and nothing is wrong here.
    if (error instanceof BodyLost) return c.json({ error: error.message }, 408)
    const isStore = error instanceof StoreError
    const stack = isStore ? undefined : error.stack
    log.error(
      { method: c.req.method, route: c.req.routePath, reason: errorText(error), stack },
      'request.failed',
    )
    return isStore
      ? c.json({ error: 'the boards cannot be read right now; try again in a minute' }, 503)
      : c.json({ error: 'internal error' }, 500)
  })
  return app
}
