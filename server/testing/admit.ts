/** Ways onto a board, for tests that are not about who gets in. */
import type { Role } from '#shared/roles.ts'
import type { Admit } from '../live/admission.ts'

export const asRole =
  (role: Role, by = `made by ${role}`): Admit =>
  () => ({ role, by })

export const asEditor = asRole('editor')
