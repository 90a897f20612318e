/** Who may do what on a board. Links give a role, the server holds everyone to it, the page hides what would be refused. */

/** From the one who may most to the one who may least. */
export const ROLES = ['owner', 'editor', 'add-only', 'commenter', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (value: unknown): value is Role => ROLES.includes(value as Role)

/** Whether anything of theirs may enter the document. */
export const mayWrite = (role: Role): boolean => role === 'owner' || role === 'editor'
