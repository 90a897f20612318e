/** Moves all boards from one archive to another. It may be broken off at any time and begun again: each board is there whole or not at
 * all, its pictures come after it one by one, what is there already is compared and left, and in the end every board is read from both sides and compared. */
import { createHash } from 'node:crypto'
import { type ArchivedAsset, type BoardArchive, digestOf } from './archive.ts'
import { StoreError } from './store.ts'

export interface MoveCounts {
  moved: number
  /** Equal boards that were there before. */
  present: number
  /** Compared when everything was done, and equal. */
  compared: number
}

export interface MoveEvents {
  /** After each board. */
  progress?(counts: Readonly<MoveCounts>): void
  /** A board that was not moved, or is not the same afterwards. */
  problem(id: string, reason: string): void
}

/** @throws StoreError `exists` when the target's people are known by another secret: they would become strangers, or those who come
 * with these boards; then nothing is moved */
export async function moveBoards(
  from: BoardArchive,
  to: BoardArchive,
  events: MoveEvents,
): Promise<MoveCounts> {
  await moveSecret(from, to)
  const counts: MoveCounts = { moved: 0, present: 0, compared: 0 }
  const wrong = new Set<string>()
  const attempt = async (id: string, run: () => Promise<string | undefined>): Promise<void> => {
    let reason: string | undefined
    try {
      reason = await run()
    } catch (error) {
      // A board that cannot be read is left for a person to look at; whatever else fails stops everything.
      if (error instanceof StoreError && error.kind !== 'corrupt') throw error
      reason = error instanceof Error ? error.message : String(error)
    }
    if (reason !== undefined) {
      wrong.add(id)
      events.problem(id, reason)
    }
    events.progress?.(counts)
  }
  for await (const id of idsOf(from)) await attempt(id, () => move(from, to, id, counts))
  for await (const id of idsOf(from)) {
    if (!wrong.has(id)) await attempt(id, () => compare(from, to, id, counts))
  }
  return counts
}

async function move(
  from: BoardArchive,
  to: BoardArchive,
  id: string,
  counts: MoveCounts,
): Promise<string | undefined> {
  const board = await from.read(id)
  if (!board) return 'it is gone'
  const digest = await digestOf(board)
  const there = await to.read(id)
  if (!there) {
    await to.add(board)
    counts.moved++
  } else if ((await digestOf(there)) === digest) {
    counts.present++
  } else {
    return 'another board with this id is there, or another state of it; it was left as it is'
  }
  await moveAssets(from, to, id)
  return undefined
}

/** One by one: those of a board may take more than there is memory. */
async function moveAssets(from: BoardArchive, to: BoardArchive, id: string): Promise<void> {
  const there = new Set((await to.assets(id)).map(asset => asset.id))
  for (const { id: assetId, atMs } of await from.assets(id)) {
    const asset = there.has(assetId) ? undefined : await from.readAsset(id, assetId)
    if (asset) await to.addAsset(id, asset, atMs)
  }
}

async function compare(
  from: BoardArchive,
  to: BoardArchive,
  id: string,
  counts: MoveCounts,
): Promise<string | undefined> {
  const [board, there] = [await from.read(id), await to.read(id)]
  if (!board || !there || (await digestOf(board)) !== (await digestOf(there)))
    return 'it is not the same there'
  const reason = await compareAssets(from, to, id)
  if (reason === undefined) counts.compared++
  return reason
}

/** A picture's name is the digest of its bytes: those that are there tell whether they are what was moved. */
async function compareAssets(from: BoardArchive, to: BoardArchive, id: string): Promise<string | undefined> {
  const listed = await to.assets(id)
  const told = (assets: readonly ArchivedAsset[]): string =>
    JSON.stringify(assets.map(({ id, type, size, atMs }) => [id, type, size, atMs]))
  if (told(await from.assets(id)) !== told(listed)) return 'its pictures are not the same there'
  for (const { id: assetId } of listed) {
    const asset = await to.readAsset(id, assetId)
    const digest = asset && createHash('sha256').update(asset.bytes).digest('base64url')
    if (digest !== assetId) return `its picture ${assetId} is damaged`
  }
  return undefined
}

async function moveSecret(from: BoardArchive, to: BoardArchive): Promise<void> {
  const [secret, there] = [await from.secret(), await to.secret()]
  if (secret === undefined || secret === there) return
  if (there !== undefined && (await to.count()) > 0) {
    throw new StoreError(
      'exists',
      'people are known by another secret there, and boards are there already; begin with a store that has none',
    )
  }
  await to.putSecret(secret)
}

async function* idsOf(archive: BoardArchive): AsyncGenerator<string> {
  let last = ''
  for (;;) {
    const ids = await archive.ids(last)
    if (ids.length === 0) return
    yield* ids
    last = ids.at(-1) ?? last
  }
}
