/** Tokens of those who embed boards in their own pages: a JWT that says who comes, to which board, with which role, until when.
 * Signed with a secret that both know, or with a key that the embedder publishes. */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import * as v from 'valibot'
import type { BoardId } from '#shared/ids.ts'
import { ROLES, type Role } from '#shared/roles.ts'

export interface TokenConfig {
  readonly jwtSecret: string | undefined
  readonly jwksUrl: string | undefined
}

export interface Token {
  /** `sub` of the token. */
  readonly subject: string
  readonly role: Role
  /** Wall clock. */
  readonly expiresAtMs: number
}

export type TokenOutcome =
  | { readonly ok: true; readonly token: Token }
  /** `unavailable`: the embedder's keys cannot be had now. */
  | { readonly ok: false; readonly reason: 'expired' | 'invalid' | 'other-board' | 'unavailable' }

/** @returns `undefined` of who is known by tokens: nobody, when neither is configured */
export type ReadToken = (jwt: string, boardId: BoardId) => Promise<TokenOutcome>

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512']
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA']

const TokenClaims = v.object({
  sub: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  role: v.picklist(ROLES),
  board: v.string(),
  exp: v.number(),
})

/** @param now  wall clock, ms
 * @returns `undefined` when no tokens are configured */
export function tokenReader({ jwtSecret, jwksUrl }: TokenConfig, now: () => number): ReadToken | undefined {
  const verify = verifier({ jwtSecret, jwksUrl }, now)
  if (!verify) return undefined
  return async (jwt, boardId) => {
    let payload: JWTPayload
    try {
      payload = await verify(jwt)
    } catch (error) {
      return { ok: false, reason: reasonOf(error) }
    }
    const claims = v.safeParse(TokenClaims, payload)
    if (!claims.success) return { ok: false, reason: 'invalid' }
    const { sub, role, board, exp } = claims.output
    if (board !== boardId) return { ok: false, reason: 'other-board' }
    return { ok: true, token: { subject: sub, role, expiresAtMs: exp * 1000 } }
  }
}

function verifier({ jwtSecret, jwksUrl }: TokenConfig, now: () => number) {
  const required = { requiredClaims: ['sub', 'exp', 'role', 'board'] }
  if (jwtSecret !== undefined) {
    const secret = new TextEncoder().encode(jwtSecret)
    return async (jwt: string): Promise<JWTPayload> => {
      const options = { ...required, algorithms: SECRET_ALGORITHMS, currentDate: new Date(now()) }
      return (await jwtVerify(jwt, secret, options)).payload
    }
  }
  if (jwksUrl !== undefined) {
    const keys = createRemoteJWKSet(new URL(jwksUrl))
    return async (jwt: string): Promise<JWTPayload> => {
      const options = { ...required, algorithms: KEY_ALGORITHMS, currentDate: new Date(now()) }
      return (await jwtVerify(jwt, keys, options)).payload
    }
  }
  return undefined
}

function reasonOf(error: unknown): 'expired' | 'invalid' | 'unavailable' {
  if (error instanceof errors.JWTExpired) return 'expired'
  // What is wrong with the token has a code of its own; anything else went wrong on the way to the keys.
  const isKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid
  if (error instanceof errors.JOSEError && !isKeys && error.code !== 'ERR_JOSE_GENERIC') return 'invalid'
  return 'unavailable'
}
