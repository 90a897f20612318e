/** A store in memory for tests, which can be told to hold appends back and to fail. */
import { deflateRawSync } from 'node:zlib'
import { type AccessChange, type AccessRecord, OPEN_TO_ALL } from '../store/access-record.ts'
import {
  ACCESS_CHANGED,
  type AssetOutcome,
  type BoardRecord,
  type BoardStore,
  LOG_TAIL_BYTES,
  type LogTail,
  SNAPSHOTS_KEPT,
  type StoredAsset,
  type StoredBoard,
  StoreError,
  type Watermark,
} from '../store/store.ts'

interface Stored {
  record: BoardRecord
  snapshots: { bytes: Uint8Array; throughSeq: number }[]
  log: { seq: number; bytes: Uint8Array }[]
  lastSeq: number
  access: AccessRecord
  readonly assets: Map<string, StoredAsset>
}

export class MemoryStore implements BoardStore {
  readonly #boards = new Map<string, Stored>()
  #held: (() => void)[] | undefined
  /** What the next appends are refused with. */
  failure: StoreError | undefined
  loadCount = 0
  appendCount = 0
  compactCount = 0
  assetReadCount = 0

  async createBoard({ id, name, shapeCount, initialState, owner }: Parameters<BoardStore['createBoard']>[0]) {
    if (this.failure) throw this.failure
    if (this.#boards.has(id)) throw new StoreError('exists', 'a board with this id is there already')
    const now = Date.now()
    const record = {
      id,
      name,
      shapeCount,
      bytes: initialState.length,
      assetBytes: 0,
      createdAtMs: now,
      updatedAtMs: now,
    }
    this.#boards.set(id, {
      record,
      snapshots: [{ bytes: initialState.slice(), throughSeq: 0 }],
      log: [],
      lastSeq: 0,
      access: { ...OPEN_TO_ALL, owner },
      assets: new Map(),
    })
    return record
  }

  async readBoard(id: string) {
    return this.#boards.get(id)?.record
  }

  async load(id: string): Promise<StoredBoard | undefined> {
    this.loadCount++
    await this.#gate()
    const board = this.#boards.get(id)
    const newest = board?.snapshots.at(-1)
    if (!board || !newest) return undefined
    const updates = board.log.filter(({ seq }) => seq > newest.throughSeq).map(({ bytes }) => bytes)
    const deflated = deflateRawSync(newest.bytes)
    return { record: board.record, snapshot: newest.bytes, deflated, updates, lastSeq: board.lastSeq }
  }

  async append(id: string, updates: readonly Uint8Array[], facts: { name: string; shapeCount: number }) {
    this.appendCount++
    await this.#gate()
    if (this.failure) throw this.failure
    const board = this.#find(id)
    for (const update of updates) board.log.push({ seq: ++board.lastSeq, bytes: update.slice() })
    board.record = { ...board.record, ...facts, updatedAtMs: Date.now() }
    this.#measure(board)
    return board.lastSeq
  }

  async compact(id: string, snapshot: Uint8Array, throughSeq: number) {
    this.compactCount++
    if (this.failure) throw this.failure
    const board = this.#find(id)
    if (throughSeq <= reachOf(board) || throughSeq > board.lastSeq) return false
    board.snapshots = [...board.snapshots, { bytes: snapshot.slice(), throughSeq }].slice(-SNAPSHOTS_KEPT)
    board.log = board.log.filter(({ seq }) => seq > throughSeq)
    this.#measure(board)
    return true
  }

  async readSince(id: string, afterSeq: number): Promise<LogTail | undefined> {
    await this.#gate()
    const board = this.#boards.get(id)
    if (!board) return undefined
    const snapshot = afterSeq < reachOf(board) ? board.snapshots.at(-1) : undefined
    const from = snapshot?.throughSeq ?? afterSeq
    const updates: Uint8Array[] = []
    let size = 0
    for (const { seq, bytes } of board.log) {
      if (seq <= from) continue
      if (size >= LOG_TAIL_BYTES) break
      updates.push(bytes)
      size += bytes.length
    }
    return { snapshot: snapshot?.bytes, updates, throughSeq: from + updates.length, lastSeq: board.lastSeq }
  }

  async watermarks(ids: readonly string[]): Promise<Map<string, Watermark>> {
    await this.#gate()
    const marks = new Map<string, Watermark>()
    for (const id of ids) {
      const board = this.#boards.get(id)
      if (board) marks.set(id, { lastSeq: board.lastSeq, accessVersion: board.access.version })
    }
    return marks
  }

  async readAccess(id: string) {
    await this.#gate()
    return this.#boards.get(id)?.access
  }

  async changeAccess(id: string, changes: readonly AccessChange[], version?: number) {
    if (this.failure) throw this.failure
    const board = this.#find(id)
    if (version !== undefined && version !== board.access.version)
      throw new StoreError('changed', ACCESS_CHANGED)
    for (const change of changes) board.access = changed(board.access, change)
    if (changes.length > 0) board.access = { ...board.access, version: board.access.version + 1 }
    return board.access
  }

  async addAsset(id: string, asset: StoredAsset, maxBytes: number): Promise<AssetOutcome> {
    await this.#gate()
    if (this.failure) throw this.failure
    const board = this.#find(id)
    if (board.assets.has(asset.id)) return 'present'
    const assetBytes = board.record.assetBytes + asset.bytes.length
    if (assetBytes > maxBytes) return 'no-room'
    board.assets.set(asset.id, { ...asset, bytes: asset.bytes.slice() })
    board.record = { ...board.record, assetBytes }
    return 'added'
  }

  async readAsset(id: string, assetId: string) {
    this.assetReadCount++
    await this.#gate()
    return this.#boards.get(id)?.assets.get(assetId)
  }

  async close() {
    this.failure = new StoreError('closed', 'the store is closed')
  }

  /** From here on loads, appends and pictures wait for `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const go of held) go()
  }

  #gate(): Promise<void> {
    const held = this.#held
    return held ? new Promise(resolve => held.push(resolve)) : Promise.resolve()
  }

  #find(id: string): Stored {
    const board = this.#boards.get(id)
    if (!board) throw new StoreError('unknown-board', 'the board is not in the store')
    return board
  }

  #measure(board: Stored): void {
    const snapshotBytes = board.snapshots.at(-1)?.bytes.length ?? 0
    const bytes = board.log.reduce((sum, entry) => sum + entry.bytes.length, snapshotBytes)
    board.record = { ...board.record, bytes }
  }
}

const reachOf = (board: Stored): number => board.snapshots.at(-1)?.throughSeq ?? 0

function changed(access: AccessRecord, change: AccessChange): AccessRecord {
  switch (change.kind) {
    case 'settings':
      return { ...access, anyone: change.anyone, state: change.state }
    case 'owner':
      return { ...access, owner: change.owner }
    case 'link':
      return { ...access, links: put(access.links, change.link, ({ id }) => id) }
    case 'person':
      return { ...access, persons: put(access.persons, change.person, ({ identity }) => identity) }
  }
}

function put<T>(list: readonly T[], item: T, nameOf: (item: T) => string): T[] {
  const isThere = list.some(other => nameOf(other) === nameOf(item))
  return isThere ? list.map(other => (nameOf(other) === nameOf(item) ? item : other)) : [...list, item]
}
