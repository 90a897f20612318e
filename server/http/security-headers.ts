/** Headers that every answer carries. */
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import type { ServerContext } from './server-env.ts'

/** `'self'` includes ws: in today's browsers only; Safari before 15.4 needs the socket's address in words. */
const socketSources = (c: ServerContext): string => {
  const { host } = new URL(c.req.url)
  return `ws://${host} wss://${host}`
}

/** @param isHttps  whether people reach the server by https only, so that browsers may be told to insist on it
 * @param embedOrigins  sites that may show our pages in frames */
export function securityHeaders(isHttps: boolean, embedOrigins: readonly string[]) {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // Solid and the renderer set style attributes; scripts stay out.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'", c => socketSources(c as ServerContext)],
      fontSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'", ...embedOrigins],
    },
    // The older word for frameAncestors can name no other site.
    xFrameOptions: embedOrigins.length === 0,
    // Keys of links stand in addresses.
    referrerPolicy: 'no-referrer',
    crossOriginOpenerPolicy: 'same-origin',
    strictTransportSecurity: isHttps ? 'max-age=31536000' : false,
    // A picture brings a stricter policy with it.
    overwrite: false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  })
  return createMiddleware(async (c, next) => {
    // An upgrade is answered by 101, which has no content for these to protect.
    if (c.req.header('upgrade')) return next()
    return headers(c, next)
  })
}
