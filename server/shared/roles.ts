/** Who may do what on a board. Links give a role, the server holds everyone to it, the page hides what would be refused. */

/** From the one who may most to the one who may least. */
export const ROLES = ['owner', 'editor', 'add-only', 'commenter', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What a link can give. An owner is made by making a board, or by the owner before. */
export const GRANTED_ROLES = ['editor', 'add-only', 'commenter', 'viewer'] as const
export type GrantedRole = (typeof GRANTED_ROLES)[number]

const EVERYBODY = ROLES
const OWNER: readonly Role[] = ['owner']

/** The table that the server keeps to, frame by frame and call by call. */
export const MAY = {
  /** Join the board, read its document, be seen with a cursor, a laser and a chat line. */
  see: EVERYBODY,
  /** Write comments, change and delete the own ones, say that a thread is done or open it again. */
  comment: ['owner', 'editor', 'add-only', 'commenter'],
  /** Give the own votes in a poll. */
  vote: ['owner', 'editor', 'add-only', 'commenter'],
  /** Add shapes, change and delete the own ones, show them while they are drawn. */
  add: ['owner', 'editor', 'add-only'],
  /** Change and delete everything on the board, its name too. */
  edit: ['owner', 'editor'],
  /** Set the timer, open and close polls, bring everybody to one's own place on the board. */
  facilitate: ['owner', 'editor'],
  /** Hold shapes in place for everybody else, and change and delete those that are held. */
  'hold-shapes': OWNER,
  /** Delete others' comments. */
  'moderate-comments': OWNER,
  /** See, make, change and revoke links. */
  'manage-links': OWNER,
  /** Say what anyone with the address may do; lock the board, end the meeting and open it again. */
  'manage-access': OWNER,
  /** See who has been given what, give somebody a role, remove somebody. */
  'manage-people': OWNER,
  'hand-on': OWNER,
} as const satisfies Record<string, readonly Role[]>
export type Action = keyof typeof MAY

export const may = (role: Role, action: Action): boolean => (MAY[action] as readonly Role[]).includes(role)

export const isRole = (value: unknown): value is Role => ROLES.includes(value as Role)
export const isGrantedRole = (value: unknown): value is GrantedRole =>
  GRANTED_ROLES.includes(value as GrantedRole)

/** Whether somebody may do less in a role than in the one before. */
export const isLesser = (role: Role, before: Role): boolean => ROLES.indexOf(role) > ROLES.indexOf(before)

/** @returns the one that may most; `undefined` of none */
export function bestRole(roles: Iterable<Role>): Role | undefined {
  const held = new Set(roles)
  return ROLES.find(role => held.has(role))
}
