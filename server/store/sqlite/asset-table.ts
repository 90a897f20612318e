/** The SQL of boards' pictures; inside `BoardDatabase`'s transactions. */
import type { Database, Statement } from 'better-sqlite3'
import type { PictureType } from '#shared/picture-type.ts'
import type { ArchivedAsset } from '../archive.ts'
import type { AssetOutcome, StoredAsset } from '../store.ts'

type Key = number | bigint

interface NewAsset {
  readonly asset: StoredAsset
  readonly maxBytes: number
  readonly atMs: number
}

export class AssetTable {
  readonly #has: Statement<[Key, string], { has: 1 }>
  readonly #one: Statement<[Key, string], { type: PictureType; bytes: Buffer }>
  readonly #list: Statement<[Key], ArchivedAsset>
  readonly #add: Statement
  readonly #count: Statement

  constructor(db: Database) {
    this.#has = db.prepare('SELECT 1 AS has FROM assets WHERE board_key = ? AND id = ?')
    this.#one = db.prepare('SELECT type, bytes FROM assets WHERE board_key = ? AND id = ?')
    this.#list = db.prepare(
      'SELECT id, type, length(bytes) AS size, created_at_ms AS atMs FROM assets WHERE board_key = ? ORDER BY id',
    )
    this.#add = db.prepare(
      'INSERT INTO assets (board_key, id, type, created_at_ms, bytes) VALUES (@key, @id, @type, @atMs, @bytes)',
    )
    this.#count = db.prepare('UPDATE boards SET asset_bytes = asset_bytes + @size WHERE key = @key')
  }

  /** @param board  as its row is now */
  add(board: { key: Key; asset_bytes: number }, { asset, maxBytes, atMs }: NewAsset): AssetOutcome {
    const { id, bytes } = asset
    if (this.#has.get(board.key, id)) return 'present'
    if (board.asset_bytes + bytes.length > maxBytes) return 'no-room'
    this.put(board.key, asset, atMs)
    return 'added'
  }

  /** Without looking at what there is. */
  put(key: Key, { id, type, bytes }: StoredAsset, atMs: number): void {
    this.#add.run({ key, id, type, atMs, bytes })
    this.#count.run({ key, size: bytes.length })
  }

  read(key: Key, id: string): StoredAsset | undefined {
    const row = this.#one.get(key, id)
    return row && { id, ...row }
  }

  list(key: Key): ArchivedAsset[] {
    return this.#list.all(key)
  }
}
