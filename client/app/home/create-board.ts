/** Asks the server for a new board. What can go wrong is a value with a sentence for the person, never a throw. */
import { type BoardId, isBoardId } from '#shared/ids.ts'

export type CreatedBoard =
  | { readonly ok: true; readonly id: BoardId }
  | { readonly ok: false; readonly reason: string }

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** A server that takes longer is not there; the person may try again. */
const TIMEOUT_MS = 15_000

export async function createBoard(request: Fetch = fetch): Promise<CreatedBoard> {
  let response: Response
  try {
    response = await request('/api/boards', { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch {
    return refuse('No connection to the server. Check your network and try again.')
  }
  if (response.status === 429) return refuse(tooMany(response.headers.get('retry-after')))
  if (response.status >= 500)
    return refuse('The server has a problem and made no board. Try again in a minute.')
  const id = response.ok ? await readId(response) : undefined
  if (id === undefined) return refuse(`The server made no board (it answered ${response.status}).`)
  return { ok: true, id }
}

const refuse = (reason: string): CreatedBoard => ({ ok: false, reason })

async function readId(response: Response): Promise<BoardId | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || !('id' in body)) return undefined
  return typeof body.id === 'string' && isBoardId(body.id) ? body.id : undefined
}

/** @param retryAfter  the header: whole seconds, or a date, which is not spelled out */
function tooMany(retryAfter: string | null): string {
  const seconds = Number(retryAfter)
  const when =
    retryAfter === null || !Number.isFinite(seconds)
      ? 'later'
      : seconds < 90
        ? `in ${Math.max(1, Math.ceil(seconds))} seconds`
        : `in ${Math.ceil(seconds / 60)} minutes`
  return `Many boards were made from here just now. Try again ${when}.`
}
