/** What each role is called, in the middle of "Anyone with the link can …" and by itself. */
import type { Role } from '#shared/roles.ts'
import type { Anyone } from '../board/board-api.ts'

export const CAN: Readonly<Record<Anyone, string>> = {
  editor: 'edit',
  'add-only': 'add only',
  commenter: 'comment',
  viewer: 'view',
  nobody: 'do nothing',
}

export const ROLE_LABELS: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  editor: 'Can edit',
  'add-only': 'Can add',
  commenter: 'Can comment',
  viewer: 'Can view',
}
