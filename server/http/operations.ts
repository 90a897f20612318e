/** For whoever runs the server: is it alive, should it get traffic, how is it doing. */
import { Hono } from 'hono'
import type { Clock } from '../live/clock.ts'
import type { BoardStore } from '../store/store.ts'
import type { Exposition } from './metrics.ts'

export interface OperationsDeps {
  readonly serverVersion: string
  readonly isDraining: () => boolean
  readonly isFailing: () => boolean
  readonly store: Pick<BoardStore, 'watermarks'>
  readonly clock: Clock
  /** Whether this node hears the others, if there may be any. */
  readonly isJoined: () => boolean
  readonly metrics: Exposition
}

/** Who asks whether the server is ready does not wait for longer than this to be told that its store does not answer. */
const STORE_ANSWER_MS = 3000

export function operations(deps: OperationsDeps) {
  const { serverVersion, isDraining, isFailing, isJoined, store, clock, metrics } = deps
  const hasStore = async (): Promise<boolean> => {
    const { promise: silence, resolve } = Promise.withResolvers<false>()
    const timer = clock.after(STORE_ANSWER_MS, () => resolve(false))
    // It has to look, even for no board at all.
    const answer = store.watermarks([]).then(
      () => true,
      () => false,
    )
    const isThere = await Promise.race([answer, silence])
    timer.cancel()
    return isThere
  }
  return new Hono()
    .get('/healthz', c =>
      c.json({ status: 'ok', version: serverVersion }, 200, { 'Cache-Control': 'no-store' }),
    )
    .get('/readyz', async c => {
      const status = isDraining()
        ? 'draining'
        : isFailing()
          ? 'not-saving'
          : (await hasStore())
            ? 'ready'
            : 'no-store'
      // A node that does not hear the others still saves, and shows what they do a second later.
      const answer = isJoined() ? { status } : { status, nodes: 'apart' }
      return c.json(answer, status === 'ready' ? 200 : 503, { 'Cache-Control': 'no-store' })
    })
    .get('/metrics', async c =>
      c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }),
    )
}
