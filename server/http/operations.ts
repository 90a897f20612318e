/** For whoever runs the server: is it alive, should it get traffic, how is it doing. */
import { Hono } from 'hono'
import type { Exposition } from './metrics.ts'

export interface OperationsDeps {
  readonly serverVersion: string
  readonly isDraining: () => boolean
  readonly isFailing: () => boolean
  readonly metrics: Exposition
}

export function operations({ serverVersion, isDraining, isFailing, metrics }: OperationsDeps) {
  return new Hono()
    .get('/healthz', c =>
      c.json({ status: 'ok', version: serverVersion }, 200, { 'Cache-Control': 'no-store' }),
    )
    .get('/readyz', c => {
      const status = isDraining() ? 'draining' : isFailing() ? 'not-saving' : 'ready'
      return c.json({ status }, status === 'ready' ? 200 : 503, { 'Cache-Control': 'no-store' })
    })
    .get('/metrics', async c =>
      c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }),
    )
}
