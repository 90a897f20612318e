/** What a board's record says about somebody: in, with which role and until when, or out, and why. Pure: no store, no clock.
 *
 * The role is the best of what they are given: owner, the links they have opened, the one they come with, a token's, anyone's.
 * What the owner decided about a person goes before that; a lock and an end go before everything but the owner. */
import { bestRole, type GrantedRole, type Role } from '#shared/roles.ts'
import type { AccessRecord, LinkRecord } from '../store/access-record.ts'

/** What somebody comes with, each part proven to be theirs. */
export interface Claims {
  /** Who they are, the same each time they come; `undefined` for who cannot be told apart. */
  readonly identity: string | undefined
  /** Hash of the key in the address. */
  readonly keyHash: string | undefined
  /** What an embedder's token says of them. */
  readonly token: { readonly role: Role; readonly expiresAtMs: number } | undefined
}

export const NO_CLAIMS: Claims = { identity: undefined, keyHash: undefined, token: undefined }

export type Verdict =
  | {
      readonly kind: 'in'
      readonly role: Role
      /** Wall clock: until when it holds unless somebody changes something; `undefined` for good. */
      readonly untilMs: number | undefined
      /** The link they came with would give something once they know its password. */
      readonly wantsPassword: boolean
    }
  | { readonly kind: 'out'; readonly reason: OutReason }

/** `no-such-board` is all that somebody learns whom nobody told of the board. */
export type OutReason =
  | 'no-such-board'
  | 'wants-password'
  | 'link-revoked'
  | 'link-expired'
  | 'sign-in-expired'
  | 'removed'
  | 'ended'

/** @param nowMs  wall clock */
export function judge(record: AccessRecord, claims: Claims, nowMs: number): Verdict {
  const { identity, token } = claims
  if (token && token.expiresAtMs <= nowMs) return out('sign-in-expired')
  const person = record.persons.find(each => each.identity === identity)
  const linkWithKey = record.links.find(({ keyHash }) => keyHash === claims.keyHash)
  const opened = record.links.filter(({ id }) => person?.linkIds.includes(id))
  const isOpenToThem = linkWithKey && (!linkWithKey.passwordHash || opened.includes(linkWithKey))
  const links = isOpenToThem ? [...opened, linkWithKey] : opened
  const wantsPassword = linkWithKey !== undefined && !isOpenToThem && isValid(linkWithKey, nowMs)
  const expiries = [...links.map(({ expiresAtMs }) => expiresAtMs), token?.expiresAtMs].filter(
    (atMs): atMs is number => atMs !== undefined && atMs > nowMs,
  )
  const untilMs = expiries.length > 0 ? Math.min(...expiries) : undefined
  const isOwner = (record.owner !== undefined && identity === record.owner) || token?.role === 'owner'
  if (isOwner) return { kind: 'in', role: 'owner', untilMs, wantsPassword: false }
  if (person?.role === 'removed') return out('removed')
  const role = person?.role ?? best(record, links, token?.role, nowMs)
  if (!role) return out(wantsPassword ? 'wants-password' : whyNot(linkWithKey ? [linkWithKey] : opened))
  if (record.state === 'ended') return out('ended')
  return { kind: 'in', role: record.state === 'locked' ? 'viewer' : role, untilMs, wantsPassword }
}

const out = (reason: OutReason): Verdict => ({ kind: 'out', reason })

export const isValid = ({ revokedAtMs, expiresAtMs }: LinkRecord, nowMs: number): boolean =>
  revokedAtMs === undefined && (expiresAtMs === undefined || expiresAtMs > nowMs)

function best(
  { anyone }: AccessRecord,
  links: readonly LinkRecord[],
  tokenRole: Role | undefined,
  nowMs: number,
): GrantedRole | undefined {
  const given: Role[] = links.filter(link => isValid(link, nowMs)).map(({ role }) => role)
  if (anyone) given.push(anyone)
  if (tokenRole) given.push(tokenRole)
  return bestRole(given) as GrantedRole | undefined
}

/** Who holds a key that once opened the board was told of it. */
function whyNot(links: readonly LinkRecord[]): OutReason {
  if (links.length === 0) return 'no-such-board'
  return links.some(({ revokedAtMs }) => revokedAtMs === undefined) ? 'link-expired' : 'link-revoked'
}
