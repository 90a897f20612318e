/** Keys of the links that were made in this browser. The server keeps but their hashes and tells a key once, when its link is made; so that
 * an owner can copy a link again, their own browser remembers it until it is revoked. Who can read this could as well use the
 * owner's session. */
import type { BoardId } from '#shared/ids.ts'
import { keep, localStore } from '../local-store.ts'

const nameOf = (boardId: BoardId): string => `drawbridge.link-keys.${boardId}`

/** By link id. Storage may hold anything. */
function readKeys(boardId: BoardId): Record<string, string> {
  try {
    const value: unknown = JSON.parse(localStore().getItem(nameOf(boardId)) ?? '{}')
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(Object.entries(value).filter(([, key]) => typeof key === 'string'))
  } catch {
    return {} // not JSON: as good as nothing kept
  }
}

export const keyOfLink = (boardId: BoardId, linkId: string): string | undefined => readKeys(boardId)[linkId]

export function keepKey(boardId: BoardId, linkId: string, key: string): void {
  keep(localStore(), nameOf(boardId), JSON.stringify({ ...readKeys(boardId), [linkId]: key }))
}

export function forgetKey(boardId: BoardId, linkId: string): void {
  const { [linkId]: _, ...others } = readKeys(boardId)
  if (Object.keys(others).length === 0) localStore().removeItem(nameOf(boardId))
  else keep(localStore(), nameOf(boardId), JSON.stringify(others))
}
