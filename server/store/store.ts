/** The lasting boards, as the rest of the server sees them. What an implementation must keep is in `contract.ts`.
 *
 * A board is an update log and snapshots that let the log be cut. The log is the truth: `append` resolves only when
 * its updates would survive the loss of power, and what was appended is never rewritten, only covered by a snapshot.
 *
 * Beside it stand the bytes of its pictures, each under the name that it has by what is in it. Nothing changes or removes one.
 *
 * Several nodes may write one board. Its updates are numbered from 1 without a gap, in the order in which they became durable:
 * whoever has seen a number can read everything before it. */
import type { AssetId, BoardId } from '#shared/ids.ts'
import type { PictureType } from '#shared/picture-type.ts'
import type { AccessChange, AccessRecord } from './access-record.ts'

/** What is known of a board without opening it. */
export interface BoardRecord {
  readonly id: BoardId
  readonly name: string
  readonly shapeCount: number
  /** What it takes on disk: the newest snapshot and the log since. */
  readonly bytes: number
  /** What its pictures take beside that. */
  readonly assetBytes: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** Read off the document by whoever appends, so that a record is true without opening the board. */
export interface BoardFacts {
  readonly name: string
  readonly shapeCount: number
}

export interface NewBoard extends BoardFacts {
  readonly id: BoardId
  /** The whole first state as one Yjs update. */
  readonly initialState: Uint8Array
  /** Identity of whoever makes it. */
  readonly owner?: string | undefined
}

export interface StoredBoard {
  readonly record: BoardRecord
  /** The newest snapshot. */
  readonly snapshot: Uint8Array
  /** The same as a raw DEFLATE stream, where it is kept as one. */
  readonly deflated?: Uint8Array
  /** The log since that snapshot, oldest first. */
  readonly updates: readonly Uint8Array[]
  /** Number of the last update in the log, counted from the board's beginning; 0 when there was none yet. */
  readonly lastSeq: number
}

/** What a board has after some number: of the log, or a snapshot and the log since. */
export interface LogTail {
  /** The newest snapshot, when what was asked for has gone into it: it holds everything up to that number, and more. */
  readonly snapshot: Uint8Array | undefined
  /** Oldest first, without a gap: up to and with `throughSeq`. */
  readonly updates: readonly Uint8Array[]
  /** Whoever takes this in has everything up to this number. */
  readonly throughSeq: number
  /** Number of the board's last update; where it is larger than `throughSeq`, there is more to ask for. */
  readonly lastSeq: number
}

/** Where a board stands, for whoever has it open and may have missed something. */
export interface Watermark {
  readonly lastSeq: number
  /** `AccessRecord.version`. */
  readonly accessVersion: number
}

/** A picture's bytes; `id` is their digest. */
export interface StoredAsset {
  readonly id: AssetId
  readonly type: PictureType
  readonly bytes: Uint8Array
}

/** `present`: it was there already. `no-room`: the board's pictures would take more than they may. */
export type AssetOutcome = 'added' | 'present' | 'no-room'

export interface BoardStore {
  /** @throws StoreError `exists` when the id is taken */
  createBoard(board: NewBoard): Promise<BoardRecord>
  readBoard(id: BoardId): Promise<BoardRecord | undefined>
  load(id: BoardId): Promise<StoredBoard | undefined>
  /** What came after `afterSeq`, at most about `LOG_TAIL_BYTES` of the log at a time.
   * @returns `undefined` when there is no such board */
  readSince(id: BoardId, afterSeq: number): Promise<LogTail | undefined>
  /** Of many boards at once; those that are not there are left out. */
  watermarks(ids: readonly BoardId[]): Promise<ReadonlyMap<BoardId, Watermark>>
  /** Adds updates to the log, all or none, with numbers that follow each other. Repeating an append whose outcome is
   * unknown does no harm, because Yjs updates are idempotent.
   * @returns the number of the last update, once it is durable
   * @throws StoreError; `unknown-board` is final, after any other the same append may be tried again */
  append(id: BoardId, updates: readonly Uint8Array[], facts: BoardFacts): Promise<number>
  /** Puts a snapshot in place of the log up to and with `throughSeq`; older snapshots are kept for a while.
   * @param snapshot  a state that contains every update up to `throughSeq`, whoever appended it; it may contain more
   * @returns whether it was taken: not when there is one that goes as far, nor when the log does not go so far */
  compact(id: BoardId, snapshot: Uint8Array, throughSeq: number): Promise<boolean>
  /** A new board is open to anyone as an editor. */
  readAccess(id: BoardId): Promise<AccessRecord | undefined>
  /** Makes changes in their order, all or none.
   * @param version  of the record that the changes were decided on
   * @returns what came of it, once it is durable
   * @throws StoreError; `unknown-board` is final; `changed` when the record has another version by now */
  changeAccess(id: BoardId, changes: readonly AccessChange[], version?: number): Promise<AccessRecord>
  /** Keeps a picture's bytes with a board.
   * @param maxBytes  for all pictures of the board; of several nodes that add one at the same time each may go over by that one
   * @returns what came of it, once it is durable
   * @throws StoreError; `unknown-board` is final, after any other the same may be tried again */
  addAsset(id: BoardId, asset: StoredAsset, maxBytes: number): Promise<AssetOutcome>
  /** @returns `undefined` when this board has no such picture, whatever others have */
  readAsset(id: BoardId, assetId: AssetId): Promise<StoredAsset | undefined>
  /** Finishes what was asked before, then lets go of the storage. */
  close(): Promise<void>
}

/** How many snapshots of a board are kept, the newest included. */
export const SNAPSHOTS_KEPT = 5
/** A page of the log ends with the update that reaches this. */
export const LOG_TAIL_BYTES = 4 << 20

export type StoreErrorKind =
  | 'full'
  | 'io'
  | 'busy'
  | 'corrupt'
  | 'crashed'
  | 'closed'
  | 'exists'
  | 'changed'
  | 'unknown-board'
  | 'unusable'

export const ACCESS_CHANGED = 'the rights have been changed by somebody else meanwhile'

export class StoreError extends Error {
  readonly kind: StoreErrorKind
  constructor(kind: StoreErrorKind, message: string) {
    super(message)
    this.name = 'StoreError'
    this.kind = kind
  }
}
