/** The page and its files. The page itself is one: which board it shows it reads off its address. */
import { Hono } from 'hono'
import { isBoardId } from '#shared/ids.ts'
import { judge } from '../access/judge.ts'
import type { Registry } from '../live/registry.ts'
import type { Asset, Assets } from './assets.ts'
import type { GuardDeps } from './guard.ts'
import { Preloads } from './preloads.ts'
import type { ServerContext, ServerEnv } from './server-env.ts'

export interface PageDeps extends GuardDeps {
  readonly assets: Assets
  readonly registry: Pick<Registry, 'readAhead'>
}

const IMMUTABLE = 'public, max-age=31536000, immutable'
const NOT_BUILT =
  'The page has not been built yet. Run "npm start", or "npm run build" and restart the server.\n'

export function pages({ assets, rights, visitors, now, registry }: PageDeps) {
  /** Whether the board is there for whoever asks: one that nobody told them of is not. */
  const isThere = async (c: ServerContext, id: string): Promise<boolean> => {
    if (!isBoardId(id)) return false
    const outcome = await visitors.claimsOf(c, id)
    if (!outcome.ok) return true
    const record = await rights.read(id)
    const verdict = record && judge(record, outcome.claims, now())
    // The socket comes when the page's code is there; until then the board can be.
    if (verdict?.kind === 'in') registry.readAhead(id)
    return verdict !== undefined && (verdict.kind === 'in' || verdict.reason !== 'no-such-board')
  }
  const preloads = new Preloads()
  const page = async (c: ServerContext, status: 200 | 404): Promise<Response> => {
    const asset = await assets.read('index.html', c.req.header('accept-encoding'))
    if (!asset) return c.text(NOT_BUILT, 503)
    // Before the socket, whose upgrade can set no cookie.
    await visitors.remember(c)
    // The cookie is one person's: nobody in between may keep it for others.
    return c.body(asset.body, status, headersOf(asset, 'private, no-cache'))
  }
  return new Hono<ServerEnv>()
    .get('/', c => page(c, 200))
    .get('/b/:boardId', async c => {
      const links = preloads.linkHeader(await assets.read('build.json'))
      if (links) c.header('Link', links)
      // When the store cannot say, the page finds out: it keeps trying, which a 404 would talk it out of.
      return page(c, (await isThere(c, c.req.param('boardId')).catch(() => true)) ? 200 : 404)
    })
    .get('*', async (c, next) => {
      const asset = await assets.read(c.req.path, c.req.header('accept-encoding'))
      if (!asset || c.req.path === '/index.html') return next()
      const isHashed = c.req.path.startsWith('/assets/')
      // By its address a service worker could control everything below it only; it is to control the boards' pages.
      const scope = c.req.path === '/sw.js' ? { 'Service-Worker-Allowed': '/' } : undefined
      const headers = { ...headersOf(asset, isHashed ? IMMUTABLE : 'no-cache'), ...scope }
      if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304, headers)
      return c.body(asset.body, 200, headers)
    })
}

const headersOf = ({ type, etag, encoding }: Asset, cacheControl: string): Record<string, string> => ({
  'Content-Type': type,
  'Cache-Control': cacheControl,
  ETag: etag,
  Vary: 'Accept-Encoding',
  ...(encoding && { 'Content-Encoding': encoding }),
})

/** For people who followed a wrong link to anywhere but a board. */
export const NOT_FOUND_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not found · Drawbridge</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; text-align: center;
         font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark; }
  h1 { font-size: 20px; margin: 0 0 4px; }
</style>
<main>
  <h1>There is nothing here</h1>
  <p>The link may be incomplete. <a href="/">Open Drawbridge</a></p>
</main>
</html>
`
