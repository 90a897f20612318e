/** The SQL of a board's rights. */
import type { GrantedRole } from '#shared/roles.ts'
import type { AccessChange, AccessRecord, LinkRecord, MeetingState, PersonRecord } from '../access-record.ts'
import { storable } from '../archive.ts'
import { ACCESS_CHANGED, StoreError } from '../store.ts'
import type { Query } from './connections.ts'

interface AccessRow {
  owner: string | null
  anyone: string | null
  state: string
  access_version: number
  links: LinkRow[]
  persons: PersonRow[]
}

interface LinkRow {
  id: string
  key_hash: string
  role: string
  name: string
  password_hash: string | null
  expires_at_ms: number | null
  revoked_at_ms: number | null
  created_at_ms: number
}

interface PersonRow {
  identity: string
  role: string | null
  link_ids: string[]
}

export async function readAccess(sql: Query, id: string): Promise<AccessRecord | undefined> {
  const [row] = await sql<AccessRow[]>`
    SELECT owner, anyone, state, access_version,
      (SELECT coalesce(json_agg(l ORDER BY position), '[]') FROM drawbridge.links l WHERE l.board_key = key) AS links,
      (SELECT coalesce(json_agg(p ORDER BY position), '[]') FROM drawbridge.persons p WHERE p.board_key = key) AS persons
    FROM drawbridge.boards WHERE id = ${id}`
  return (
    row && {
      version: row.access_version,
      owner: row.owner ?? undefined,
      anyone: (row.anyone ?? undefined) as GrantedRole | undefined,
      state: row.state as MeetingState,
      links: row.links.map(linkOf),
      persons: row.persons.map(personOf),
    }
  )
}

/** One statement, whatever the number of changes.
 * @throws StoreError `unknown-board`, `changed` */
export async function changeAccess(
  sql: Query,
  id: string,
  changes: readonly AccessChange[],
  version: number | undefined,
): Promise<void> {
  const { owner, settings, links, persons } = outcomeOf(changes)
  const [row] = await sql<{ is_there: boolean; is_changed: boolean }[]>`
    WITH asked AS (
      SELECT ${owner ?? null}::text AS owner, ${settings !== undefined}::boolean AS has_settings,
        ${settings?.anyone ?? null}::text AS anyone, ${settings?.state ?? null}::text AS state
    ), board AS (
      UPDATE drawbridge.boards b SET access_version = access_version + 1, owner = coalesce(asked.owner, b.owner),
        anyone = CASE WHEN has_settings THEN asked.anyone ELSE b.anyone END,
        state = coalesce(asked.state, b.state)
      FROM asked WHERE id = ${id} AND access_version = coalesce(${version ?? null}, access_version)
      RETURNING key
    ), links AS (
      INSERT INTO drawbridge.links
        (board_key, id, key_hash, role, name, password_hash, expires_at_ms, revoked_at_ms, created_at_ms)
      SELECT key, l.* FROM board, jsonb_to_recordset(${JSON.stringify(links)}::text::jsonb) AS l (
        id text, key_hash text, role text, name text, password_hash text, expires_at_ms bigint, revoked_at_ms bigint,
        created_at_ms bigint
      )
      ON CONFLICT (board_key, id) DO UPDATE SET key_hash = excluded.key_hash, role = excluded.role,
        name = excluded.name, password_hash = excluded.password_hash, expires_at_ms = excluded.expires_at_ms,
        revoked_at_ms = excluded.revoked_at_ms
    ), persons AS (
      INSERT INTO drawbridge.persons (board_key, identity, role, link_ids)
      SELECT key, p.* FROM board, jsonb_to_recordset(${JSON.stringify(persons)}::text::jsonb)
        AS p (identity text, role text, link_ids jsonb)
      ON CONFLICT (board_key, identity) DO UPDATE SET role = excluded.role, link_ids = excluded.link_ids
    )
    SELECT EXISTS (SELECT FROM drawbridge.boards WHERE id = ${id}) AS is_there, EXISTS (SELECT FROM board) AS is_changed`
  if (!row?.is_there) throw new StoreError('unknown-board', 'the board is not in the database')
  if (!row.is_changed) throw new StoreError('changed', ACCESS_CHANGED)
}

/** A whole record, for a board that has none yet. */
export async function putAccess(sql: Query, id: string, record: AccessRecord): Promise<void> {
  const { owner, anyone, state, version } = record
  await changeAccess(
    sql,
    id,
    [
      { kind: 'settings', anyone, state },
      ...record.links.map(link => ({ kind: 'link', link }) as const),
      ...record.persons.map(person => ({ kind: 'person', person }) as const),
    ],
    undefined,
  )
  await sql`
    UPDATE drawbridge.boards SET owner = ${owner ?? null}, access_version = ${version} WHERE id = ${id}`
}

/** What changes come to, made one after the other: of two to one thing, the last. */
function outcomeOf(changes: readonly AccessChange[]) {
  let owner: string | undefined
  let settings: Extract<AccessChange, { kind: 'settings' }> | undefined
  const links = new Map<string, LinkRow>()
  const persons = new Map<string, PersonRow>()
  for (const change of changes) {
    if (change.kind === 'owner') owner = change.owner
    else if (change.kind === 'settings') settings = change
    else if (change.kind === 'link') links.set(change.link.id, rowOfLink(change.link))
    else persons.set(change.person.identity, rowOfPerson(change.person))
  }
  return { owner, settings, links: [...links.values()], persons: [...persons.values()] }
}

const rowOfLink = (link: LinkRecord): LinkRow => ({
  id: link.id,
  key_hash: link.keyHash,
  role: link.role,
  name: storable(link.name),
  password_hash: link.passwordHash ?? null,
  expires_at_ms: link.expiresAtMs ?? null,
  revoked_at_ms: link.revokedAtMs ?? null,
  created_at_ms: link.createdAtMs,
})

const rowOfPerson = ({ identity, role, linkIds }: PersonRecord): PersonRow => ({
  identity: storable(identity),
  role: role ?? null,
  link_ids: [...linkIds],
})

const linkOf = (row: LinkRow): LinkRecord => ({
  id: row.id,
  keyHash: row.key_hash,
  role: row.role as GrantedRole,
  name: row.name,
  passwordHash: row.password_hash ?? undefined,
  expiresAtMs: row.expires_at_ms ?? undefined,
  revokedAtMs: row.revoked_at_ms ?? undefined,
  createdAtMs: row.created_at_ms,
})

const personOf = (row: PersonRow): PersonRecord => ({
  identity: row.identity,
  role: (row.role ?? undefined) as PersonRecord['role'],
  linkIds: row.link_ids,
})
