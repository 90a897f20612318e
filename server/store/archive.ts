/** Boards with everything that is kept of them, to be moved from one kind of store to another while no server runs on either. */
import { createHash } from 'node:crypto'
import type { AssetId } from '#shared/ids.ts'
import type { PictureType } from '#shared/picture-type.ts'
import type { AccessRecord } from './access-record.ts'
import { type Deflated, inflate } from './deflated.ts'
import type { StoredAsset } from './store.ts'

export interface ArchivedBoard {
  readonly id: string
  readonly name: string
  readonly shapeCount: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly access: AccessRecord
  readonly lastSeq: number
  /** Oldest first. */
  readonly snapshots: readonly ArchivedSnapshot[]
  /** The log since the newest snapshot: the last one's number is `lastSeq`. */
  readonly updates: readonly ArchivedUpdate[]
}

export interface ArchivedSnapshot {
  readonly throughSeq: number
  readonly atMs: number
  readonly state: Deflated
}

export interface ArchivedUpdate {
  readonly atMs: number
  readonly bytes: Uint8Array
}

/** A picture of a board, without its bytes. */
export interface ArchivedAsset {
  readonly id: AssetId
  readonly type: PictureType
  /** Bytes. */
  readonly size: number
  readonly atMs: number
}

export interface BoardArchive {
  count(): Promise<number>
  /** @returns ids in their order, those after `afterId`; none when there are no more */
  ids(afterId: string): Promise<readonly string[]>
  /** @throws StoreError `corrupt` */
  read(id: string): Promise<ArchivedBoard | undefined>
  /** The whole board or nothing of it.
   * @throws StoreError; `exists` when the id is taken */
  add(board: ArchivedBoard): Promise<void>
  /** Pictures of a board, in the order of their ids; none of a board that is not there. */
  assets(id: string): Promise<readonly ArchivedAsset[]>
  readAsset(id: string, assetId: AssetId): Promise<StoredAsset | undefined>
  /** To a board that is there and has it not. */
  addAsset(id: string, asset: StoredAsset, atMs: number): Promise<void>
  /** The kept secret that signs sessions, if there is one. */
  secret(): Promise<string | undefined>
  putSecret(secret: string): Promise<void>
  close(): Promise<void>
}

export const IDS_PER_PAGE = 1000

/** What no text of PostgreSQL can hold, the character 0 and halves of characters, is left out or replaced: a name with it must not
 * keep a board from being saved. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** SHA-256 of everything in a board, the same in every kind of store.
 * @throws Error when a snapshot does not inflate to what was written */
export async function digestOf(board: ArchivedBoard): Promise<string> {
  const hash = createHash('sha256')
  const { id, name, shapeCount, createdAtMs, updatedAtMs, access, lastSeq, snapshots, updates } = board
  const links = access.links.map(link => ({ ...link, name: storable(link.name) }))
  const persons = access.persons.map(({ identity, role, linkIds }) => [identity, role ?? null, linkIds])
  add(hash, JSON.stringify([id, storable(name), shapeCount, createdAtMs, updatedAtMs, lastSeq]))
  add(hash, JSON.stringify([access.version, access.owner, access.anyone, access.state]))
  add(hash, JSON.stringify([links.map(link => Object.entries(link).sort()), persons]))
  for (const { throughSeq, atMs, state } of snapshots) {
    add(hash, JSON.stringify([throughSeq, atMs]))
    add(hash, await inflate(state))
  }
  for (const { atMs, bytes } of updates) {
    add(hash, `${atMs}`)
    add(hash, bytes)
  }
  return hash.digest('hex')
}

/** With its length, so that nothing can pass from one part to the next. */
function add(hash: ReturnType<typeof createHash>, part: string | Uint8Array): void {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part
  hash.update(`${bytes.length}:`).update(bytes)
}
