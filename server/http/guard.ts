/** What every call about one board goes through: who asks, whether they may. */
import { createMiddleware } from 'hono/factory'
import * as v from 'valibot'
import { isBoardId } from '#shared/ids.ts'
import { CLOSE } from '#shared/protocol.ts'
import { type Action, may, type Role } from '#shared/roles.ts'
import { judge } from '../access/judge.ts'
import type { Config } from '../config.ts'
import type { Closing } from '../live/admission.ts'
import { closingOf, type Rights } from '../live/rights.ts'
import { isAllowedOrigin } from './request-facts.ts'
import type { ServerContext, ServerEnv } from './server-env.ts'
import type { Visitors } from './visitors.ts'

export interface GuardDeps {
  readonly config: Config
  readonly rights: Rights
  readonly visitors: Visitors
  /** Wall clock, ms. */
  readonly now: () => number
}

/** Reads that anyone with an id may try say the same of a board that is not there and of one that is not for them. */
const STATUS = {
  [CLOSE.noSuchBoard]: 404,
  [CLOSE.unauthorized]: 401,
  [CLOSE.forbidden]: 403,
  [CLOSE.overloaded]: 503,
} as const

/** @param action  what the call does; whoever may not do it is answered, and the call is not made */
export function guard(action: Action, { config, rights, visitors, now }: GuardDeps) {
  return createMiddleware<ServerEnv>(async (c, next) => {
    c.header('Cache-Control', 'no-store')
    const boardId = c.req.param('id') ?? ''
    if (!isBoardId(boardId)) return c.json({ error: 'that is not a board id' }, 400)
    if (c.req.method !== 'GET' && !isAllowedOrigin(c, config)) {
      return c.json({ error: 'pages of this origin may not use this server' }, 403)
    }
    const outcome = await visitors.claimsOf(c, boardId)
    if (!outcome.ok) return refusal(c, outcome.closing)
    const { claims } = outcome
    const record = await rights.read(boardId)
    const verdict = record && judge(record, claims, now())
    if (!verdict || verdict.kind === 'out') {
      return refusal(c, closingOf(verdict?.reason ?? 'no-such-board'))
    }
    const { role, wantsPassword } = verdict
    if (!may(role, action)) return c.json({ error: mayNot(role) }, 403)
    c.set('asker', { boardId, role, claims, record, wantsPassword })
    return next()
  })
}

export const mayNot = (role: Role): string => `as ${role} you may not do that`

export function refusal(c: ServerContext, { code, reason }: Closing) {
  const status = STATUS[code as keyof typeof STATUS] ?? 403
  // What a board that never was is answered with, letter for letter.
  return c.json({ error: status === 404 ? 'there is no such board' : reason }, status)
}

/** Bodies are JSON and say so: a form of another site cannot, which keeps such forms out however cookies are sent.
 * @returns what it holds, or the answer */
export async function readBody<Schema extends v.GenericSchema>(
  c: ServerContext,
  schema: Schema,
): Promise<{ ok: true; body: v.InferOutput<Schema> } | { ok: false; answer: Response }> {
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return { ok: false, answer: c.json({ error: 'expected a body of the type application/json' }, 415) }
  }
  let json: unknown
  try {
    json = await c.req.json()
  } catch {
    return { ok: false, answer: c.json({ error: 'the body is not JSON' }, 400) }
  }
  if (Array.isArray(json)) return { ok: false, answer: c.json({ error: 'the body is not an object' }, 400) }
  const parsed = v.safeParse(schema, json)
  if (parsed.success) return { ok: true, body: parsed.output }
  const [issue] = parsed.issues
  // valibot's own sentence repeats what it got, which may be a password.
  const error = `${v.getDotPath(issue) ?? 'the body'} is not right: expected ${issue.expected ?? issue.message}`
  return { ok: false, answer: c.json({ error }, 400) }
}
