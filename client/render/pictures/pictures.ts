/** Pictures as pixels: what is painted asks for them at the size it needs, they are decoded beside the page, kept as long as there is room,
 * and what was painted without them is painted again. Comes when the first picture is to be seen.
 *
 * What is there is painted at once, too coarse or too fine: nothing waits for a picture. */
import type { ImageShape } from '#shared/board/shape.ts'
import type { AssetId, ShapeId } from '#shared/ids.ts'
import type { PaintContext } from '../paint-context.ts'
import type { Decoded } from './decode-picture.ts'
import { paintBitmap, paintBroken } from './paint-bitmap.ts'
import { bestOf, LEAST_LEVEL, levelFor } from './picture-level.ts'

/** Of decoded pixels, four a pixel: what a dozen large screens hold. */
const MAX_BYTES = 128 * 1024 * 1024
/** Beyond it so much is dropped at once, as a share. */
const DROPPED_SHARE = 0.1
/** What is dropped so soon after it was painted did not fit: for a while it is wanted only half as large. */
const SOON_MS = 1000
const MODEST_MS = 10_000
/** Decoding uses the cores that the page needs too, when something moves on it. */
const MAX_DECODING = 2
const MAX_DECODING_MOVING = 1
/** Pictures that arrive within this are painted together, because each repaint costs whole tiles; the longer they go on arriving, the more at
 * once, as long as there are more to decode. */
const GATHER_MS = 150
const MOST_GATHER_MS = 1200

export interface PicturesDeps {
  /** @returns the picture's bytes, as soon as they are to be had  @throws PictureGone */
  readonly load: (asset: AssetId) => Promise<Blob>
  /** @throws Error for what is no picture */
  readonly decode: (blob: Blob, level: number) => Promise<Decoded>
  readonly repaint: (ids: readonly ShapeId[]) => void
  /** Whether something moves on the board. */
  readonly isMoving: () => boolean
  /** ms, rising. */
  readonly clock: () => number
  readonly maxBytes?: number
}

interface Kept {
  readonly bitmap: ImageBitmap
  readonly bytes: number
  usedAtMs: number
}

interface Picture {
  readonly asset: AssetId
  readonly kept: Map<number, Kept>
  /** Shapes that were painted without a size they want, by that size. */
  readonly waiting: Map<number, Set<ShapeId>>
  blob: Blob | undefined
  naturalPx: number | undefined
  /** It will never be there. */
  isBroken: boolean
  /** Not wanted larger than `level` for now. */
  modest: { readonly level: number; readonly untilMs: number } | undefined
}

interface Want {
  readonly picture: Picture
  readonly level: number
  askedAtMs: number
}

export class Pictures {
  readonly #deps: PicturesDeps
  readonly #pictures = new Map<AssetId, Picture>()
  /** Sizes to decode, those first that were asked for last. */
  readonly #wants = new Map<string, Want>()
  readonly #decoding = new Set<string>()
  readonly #arrived = new Set<ShapeId>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #repaintAtMs = 0
  #gatherMs = GATHER_MS
  #bytes = 0
  #isClosed = false

  constructor(deps: PicturesDeps) {
    this.#deps = deps
  }

  /** Bytes of decoded pixels. */
  get pixelBytes(): number {
    return this.#bytes
  }

  /** `PaintPicture`. */
  readonly paint = (paint: PaintContext, shape: ImageShape): boolean => {
    const picture = this.#pictures.get(shape.asset) ?? this.#start(shape.asset)
    if (picture.isBroken) {
      paintBroken(paint, shape)
      return true
    }
    const level = this.#levelFor(picture, shape, paint.scale)
    const best = bestOf(picture.kept.keys(), level)
    if (best !== level) this.#want(picture, level, shape.id)
    const kept = best === undefined ? undefined : picture.kept.get(best)
    if (!kept) return false
    kept.usedAtMs = this.#deps.clock()
    paintBitmap(paint, shape, kept.bitmap)
    return true
  }

  /** Whether it is known that it will not come. */
  isBroken(asset: AssetId): boolean {
    return this.#pictures.get(asset)?.isBroken === true
  }

  /** What was known of it counts no more: it is loaded again when it is painted the next time. */
  forget(asset: AssetId): void {
    const picture = this.#pictures.get(asset)
    if (!picture) return
    this.#pictures.delete(asset)
    for (const { bitmap, bytes } of picture.kept.values()) {
      bitmap.close()
      this.#bytes -= bytes
    }
    this.#dropWants(picture)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    for (const { kept } of this.#pictures.values()) for (const { bitmap } of kept.values()) bitmap.close()
    this.#pictures.clear()
    this.#wants.clear()
  }

  #start(asset: AssetId): Picture {
    const picture: Picture = {
      asset,
      kept: new Map(),
      waiting: new Map(),
      blob: undefined,
      naturalPx: undefined,
      isBroken: false,
      modest: undefined,
    }
    this.#pictures.set(asset, picture)
    this.#deps.load(asset).then(
      blob => {
        picture.blob = blob
        this.#decodeNext()
      },
      () => this.#break(picture),
    )
    return picture
  }

  #levelFor(picture: Picture, { wh, crop }: ImageShape, scale: number): number {
    const [, , shownW, shownH] = crop ?? [0, 0, 1, 1]
    const px = Math.max(wh[0] / shownW, wh[1] / shownH) * scale
    const level = levelFor(px, picture.naturalPx)
    const { modest } = picture
    return modest && this.#deps.clock() < modest.untilMs ? Math.min(level, modest.level) : level
  }

  #want(picture: Picture, level: number, id: ShapeId): void {
    const waiting = picture.waiting.get(level)
    if (waiting) waiting.add(id)
    else picture.waiting.set(level, new Set([id]))
    const key = `${picture.asset} ${level}`
    if (this.#decoding.has(key)) return
    const askedAtMs = this.#deps.clock()
    const before = this.#wants.get(key)
    if (before) before.askedAtMs = askedAtMs
    else this.#wants.set(key, { picture, level, askedAtMs })
    this.#decodeNext()
  }

  #decodeNext(): void {
    const most = this.#deps.isMoving() ? MAX_DECODING_MOVING : MAX_DECODING
    while (this.#decoding.size < most && !this.#isClosed) {
      const next = this.#nextWant()
      if (!next) return
      const [key, { picture, level }] = next
      this.#wants.delete(key)
      this.#decoding.add(key)
      this.#decode(picture, level).finally(() => {
        this.#decoding.delete(key)
        this.#decodeNext()
      })
    }
  }

  /** What was asked for within the same second comes in its order, which is that of the tiles: the middle of the screen first. */
  #nextWant(): [string, Want] | undefined {
    let best: [string, Want] | undefined
    const second = (want: Want): number => Math.floor(want.askedAtMs / 1000)
    for (const entry of this.#wants)
      if (entry[1].picture.blob && (!best || second(entry[1]) > second(best[1]))) best = entry
    return best
  }

  async #decode(picture: Picture, level: number): Promise<void> {
    if (!picture.blob) return
    try {
      const { bitmap, mostPx } = await this.#deps.decode(picture.blob, level)
      if (this.#isClosed || this.#pictures.get(picture.asset) !== picture) bitmap.close()
      else this.#keep(picture, level, bitmap, mostPx)
    } catch {
      // No picture, or none that this browser knows: that is shown in its place. Once it was one, this size was too much.
      if (picture.kept.size === 0) this.#break(picture)
      else this.#makeModest(picture, level)
    }
  }

  #makeModest(picture: Picture, failed: number): void {
    const finest = Math.max(...picture.kept.keys())
    if (finest < failed) {
      const level = Math.max(finest, failed / 2)
      picture.modest = { level, untilMs: this.#deps.clock() + MODEST_MS }
      for (const id of picture.waiting.get(failed) ?? []) this.#arrived.add(id)
    }
    picture.waiting.delete(failed)
    this.#repaintSoon()
  }

  #keep(picture: Picture, wanted: number, bitmap: ImageBitmap, naturalPx: number): void {
    const isFirst = picture.kept.size === 0
    picture.naturalPx = naturalPx
    // Its own size was not known when more was asked for.
    const level = Math.min(wanted, naturalPx)
    const bytes = bitmap.width * bitmap.height * 4
    const before = picture.kept.get(level)
    if (before) {
      before.bitmap.close()
      this.#bytes -= before.bytes
    }
    picture.kept.set(level, { bitmap, bytes, usedAtMs: this.#deps.clock() })
    this.#bytes += bytes
    for (const [size, ids] of picture.waiting) {
      if (!isFirst && Math.min(size, naturalPx) !== level) continue
      picture.waiting.delete(size)
      for (const id of ids) this.#arrived.add(id)
    }
    this.#makeRoom()
    this.#repaintSoon()
  }

  #break(picture: Picture): void {
    picture.isBroken = true
    for (const ids of picture.waiting.values()) for (const id of ids) this.#arrived.add(id)
    picture.waiting.clear()
    this.#dropWants(picture)
    this.#repaintSoon()
  }

  #dropWants(picture: Picture): void {
    for (const [key, want] of this.#wants) if (want.picture === picture) this.#wants.delete(key)
  }

  #repaintSoon(): void {
    if (this.#isClosed || this.#arrived.size === 0) return
    const isLast = this.#decoding.size <= 1 && this.#nextWant() === undefined
    if (isLast) this.#gatherMs = GATHER_MS
    // The bytes of others may arrive soon, or never.
    const afterMs = isLast && this.#wants.size === 0 ? 0 : this.#gatherMs
    const atMs = this.#deps.clock() + afterMs
    if (this.#timer !== undefined && this.#repaintAtMs <= atMs) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#repaint(), afterMs)
    this.#repaintAtMs = atMs
    if (!isLast) this.#gatherMs = Math.min(MOST_GATHER_MS, this.#gatherMs * 2)
  }

  #repaint(): void {
    this.#timer = undefined
    const ids = [...this.#arrived]
    this.#arrived.clear()
    this.#deps.repaint(ids)
  }

  /** Drops what was painted longest ago. The smallest sizes are next to nothing, and better than nothing when all else is gone. */
  #makeRoom(): void {
    const { maxBytes = MAX_BYTES, clock } = this.#deps
    if (this.#bytes <= maxBytes) return
    const all = [...this.#pictures.values()].flatMap(picture =>
      [...picture.kept].map(([level, kept]) => ({ picture, level, kept })),
    )
    all.sort((a, b) => a.kept.usedAtMs - b.kept.usedAtMs)
    for (const { picture, level, kept } of all) {
      if (this.#bytes <= maxBytes * (1 - DROPPED_SHARE)) return
      if (level <= LEAST_LEVEL * 2) continue
      kept.bitmap.close()
      picture.kept.delete(level)
      this.#bytes -= kept.bytes
      if (clock() - kept.usedAtMs < SOON_MS)
        picture.modest = { level: level / 2, untilMs: clock() + MODEST_MS }
    }
  }
}
