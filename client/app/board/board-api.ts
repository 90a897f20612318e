/** Calls of `/api/boards/:id/…`. What can go wrong is a value with a sentence for the person, never a throw. */
import type { BoardId } from '#shared/ids.ts'
import type { GrantedRole, Role } from '#shared/roles.ts'

export type Answer<T> =
  | { readonly ok: true; readonly body: T }
  /** `status` 0: no answer at all. */
  | { readonly ok: false; readonly status: number; readonly message: string }

export type Anyone = GrantedRole | 'nobody'
export type MeetingState = 'open' | 'locked' | 'ended'

export interface BoardFacts {
  readonly role: Role
  /** What the board's address alone gives. */
  readonly anyone: Anyone
  readonly state: MeetingState
}

export interface LinkFacts {
  readonly id: string
  readonly role: GrantedRole
  readonly name: string
  readonly hasPassword: boolean
  readonly isValid: boolean
  /** ISO 8601. */
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}
export interface NewLink extends LinkFacts {
  readonly key: string
  readonly url: string
}

export interface PersonFacts {
  readonly id: string
  /** `undefined` for who may not come in. */
  readonly role?: Role
  /** `sub` of an embedder's token. */
  readonly subject?: string
  readonly isOwner: boolean
  /** Whether they can be told apart from others when they come again. */
  readonly isKnown: boolean
  readonly isRemoved: boolean
  readonly links: readonly { readonly id: string; readonly name: string }[]
  readonly connections: readonly { readonly clientId?: number }[]
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** A server that takes longer is not there; the person may try again. */
const TIMEOUT_MS = 15_000

/** @param path  below the board: '' or '/links' …
 * @param search  by which right: the address' own `?key=` or `?token=`, as the socket comes with */
export async function callBoard<T>(
  boardId: BoardId,
  method: Method,
  path: string,
  body?: unknown,
  search: string = location.search,
): Promise<Answer<T>> {
  const rights = new URLSearchParams(search)
  const key = rights.get('key')
  const token = rights.get('token')
  const headers = new Headers()
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (token) headers.set('authorization', `Bearer ${token}`)
  try {
    const response = await fetch(
      `/api/boards/${boardId}${path}${key ? `?key=${encodeURIComponent(key)}` : ''}`,
      {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
    )
    const text = await response.text()
    const json = text === '' ? undefined : JSON.parse(text)
    if (response.ok) return { ok: true, body: json as T }
    return { ok: false, status: response.status, message: sentenceOf(response.status, json?.error) }
  } catch {
    // No network, a time-out, or an answer that is not ours: of a proxy, say.
    const message = 'No answer from the server. Check your network and try again.'
    return { ok: false, status: 0, message }
  }
}

function sentenceOf(status: number, error: unknown): string {
  if (status === 403) return 'You have no right to do that on this board (any more).'
  if (status >= 500) return 'The server has a problem. Try again in a minute.'
  const text = typeof error === 'string' && error !== '' ? error : `the server answered ${status}`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
