/** Who sends a request, as far as it can be proven: by the session of their browser, the key in the address, an embedder's token.
 *
 * A session is a random id in a signed cookie that scripts cannot read; there is nothing of it on the server. It is believed of our
 * own pages only: what a page of another site sends, even of one that may use this server, is nobody's. */
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import type { BoardId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol.ts'
import { type Claims, NO_CLAIMS } from '../access/judge.ts'
import { createSessionId, hashKey } from '../access/keys.ts'
import type { ReadToken } from '../access/tokens.ts'
import type { Config } from '../config.ts'
import type { Closing } from '../live/admission.ts'
import { isOwnOrigin, ownOrigin } from './request-facts.ts'
import type { ServerContext } from './server-env.ts'

export const SESSION_COOKIE = 'drawbridge_session'
/** The longest that browsers keep a cookie; every visit renews it. */
const MAX_AGE_S = 400 * 24 * 3600
/** A key of ours has 22 characters, a token a few hundred. */
const MAX_KEY_LENGTH = 100
const MAX_TOKEN_LENGTH = 8192

export interface VisitorsDeps {
  readonly config: Pick<Config, 'publicUrl' | 'trustedProxyCount'>
  readonly secret: string
  readonly readToken: ReadToken | undefined
}

export type ClaimsOutcome =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly closing: Closing }

const REFUSED_TOKENS = {
  expired: { code: CLOSE.unauthorized, reason: 'Your sign-in has expired. Sign in again.' },
  invalid: { code: CLOSE.unauthorized, reason: 'Your sign-in is not valid here. Sign in again.' },
  'other-board': { code: CLOSE.forbidden, reason: 'Your sign-in is for another board.' },
  unavailable: { code: CLOSE.overloaded, reason: 'your sign-in cannot be checked right now' },
} as const

export class Visitors {
  readonly #deps: VisitorsDeps

  constructor(deps: VisitorsDeps) {
    this.#deps = deps
  }

  async claimsOf(c: ServerContext, boardId: BoardId): Promise<ClaimsOutcome> {
    const key = c.req.query('key') ?? ''
    const keyHash = key !== '' && key.length <= MAX_KEY_LENGTH ? hashKey(key) : undefined
    const jwt = this.#deps.readToken && (bearerOf(c) ?? c.req.query('token'))
    if (!jwt || !this.#deps.readToken) {
      return { ok: true, claims: { ...NO_CLAIMS, identity: await this.#identity(c), keyHash } }
    }
    const outcome =
      jwt.length <= MAX_TOKEN_LENGTH
        ? await this.#deps.readToken(jwt, boardId)
        : ({ ok: false, reason: 'invalid' } as const)
    if (!outcome.ok) return { ok: false, closing: REFUSED_TOKENS[outcome.reason] }
    const { subject, role, expiresAtMs } = outcome.token
    return { ok: true, claims: { identity: `sign-in:${subject}`, keyHash, token: { role, expiresAtMs } } }
  }

  /** Gives the browser a session if it has none, and renews the one it has.
   * @returns the identity that goes with it; none for a page of another site */
  async remember(c: ServerContext): Promise<string | undefined> {
    if (!isOwnOrigin(c, this.#deps.config)) return undefined
    const id = (await this.#session(c)) ?? createSessionId()
    await setSignedCookie(c, SESSION_COOKIE, id, this.#deps.secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: ownOrigin(c, this.#deps.config).startsWith('https:'),
      maxAge: MAX_AGE_S,
    })
    return identityOf(id)
  }

  async #identity(c: ServerContext): Promise<string | undefined> {
    if (!isOwnOrigin(c, this.#deps.config)) return undefined
    const id = await this.#session(c)
    return id && identityOf(id)
  }

  /** @returns `undefined` for a cookie whose signature is not ours, too */
  async #session(c: ServerContext): Promise<string | undefined> {
    return (await getSignedCookie(c, this.#deps.secret, SESSION_COOKIE)) || undefined
  }
}

const identityOf = (sessionId: string): string => `session:${sessionId}`

function bearerOf(c: ServerContext): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
}
