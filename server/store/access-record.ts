/** Who may do what on a board, as it is stored: settings, links, and what was decided about single persons. What follows from
 * it for somebody is `access/judge.ts`'s to say. No secret is in it: of keys and passwords only hashes. */
import type { GrantedRole } from '#shared/roles.ts'

/** `locked`: everyone but the owner looks on. `ended`: nobody but the owner gets in. */
export type MeetingState = 'open' | 'locked' | 'ended'

export interface AccessRecord {
  /** How often it was changed: whoever has kept a copy knows by it whether that is still true. */
  readonly version: number
  /** Identity of the owner; old boards, and those made by who keeps no cookie, have none. */
  readonly owner: string | undefined
  /** What the board's address alone gives; nothing when `undefined`. */
  readonly anyone: GrantedRole | undefined
  readonly state: MeetingState
  /** Oldest first, revoked ones included: who comes with one learns that it was revoked. */
  readonly links: readonly LinkRecord[]
  readonly persons: readonly PersonRecord[]
}

export interface LinkRecord {
  /** Names it in the API; opens nothing. */
  readonly id: string
  /** SHA-256 of the key, hex. */
  readonly keyHash: string
  readonly role: GrantedRole
  readonly name: string
  /** As `access/passwords.ts` writes it. */
  readonly passwordHash: string | undefined
  readonly expiresAtMs: number | undefined
  readonly revokedAtMs: number | undefined
  readonly createdAtMs: number
}

/** What is known of somebody who is told apart from others. */
export interface PersonRecord {
  readonly identity: string
  /** Decided for this person, whatever links say. `removed`: may not come back. */
  readonly role: GrantedRole | 'removed' | undefined
  /** Links that this person has opened for good, with the password if there was one. */
  readonly linkIds: readonly string[]
}

export const OPEN_TO_ALL: AccessRecord = {
  version: 0,
  owner: undefined,
  anyone: 'editor',
  state: 'open',
  links: [],
  persons: [],
}

/** One change, taken whole or not at all. */
export type AccessChange =
  | { readonly kind: 'settings'; readonly anyone: GrantedRole | undefined; readonly state: MeetingState }
  | { readonly kind: 'owner'; readonly owner: string }
  /** Adds a link, or puts it in place of the one with its id. */
  | { readonly kind: 'link'; readonly link: LinkRecord }
  /** Adds what is known of a person, or puts it in place of what was. */
  | { readonly kind: 'person'; readonly person: PersonRecord }
