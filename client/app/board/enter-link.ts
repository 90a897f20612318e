/** Opens the link in the address for this browser for good, and then takes its key out of the address.
 *
 * The key is a secret that the address bar would show to everyone who looks on, keep in the history and hand to whoever the address is
 * copied for. Once the server has noted the link for this browser's cookie, a reload needs it no more. Where the cookie does not last (frames of
 * other sites, browsers that keep none) the key stays where it is, because otherwise a reload would lead nowhere. */
import type { BoardId } from '#shared/ids.ts'
import { bestRole, type Role } from '#shared/roles.ts'
import { type Answer, callBoard } from './board-api.ts'

export type Entering =
  | { readonly kind: 'entered' }
  | { readonly kind: 'wants-password'; readonly message: string }
  /** The socket says why, too. */
  | { readonly kind: 'refused'; readonly message: string }

export async function enterLink(boardId: BoardId, key: string, password?: string): Promise<Entering> {
  const answer = await callBoard<{ role: Role }>(boardId, 'POST', '/enter', { key, password })
  if (answer.ok) {
    await dropKey(boardId, answer.body.role)
    return { kind: 'entered' }
  }
  const kind = answer.status === 401 || answer.status === 429 ? 'wants-password' : 'refused'
  return { kind, message: answer.message }
}

/** @param role  what the link has given */
async function dropKey(boardId: BoardId, role: Role): Promise<void> {
  const params = new URLSearchParams(location.search)
  params.delete('key')
  const rest = params.size > 0 ? `?${params}` : ''
  const without: Answer<{ role: Role }> = await callBoard(boardId, 'GET', '', undefined, rest)
  const isKept = without.ok && bestRole([without.body.role, role]) === without.body.role
  // The person may have gone elsewhere meanwhile.
  if (!isKept || location.pathname !== `/b/${boardId}`) return
  history.replaceState(history.state, '', `${location.pathname}${rest}${location.hash}`)
}
