/** The SQL of a board's rights; inside `BoardDatabase`'s transactions. */
import type { Database, Statement } from 'better-sqlite3'
import type { GrantedRole } from '#shared/roles.ts'
import type { AccessChange, AccessRecord, LinkRecord, MeetingState, PersonRecord } from '../access-record.ts'

interface SettingsRow {
  owner: string | null
  anyone: string | null
  state: string
  access_version: number
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
  link_ids: string
}

export class AccessTables {
  readonly #settings: Statement<[number | bigint], SettingsRow>
  readonly #links: Statement<[number | bigint], LinkRow>
  readonly #persons: Statement<[number | bigint], PersonRow>
  readonly #set: Statement
  readonly #setOwner: Statement
  readonly #putLink: Statement
  readonly #putPerson: Statement
  readonly #count: Statement
  readonly #setVersion: Statement

  constructor(db: Database) {
    this.#settings = db.prepare('SELECT owner, anyone, state, access_version FROM boards WHERE key = ?')
    this.#links = db.prepare('SELECT * FROM links WHERE board_key = ? ORDER BY rowid')
    this.#persons = db.prepare('SELECT * FROM persons WHERE board_key = ? ORDER BY rowid')
    this.#set = db.prepare('UPDATE boards SET anyone = @anyone, state = @state WHERE key = @key')
    this.#setOwner = db.prepare('UPDATE boards SET owner = @owner WHERE key = @key')
    this.#putLink = db.prepare(
      `INSERT INTO links (board_key, id, key_hash, role, name, password_hash, expires_at_ms, revoked_at_ms, created_at_ms)
       VALUES (@key, @id, @keyHash, @role, @name, @passwordHash, @expiresAtMs, @revokedAtMs, @createdAtMs)
       ON CONFLICT (board_key, id) DO UPDATE SET key_hash = @keyHash, role = @role, name = @name,
       password_hash = @passwordHash, expires_at_ms = @expiresAtMs, revoked_at_ms = @revokedAtMs`,
    )
    this.#putPerson = db.prepare(
      `INSERT INTO persons (board_key, identity, role, link_ids) VALUES (@key, @identity, @role, @linkIds)
       ON CONFLICT (board_key, identity) DO UPDATE SET role = @role, link_ids = @linkIds`,
    )
    this.#count = db.prepare('UPDATE boards SET access_version = access_version + 1 WHERE key = ?')
    this.#setVersion = db.prepare(
      'UPDATE boards SET owner = @owner, access_version = @version WHERE key = @key',
    )
  }

  read(key: number | bigint): AccessRecord | undefined {
    const row = this.#settings.get(key)
    return (
      row && {
        version: row.access_version,
        owner: row.owner ?? undefined,
        anyone: (row.anyone ?? undefined) as GrantedRole | undefined,
        state: row.state as MeetingState,
        links: this.#links.all(key).map(linkOf),
        persons: this.#persons.all(key).map(personOf),
      }
    )
  }

  change(key: number | bigint, changes: readonly AccessChange[]): AccessRecord {
    for (const change of changes) this.#change(key, change)
    if (changes.length > 0) this.#count.run(key)
    return this.read(key) as AccessRecord
  }

  /** A whole record, for a board that has none yet. */
  put(key: number | bigint, { owner, anyone, state, version, links, persons }: AccessRecord): void {
    this.#change(key, { kind: 'settings', anyone, state })
    for (const link of links) this.#change(key, { kind: 'link', link })
    for (const person of persons) this.#change(key, { kind: 'person', person })
    this.#setVersion.run({ key, owner: owner ?? null, version })
  }

  #change(key: number | bigint, change: AccessChange): void {
    switch (change.kind) {
      case 'settings':
        this.#set.run({ key, anyone: change.anyone ?? null, state: change.state })
        return
      case 'owner':
        this.#setOwner.run({ key, owner: change.owner })
        return
      case 'link': {
        const { passwordHash = null, expiresAtMs = null, revokedAtMs = null, ...link } = change.link
        this.#putLink.run({ key, ...link, passwordHash, expiresAtMs, revokedAtMs })
        return
      }
      case 'person': {
        const { identity, role = null, linkIds } = change.person
        this.#putPerson.run({ key, identity, role, linkIds: JSON.stringify(linkIds) })
      }
    }
  }
}

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
  linkIds: JSON.parse(row.link_ids) as string[],
})
