/** What a person is told about what they may do. */
import type { Role } from '#shared/roles.ts'

/** When somebody has changed it. */
export const ROLE_NEWS: Readonly<Record<Role, string>> = {
  owner: 'This board is yours now.',
  editor: 'You can edit this board now.',
  'add-only': 'You can add to this board now, and change what you added.',
  commenter: 'You can comment on this board now, but not draw on it.',
  viewer: 'You can look at this board now, but not change it.',
}

export const NOT_YOURS =
  'You can add to this board, and change what you added. This was made by somebody else.'
