/** The part of the board's address that opens a comment: `#comment=<id>`. */
import type { CommentId } from '#shared/board/comments.ts'

const PREFIX = '#comment='

export function commentInHash(hash: string): CommentId | undefined {
  if (!hash.startsWith(PREFIX)) return undefined
  const id = hash.slice(PREFIX.length)
  return /^[\w-]{1,64}$/.test(id) ? id : undefined
}

/** Without what the address says of rights: a key is whoever's it was given to. */
export const addressOf = (
  id: CommentId,
  { origin, pathname }: Pick<Location, 'origin' | 'pathname'>,
): string => `${origin}${pathname}${PREFIX}${id}`

/** The comment of the address is not open any more: a reload shows where one is. */
export function leaveAddress(): void {
  if (commentInHash(location.hash) !== undefined)
    history.replaceState(history.state, '', location.pathname + location.search)
}
