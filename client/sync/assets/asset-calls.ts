/** A board's pictures over HTTP. What can go wrong is a value, never a throw. */
import type { AssetId, BoardId } from '#shared/ids.ts'

export type Fetched =
  | { readonly kind: 'here'; readonly blob: Blob }
  /** The server says so: nobody has sent it yet, which may be never. */
  | { readonly kind: 'missing' }
  /** The network is away, the server is busy, or this person may not see it (now). */
  | { readonly kind: 'later' }
export type Sent =
  | { readonly kind: 'sent' }
  | { readonly kind: 'later' }
  /** Not as long as this person's rights, or the board, are what they are; a sentence for the person. */
  | { readonly kind: 'notAllowed'; readonly message: string }
  /** Final; a sentence for the person. */
  | { readonly kind: 'refused'; readonly message: string }

/** A connection slower than this, and as long to begin with, is taken for dead. */
const LEAST_BYTES_A_MS = 8
const PATIENCE_MS = 60_000
/** For what the picture is, the server will never take it. */
const FINAL: readonly number[] = [400, 409, 413, 415, 422, 507]

const NOT_ALLOWED: readonly number[] = [401, 403, 404]

/** By which right: the address' own, as the socket and the other calls come with. */
function callOf(boardId: BoardId, path: string): { url: string; headers: Headers } {
  const rights = new URLSearchParams(location.search)
  const [key, token] = [rights.get('key'), rights.get('token')]
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {})
  return {
    url: `/api/boards/${boardId}/assets${path}${key ? `?key=${encodeURIComponent(key)}` : ''}`,
    headers,
  }
}

/** How long this much may take, ms. */
const patienceFor = (bytes: number): number => PATIENCE_MS + Math.ceil(bytes / LEAST_BYTES_A_MS)

/** @param signal  gives it up, as does an answer that does not get on: the answer is `later` */
export async function fetchAsset(boardId: BoardId, asset: AssetId, signal: AbortSignal): Promise<Fetched> {
  const { url, headers } = callOf(boardId, `/${asset}`)
  const stalled = new AbortController()
  const giveUpAfter = (bytes: number) => setTimeout(() => stalled.abort(), patienceFor(bytes))
  let timer = giveUpAfter(0)
  try {
    const response = await fetch(url, {
      headers,
      cache: 'no-store',
      signal: AbortSignal.any([signal, stalled.signal]),
    })
    // How much is to come is known only now.
    clearTimeout(timer)
    timer = giveUpAfter(Number(response.headers.get('content-length') ?? 0))
    if (response.ok) return { kind: 'here', blob: await response.blob() }
    return { kind: response.status === 404 ? 'missing' : 'later' }
  } catch {
    return { kind: 'later' } // no network, or an answer that broke off
  } finally {
    clearTimeout(timer)
  }
}

export async function sendAsset(boardId: BoardId, blob: Blob, signal: AbortSignal): Promise<Sent> {
  const { url, headers } = callOf(boardId, '')
  headers.set('content-type', blob.type || 'application/octet-stream')
  const patience = AbortSignal.timeout(patienceFor(blob.size))
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: blob,
      signal: AbortSignal.any([signal, patience]),
    })
    if (response.ok) return { kind: 'sent' }
    const isFinal = FINAL.includes(response.status)
    if (!isFinal && !NOT_ALLOWED.includes(response.status)) return { kind: 'later' }
    return { kind: isFinal ? 'refused' : 'notAllowed', message: sentenceOf(await response.text()) }
  } catch {
    return { kind: 'later' }
  }
}

function sentenceOf(body: string): string {
  let error: unknown
  try {
    error = JSON.parse(body).error
  } catch {
    // An answer that is not ours: of a proxy that takes nothing so large, say.
  }
  const text = typeof error === 'string' && error !== '' ? error : 'the server did not take it'
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
