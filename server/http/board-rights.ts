/** `/api/boards/:id/…`: links, people, and what anyone may do. Which role may make which call stands in `shared/roles.ts`. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import { MAX_NAME_LENGTH } from '#shared/board/layout.ts'
import { isBoardId } from '#shared/ids.ts'
import { GRANTED_ROLES, may } from '#shared/roles.ts'
import { isValid, judge, NO_CLAIMS } from '../access/judge.ts'
import { createLinkId, createLinkKey, hashKey, hashPassword, isPassword } from '../access/keys.ts'
import type { Clock } from '../live/clock.ts'
import { KeyedBuckets } from '../live/rate-limit.ts'
import type { Registry } from '../live/registry.ts'
import { closingOf, type Person } from '../live/rights.ts'
import { boardTag, type Log } from '../log.ts'
import type { AccessChange, AccessRecord, LinkRecord } from '../store/access-record.ts'
import { type GuardDeps, guard, mayNot, readBody, refusal } from './guard.ts'
import { clientAddress, isAllowedOrigin, isOwnOrigin, ownOrigin } from './request-facts.ts'
import type { Asker, ServerContext, ServerEnv } from './server-env.ts'

export interface BoardRightsDeps extends GuardDeps {
  readonly registry: Pick<Registry, 'meters' | 'rename'>
  readonly clock: Clock
  readonly log: Log
}

const MAX_BODY_BYTES = 16 * 1024
const MAX_LINKS = 1000
/** Each is a row that is read with the board's record. */
const MAX_PERSONS = 10_000
/** Passwords from one address for one link, and for one link from anywhere: far from what guessing needs. */
const TRIES_OF_ADDRESS = { perSecond: 1 / 12, burst: 10 }
const TRIES_OF_LINK = { perSecond: 0.5, burst: 100 }
/** Changes from one address: each is a write, and a password takes 50 ms to hash, for whoever owns some board. */
const CHANGES_OF_ADDRESS = { perSecond: 5, burst: 100 }

/** A disk that works has taken it long before. */
const RENAME_TIMEOUT_MS = 5000

const name = v.pipe(v.string(), v.trim(), v.maxLength(100))
const role = v.picklist(GRANTED_ROLES)
const password = v.pipe(v.string(), v.minLength(1), v.maxLength(200))
const moment = v.pipe(v.string(), v.isoTimestamp())

const LinkBody = v.strictObject({
  role,
  name: v.optional(name, ''),
  expiresAt: v.nullish(moment),
  password: v.nullish(password),
})
const LinkPatch = v.strictObject({
  role: v.optional(role),
  name: v.optional(name),
  expiresAt: v.nullish(moment),
  password: v.nullish(password),
})
const BoardPatch = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(MAX_NAME_LENGTH))),
  anyone: v.optional(v.picklist([...GRANTED_ROLES, 'nobody'])),
  state: v.optional(v.picklist(['open', 'locked', 'ended'])),
})
const PersonPatch = v.strictObject({ role: v.nullable(role) })
const OwnerBody = v.strictObject({ person: v.pipe(v.string(), v.maxLength(64)) })
const EnterBody = v.strictObject({
  key: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  password: v.optional(v.pipe(v.string(), v.maxLength(200))),
})

export function boardRights(deps: BoardRightsDeps) {
  const { config, rights, visitors, registry, clock, log, now } = deps
  const triesOfAddress = new KeyedBuckets(TRIES_OF_ADDRESS)
  const triesOfLink = new KeyedBuckets(TRIES_OF_LINK)
  const changesOfAddress = new KeyedBuckets(CHANGES_OF_ADDRESS)

  const changed = (boardId: string, what: string): void => {
    log.info({ board: boardTag(boardId), what }, 'access.changed')
  }
  const change = async (
    { boardId }: Asker,
    what: string,
    decide: (record: AccessRecord) => readonly AccessChange[],
  ): Promise<AccessRecord | undefined> => {
    const record = await rights.change(boardId, decide)
    changed(boardId, what)
    return record
  }
  /** @returns whether it is durable by then */
  const rename = async (boardId: string, name: string): Promise<boolean> => {
    const { promise: late, resolve } = Promise.withResolvers<false>()
    const timer = clock.after(RENAME_TIMEOUT_MS, () => resolve(false))
    try {
      return await Promise.race([registry.rename(boardId, name), late])
    } finally {
      timer.cancel()
    }
  }
  /** What is told of a person: nothing that would let anybody be them. */
  const told = (record: AccessRecord, { identity, linkIds, ...person }: Person) => ({
    ...person,
    isOwner: identity !== undefined && identity === record.owner,
    subject: identity?.startsWith('sign-in:') ? identity.slice('sign-in:'.length) : undefined,
    isKnown: identity !== undefined,
    links: record.links.filter(({ id }) => linkIds.includes(id)).map(({ id, name }) => ({ id, name })),
  })

  return (
    new Hono<ServerEnv>()
      .use(
        bodyLimit({
          maxSize: MAX_BODY_BYTES,
          onError: c => c.json({ error: `the body is larger than ${MAX_BODY_BYTES} bytes` }, 413),
        }),
      )
      .use(async (c, next) => {
        if (c.req.method === 'GET' || changesOfAddress.take(clientAddress(c, config), clock.nowMs()))
          return next()
        registry.meters.refusals['too-many-changes']++
        return c.json({ error: 'too many changes from your address; wait a moment' }, 429, {
          'Retry-After': '10',
        })
      })
      .patch('/:id', guard('edit', deps), async c => {
        const read = await readBody(c, BoardPatch)
        if (!read.ok) return read.answer
        const { name, ...settings } = read.body
        const { asker } = c.var
        let { record } = asker
        if (Object.keys(settings).length > 0) {
          if (!may(asker.role, 'manage-access')) return c.json({ error: mayNot(asker.role) }, 403)
          record =
            (await change(asker, 'settings', ({ anyone, state }) => [
              {
                kind: 'settings',
                anyone: settings.anyone === 'nobody' ? undefined : (settings.anyone ?? anyone),
                state: settings.state ?? state,
              },
            ])) ?? record
        }
        if (name !== undefined && !(await rename(asker.boardId, name))) {
          return c.json({ error: 'the server cannot save the new name right now; it goes on trying' }, 503)
        }
        return c.json({
          ...(name !== undefined && { name }),
          anyone: record.anyone ?? 'nobody',
          state: record.state,
        })
      })
      .post('/:id/end', guard('manage-access', deps), async c => {
        const record = await change(c.var.asker, 'ended', ({ anyone }) => [
          { kind: 'settings', anyone, state: 'ended' },
        ])
        return c.json({ anyone: record?.anyone ?? 'nobody', state: record?.state })
      })
      .get('/:id/links', guard('manage-links', deps), c => {
        return c.json({ links: c.var.asker.record.links.map(link => linkTold(link, now())) })
      })
      .post('/:id/links', guard('manage-links', deps), async c => {
        const read = await readBody(c, LinkBody)
        if (!read.ok) return read.answer
        const { body } = read
        const expiresAtMs = momentOf(body.expiresAt)
        if (expiresAtMs !== undefined && expiresAtMs <= now())
          return c.json({ error: 'expiresAt is past' }, 400)
        if (c.var.asker.record.links.length >= MAX_LINKS) {
          return c.json({ error: `a board has at most ${MAX_LINKS} links` }, 409)
        }
        const key = createLinkKey()
        const link: LinkRecord = {
          id: createLinkId(),
          keyHash: hashKey(key),
          role: body.role,
          name: body.name,
          passwordHash: body.password ? await hashPassword(body.password) : undefined,
          expiresAtMs,
          revokedAtMs: undefined,
          createdAtMs: now(),
        }
        const { boardId } = c.var.asker
        await change(c.var.asker, 'link made', () => [{ kind: 'link', link }])
        // The only time that the key is told: afterwards there is but its hash.
        const url = `${ownOrigin(c, config)}/b/${boardId}?key=${key}`
        return c.json({ ...linkTold(link, now()), key, url }, 201)
      })
      .patch('/:id/links/:linkId', guard('manage-links', deps), async c => {
        const read = await readBody(c, LinkPatch)
        if (!read.ok) return read.answer
        const { body } = read
        const passwordHash = body.password ? await hashPassword(body.password) : undefined
        let link: LinkRecord | undefined
        await change(c.var.asker, 'link changed', record => {
          const found = record.links.find(({ id }) => id === c.req.param('linkId'))
          link = undefined
          if (!found || found.revokedAtMs !== undefined) return []
          link = {
            ...found,
            role: body.role ?? found.role,
            name: body.name ?? found.name,
            expiresAtMs: body.expiresAt === undefined ? found.expiresAtMs : momentOf(body.expiresAt),
            passwordHash: body.password === undefined ? found.passwordHash : passwordHash,
          }
          // Who came in with the old password has to know the new one.
          const forgotten = passwordHash ? withoutLink(record, link.id) : []
          return [{ kind: 'link', link }, ...forgotten]
        })
        return link ? c.json(linkTold(link, now())) : c.json({ error: 'there is no such link' }, 404)
      })
      .delete('/:id/links/:linkId', guard('manage-links', deps), async c => {
        let isThere = false
        await change(c.var.asker, 'link revoked', record => {
          const link = record.links.find(({ id }) => id === c.req.param('linkId'))
          isThere = link !== undefined
          if (!link || link.revokedAtMs !== undefined) return []
          return [{ kind: 'link', link: { ...link, revokedAtMs: now() } }]
        })
        return isThere ? c.body(null, 204) : c.json({ error: 'there is no such link' }, 404)
      })
      .get('/:id/people', guard('manage-people', deps), async c => {
        const { boardId, record } = c.var.asker
        const people = await rights.people(boardId, record)
        return c.json({ people: people.map(person => told(record, person)) })
      })
      .patch('/:id/people/:person', guard('manage-people', deps), async c => {
        const read = await readBody(c, PersonPatch)
        if (!read.ok) return read.answer
        const { boardId, record } = c.var.asker
        const identity = await rights.identityOf(boardId, record, c.req.param('person'))
        if (identity === undefined) return c.json({ error: UNKNOWN_PERSON }, 404)
        if (identity === record.owner) return c.json({ error: 'the owner’s role is the owner’s' }, 409)
        const after = await change(c.var.asker, 'role given', now => [
          personChange(now, identity, read.body.role ?? undefined),
        ])
        const people = after ? await rights.people(boardId, after) : []
        const person = people.find(({ id }) => id === c.req.param('person'))
        return after && person ? c.json(told(after, person)) : c.json({ error: UNKNOWN_PERSON }, 404)
      })
      .delete('/:id/people/:person', guard('manage-people', deps), async c => {
        const { boardId, record } = c.var.asker
        const mark = c.req.param('person')
        const identity = await rights.identityOf(boardId, record, mark)
        if (identity === undefined) {
          if (!(await rights.removeUnknown(boardId, mark))) return c.json({ error: UNKNOWN_PERSON }, 404)
          changed(boardId, 'person removed')
          return c.body(null, 204)
        }
        if (identity === record.owner) return c.json({ error: 'the owner cannot be removed' }, 409)
        await change(c.var.asker, 'person removed', now => [personChange(now, identity, 'removed')])
        return c.body(null, 204)
      })
      .post('/:id/owner', guard('hand-on', deps), async c => {
        const read = await readBody(c, OwnerBody)
        if (!read.ok) return read.answer
        const { boardId, record, claims } = c.var.asker
        const identity = await rights.identityOf(boardId, record, read.body.person)
        if (identity === undefined) return c.json({ error: UNKNOWN_PERSON }, 404)
        await change(c.var.asker, 'handed on', ({ persons, owner }) => [
          { kind: 'owner', owner: identity },
          personChange({ persons }, identity, undefined),
          // Whoever hands a board on is not to be left outside of it.
          ...(owner !== undefined && owner !== identity && owner === claims.identity
            ? [personChange({ persons }, owner, 'editor')]
            : []),
        ])
        return c.body(null, 204)
      })
      // Not guarded by a role: this is how one gets a role.
      .post('/:id/enter', async c => {
        c.header('Cache-Control', 'no-store')
        const boardId = c.req.param('id')
        if (!isBoardId(boardId)) return c.json({ error: 'that is not a board id' }, 400)
        if (!isAllowedOrigin(c, config) || !isOwnOrigin(c, config)) {
          return c.json({ error: 'pages of this origin may not use this server' }, 403)
        }
        const read = await readBody(c, EnterBody)
        if (!read.ok) return read.answer
        const { key, password = '' } = read.body
        const record = await rights.read(boardId)
        const link = record?.links.find(({ keyHash }) => keyHash === hashKey(key))
        if (!record || !link) return refusal(c, closingOf('no-such-board'))
        if (!isValid(link, now())) {
          return refusal(c, closingOf(link.revokedAtMs === undefined ? 'link-expired' : 'link-revoked'))
        }
        if (link.passwordHash) {
          if (!mayTry(c, link)) {
            registry.meters.refusals['too-many-tries']++
            return c.json({ error: 'too many tries; wait a minute' }, 429, { 'Retry-After': '60' })
          }
          if (!(await isPassword(password, link.passwordHash))) {
            registry.meters.refusals['wrong-password']++
            const error = password === '' ? 'This link asks for a password.' : 'That is not the password.'
            return c.json({ error }, 401)
          }
        }
        const identity = await visitors.remember(c)
        const after = await rights.change(boardId, now => {
          const known = now.persons.find(person => person.identity === identity)
          if (identity === undefined || known?.linkIds.includes(link.id)) return []
          if (!known && now.persons.length >= MAX_PERSONS) return []
          const linkIds = [...(known?.linkIds ?? []), link.id]
          return [{ kind: 'person', person: { identity, role: known?.role, linkIds } }]
        })
        const verdict = after && judge(after, { ...NO_CLAIMS, identity, keyHash: link.keyHash }, now())
        if (!verdict || verdict.kind === 'out')
          return refusal(c, closingOf(verdict?.reason ?? 'no-such-board'))
        return c.json({ role: verdict.role })
      })
  )

  function mayTry(c: ServerContext, { id }: LinkRecord): boolean {
    const nowMs = clock.nowMs()
    return triesOfAddress.take(`${id} ${clientAddress(c, config)}`, nowMs) && triesOfLink.take(id, nowMs)
  }
}

const UNKNOWN_PERSON = 'nobody of that id can be told apart from others on this board'

const momentOf = (text: string | null | undefined): number | undefined =>
  text ? Date.parse(text) : undefined
const textOf = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString()

const linkTold = (link: LinkRecord, nowMs: number) => ({
  id: link.id,
  role: link.role,
  name: link.name,
  hasPassword: link.passwordHash !== undefined,
  isValid: isValid(link, nowMs),
  expiresAt: textOf(link.expiresAtMs),
  revokedAt: textOf(link.revokedAtMs),
  createdAt: textOf(link.createdAtMs),
})

function personChange(
  { persons }: Pick<AccessRecord, 'persons'>,
  identity: string,
  role: AccessRecord['persons'][number]['role'],
): AccessChange {
  const known = persons.find(person => person.identity === identity)
  return { kind: 'person', person: { identity, role, linkIds: known?.linkIds ?? [] } }
}

const withoutLink = ({ persons }: AccessRecord, linkId: string): AccessChange[] =>
  persons
    .filter(({ linkIds }) => linkIds.includes(linkId))
    .map(person => ({
      kind: 'person',
      person: { ...person, linkIds: person.linkIds.filter(id => id !== linkId) },
    }))
