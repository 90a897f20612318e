/** What has gone wrong with PostgreSQL, in the store's words. */
import postgres from 'postgres'
import { StoreError, type StoreErrorKind } from '../store.ts'

/** By the beginning of the code: PostgreSQL's own (appendix A of its manual), the driver's, the system's, zlib's. */
const KINDS: readonly (readonly [codePrefix: string, kind: StoreErrorKind])[] = [
  ['53100', 'full'],
  ['53', 'busy'],
  ['55P03', 'busy'],
  ['57014', 'busy'],
  ['40', 'busy'],
  ['XX001', 'corrupt'],
  ['XX002', 'corrupt'],
  ['CONNECTION_ENDED', 'closed'],
  // zlib's: what was stored is not a deflated stream any more.
  ['Z_', 'corrupt'],
  ['ERR_BUFFER_TOO_LARGE', 'corrupt'],
]

/** Everything that is not named here is `io`: lost connections, a server that restarts or takes no writes, a refused password. The
 * same may be tried again after all of them. */
export function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  const kind = KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'io'
  return new StoreError(kind, code ? `${messageOf(error)} (${code})` : messageOf(error))
}

function messageOf(error: unknown): string {
  // One for each address that was tried, none of its own.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  const text = error instanceof Error ? error.message : String(error)
  const detail = error instanceof postgres.PostgresError ? error.hint : undefined
  return detail ? `${text}; ${detail}` : text
}
