/** What the store and its worker threads say to each other. */
import type { AccessChange, AccessRecord } from '../access-record.ts'
import type { Deflated } from '../deflated.ts'
import type {
  AssetOutcome,
  BoardFacts,
  BoardRecord,
  LogTail,
  StoredAsset,
  StoredBoard,
  StoreErrorKind,
  Watermark,
} from '../store.ts'

export type WriteRequest =
  | {
      kind: 'create'
      id: string
      facts: BoardFacts
      owner: string | undefined
      state: Deflated
      atMs: number
    }
  | { kind: 'append'; id: string; facts: BoardFacts; updates: readonly Uint8Array[]; atMs: number }
  | { kind: 'compact'; id: string; snapshot: Deflated; throughSeq: number; atMs: number }
  | { kind: 'change-access'; id: string; changes: readonly AccessChange[]; version: number | undefined }
  | { kind: 'add-asset'; id: string; asset: StoredAsset; maxBytes: number; atMs: number }

export type ReadRequest =
  | { kind: 'read' | 'load' | 'read-access'; id: string }
  | { kind: 'read-since'; id: string; afterSeq: number }
  | { kind: 'read-asset'; id: string; assetId: string }
  | { kind: 'watermarks'; ids: readonly string[] }

/** Answers by the request's kind. */
export interface Answers {
  create: BoardRecord
  append: number
  compact: boolean
  read: BoardRecord | undefined
  load: StoredBoard | undefined
  'change-access': AccessRecord
  'read-access': AccessRecord | undefined
  'add-asset': AssetOutcome
  'read-asset': StoredAsset | undefined
  'read-since': LogTail | undefined
  watermarks: ReadonlyMap<string, Watermark>
}

export type Outcome =
  | { ok: true; value: Answers[keyof Answers] }
  | { ok: false; errorKind: StoreErrorKind; message: string }

/** One message to a worker; it answers with as many outcomes, in the same order. */
export type Batch = readonly (WriteRequest | ReadRequest)[]

export interface WorkerOptions {
  readonly path: string
  readonly role: 'writer' | 'reader'
  /** Pages the file may grow to: tests make the disk full with it. */
  readonly maxPages?: number
}

/** First word of a worker: whether it could open the database. */
export type Ready = { ready: true } | { ready: false; errorKind: StoreErrorKind; message: string }
