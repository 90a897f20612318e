/** What a request says about where it comes from, believed only as far as it can be. */
import type { Config } from '../config.ts'
import type { ServerContext } from './server-env.ts'

type ProxyConfig = Pick<Config, 'trustedProxyCount' | 'publicUrl'>

/** The address that limits count. Each trusted proxy has appended the address it was called from to
 * `X-Forwarded-For`, so counting from the right no client can make one up. */
export function clientAddress(c: ServerContext, { trustedProxyCount }: ProxyConfig): string {
  const direct = c.env?.incoming?.socket.remoteAddress ?? 'unknown'
  if (trustedProxyCount === 0) return direct
  const hops = (c.req.header('x-forwarded-for') ?? '')
    .split(',')
    .map(hop => hop.trim())
    .filter(hop => hop !== '')
  return hops.at(-trustedProxyCount) ?? direct
}

/** `http://host` as the person's browser calls this server; `PUBLIC_URL` if it is set. */
export function ownOrigin(c: ServerContext, { publicUrl, trustedProxyCount }: ProxyConfig): string {
  if (publicUrl) return publicUrl
  const url = new URL(c.req.url)
  const forwarded =
    trustedProxyCount > 0 ? c.req.header('x-forwarded-proto')?.split(',').at(-1)?.trim() : undefined
  return `${forwarded === 'https' ? 'https:' : url.protocol}//${url.host}`
}

/** Whether the page that sent this may use the server. Browsers always say which page it was on a POST and on a WebSocket;
 * whoever says nothing is no browser, and no page can make a browser say nothing.
 * @param allowedOrigins  as configured; `*` for all */
export function isAllowedOrigin(
  c: ServerContext,
  config: ProxyConfig & Pick<Config, 'allowedOrigins'>,
): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined || isOwnOrigin(c, config)) return true
  return config.allowedOrigins.includes('*') || config.allowedOrigins.includes(origin)
}

/** Whether one of our own pages sent this, or no page at all: only then are cookies believed. */
export function isOwnOrigin(c: ServerContext, config: ProxyConfig): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  // No script can set this header. It holds when a proxy in between, such as Vite's, has put another Host.
  if (c.req.header('sec-fetch-site') === 'same-origin') return true
  if (!URL.canParse(origin)) return false
  // Only the host is compared: behind a proxy that ends TLS this server believes itself to be http.
  return new URL(origin).host === new URL(ownOrigin(c, config)).host || origin === config.publicUrl
}
