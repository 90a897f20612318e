/** `/api/boards/:id/assets`: the bytes of a board's pictures, named by their SHA-256. The shapes that show them are in the document,
 * which may come before the bytes do, or without them. */
import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { isAssetId } from '#shared/ids.ts'
import { pictureFault } from '#shared/picture-size.ts'
import { pictureTypeOf } from '#shared/picture-type.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../live/clock.ts'
import type { RefusalReason } from '../live/meters.ts'
import { KeyedBuckets } from '../live/rate-limit.ts'
import type { Registry } from '../live/registry.ts'
import { boardTag, type Log } from '../log.ts'
import { type BoardStore, type StoredAsset, StoreError } from '../store/store.ts'
import { AssetReader } from './asset-reader.ts'
import { type GuardDeps, guard } from './guard.ts'
import { Loans } from './loans.ts'
import { declaredBytes, receiveBody } from './receive-body.ts'
import { ReceivingRoom } from './receiving-room.ts'
import { clientAddress } from './request-facts.ts'
import type { ServerContext, ServerEnv } from './server-env.ts'

export interface BoardAssetsDeps extends GuardDeps {
  readonly config: Config
  readonly store: Pick<BoardStore, 'addAsset' | 'readAsset'>
  readonly registry: Pick<Registry, 'meters'>
  readonly clock: Clock
  readonly log: Log
}

/** What every store takes in one piece. */
const MAX_STORED_BYTES = 256 << 20
/** From one address: a class that pastes its holiday at once, and then a few more. */
const PICTURES_OF_ADDRESS = { perSecond: 20, burst: 2000 }

/** An SVG that is opened by itself is a page, and may be one with scripts. */
const PICTURE_POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox"
/** Asked for anew each time, with its tag: who may see it changes, though it never does. */
const CACHING = 'private, no-cache'
/** A line slower than this, and as long to begin with, is taken for dead. */
const LEAST_BYTES_A_MS = 16
const SENDING_MS = 60_000
const NO_PICTURE = 'that is not a picture; expected PNG, JPEG, WebP, GIF, AVIF or SVG'
const MIB = 1 << 20
const BUSY = { 'Retry-After': '5' }

class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 413 | 415 | 503
  readonly reason: RefusalReason
  constructor(status: 413 | 415 | 503, reason: RefusalReason, message: string) {
    super(message)
    this.status = status
    this.reason = reason
  }
}

export function boardAssets(deps: BoardAssetsDeps) {
  const { config, store, registry, clock, log } = deps
  const ofAddress = new KeyedBuckets(PICTURES_OF_ADDRESS)
  const reader = new AssetReader(store)
  const loans = new Loans()
  const room = new ReceivingRoom()
  const maxBytes = Math.min(config.limits.maxAssetBytes || MAX_STORED_BYTES, MAX_STORED_BYTES)
  const maxBoardBytes = config.limits.maxBoardAssetBytes || Number.MAX_SAFE_INTEGER
  const noRoom = `the pictures of this board would take more than ${told(maxBoardBytes)} together`

  /** @throws Refusal */
  const checkSize = (bytes: number): void => {
    if (bytes <= maxBytes) return
    throw new Refusal(413, 'picture-too-big', `the picture is larger than ${told(maxBytes)}`)
  }

  /** @param take  sees each chunk as it comes; may refuse it by throwing
   * @throws Refusal */
  const receive = async (c: ServerContext, take: (chunk: Uint8Array) => void): Promise<StoredAsset> => {
    const hash = createHash('sha256')
    const file = await receiveBody(c.req.raw.body, maxBytes, chunk => {
      take(chunk)
      hash.update(chunk)
    })
    const bytes = new Uint8Array(file.transferToFixedLength())
    const type = pictureTypeOf(bytes)
    if (!type) throw new Refusal(415, 'no-picture', NO_PICTURE)
    const fault = pictureFault(bytes, type)
    if (fault) throw new Refusal(413, 'picture-too-big', fault)
    return { id: hash.digest('base64url'), type, bytes }
  }

  /** @returns what has been put on the disk   @throws Refusal, StoreError */
  const add = async (c: ServerContext): Promise<StoredAsset> => {
    const { boardId } = c.var.asker
    const place = room.enter(clientAddress(c, config))
    let size = 0
    const take = ({ length }: Uint8Array): void => {
      checkSize(size + length)
      if (!place.take(length)) {
        throw new Refusal(503, 'too-many-pictures', 'too many pictures are being received; try again soon')
      }
      size += length
    }
    try {
      // Told before a byte is read, so that nobody sends it in vain.
      checkSize(declaredBytes(c.req.header('content-length')) ?? 0)
      const asset = await receive(c, take)
      const outcome = await store.addAsset(boardId, asset, maxBoardBytes)
      if (outcome === 'no-room') throw new Refusal(413, 'pictures-full', noRoom)
      reader.keep(boardId, asset)
      count(registry.meters.pictures.received, asset)
      const fields = { board: boardTag(boardId), type: asset.type, bytes: size }
      if (outcome === 'added') log.info(fields, 'asset.added')
      return asset
    } finally {
      place.leave()
    }
  }

  /** @param patienceMs  whoever has not taken the answer by then is cut off */
  const whenSent = (c: ServerContext, patienceMs: number, then: () => void): void => {
    const outgoing = c.env?.outgoing
    if (!outgoing || outgoing.closed) {
      then()
      return
    }
    const timer = clock.after(patienceMs, () => outgoing.destroy())
    outgoing.once('close', () => {
      timer.cancel()
      then()
    })
  }

  return new Hono<ServerEnv>()
    .post('/:id/assets', guard('add', deps), async c => {
      if (!ofAddress.take(clientAddress(c, config), clock.nowMs())) {
        registry.meters.refusals['too-many-pictures']++
        return c.json({ error: 'too many pictures from your address; wait a moment' }, 429, BUSY)
      }
      // Forms of other sites cannot say so; what it is the bytes tell.
      if (!/^(image\/|application\/octet-stream\b)/i.test(c.req.header('content-type') ?? '')) {
        return c.json({ error: 'expected a body of the type image/… or application/octet-stream' }, 415)
      }
      try {
        const { id, type, bytes } = await add(c)
        return c.json({ asset: id, type, bytes: bytes.length }, 201)
      } catch (error) {
        if (error instanceof Refusal) {
          registry.meters.refusals[error.reason]++
          return c.json({ error: error.message }, error.status, error.status === 503 ? BUSY : {})
        }
        if (!(error instanceof StoreError)) throw error
        log.error({ kind: error.kind, reason: error.message }, 'asset.add_failed')
        return c.json({ error: 'the server cannot save the picture right now; it can be sent again' }, 503)
      }
    })
    .get('/:id/assets/:asset', guard('see', deps), async c => {
      const { boardId } = c.var.asker
      const assetId = c.req.param('asset')
      const asset = isAssetId(assetId) ? await reader.read(boardId, assetId) : undefined
      // Also while it is on its way from somebody who was offline.
      if (!asset) return c.json({ error: 'this board has no such picture' }, 404)
      const headers = { ETag: `"${assetId}"`, 'Cache-Control': CACHING }
      if (isKnown(c.req.header('if-none-match'), headers.ETag)) return c.body(null, 304, headers)
      const handBack = loans.lend(asset, clientAddress(c, config))
      if (!handBack) return c.json({ error: 'too many pictures are being sent; try again soon' }, 503, BUSY)
      whenSent(c, sendingMs(asset), handBack)
      count(registry.meters.pictures.sent, asset)
      return c.body(asset.bytes as Uint8Array<ArrayBuffer>, 200, {
        ...headers,
        'Content-Type': asset.type,
        'Content-Length': String(asset.bytes.length),
        'Content-Security-Policy': PICTURE_POLICY,
      })
    })
}

const sendingMs = ({ bytes }: StoredAsset): number => SENDING_MS + bytes.length / LEAST_BYTES_A_MS

const count = (flow: { messages: number; bytes: number }, { bytes }: StoredAsset): void => {
  flow.messages++
  flow.bytes += bytes.length
}

/** @param header  `If-None-Match`: tags of what the browser has, or `*` */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some(tag => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false

/** Bytes for a person. */
const told = (bytes: number): string => (bytes % MIB === 0 ? `${bytes / MIB} MB` : `${bytes} bytes`)
