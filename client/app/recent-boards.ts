/** The boards that were opened in this browser, for the home page. Kept as JSON in `localStorage`, which anyone may have
 * edited: what does not read as a board is skipped. Pictures lie under keys of their own, so that a rename writes little. */
import { type BoardId, isBoardId } from '#shared/ids.ts'
import { keep, type StringStore } from './local-store.ts'

export interface RecentBoard {
  readonly id: BoardId
  /** '' when it has none. */
  readonly name: string
  readonly lastOpenedAtMs: number
}

const LIST_KEY = 'drawbridge.boards'
const pictureKey = (id: BoardId): string => `drawbridge.picture.${id}`

/** More would hardly be looked through, and each may hold a picture. */
export const MAX_RECENT_BOARDS = 50
/** 50 of these are 1.6 MB as UTF-16, well inside the usual 5 MB. */
export const MAX_PICTURE_CHARS = 16_000
const MAX_NAME_CHARS = 200

/** @returns most recently opened first */
export function readRecentBoards(store: StringStore): readonly RecentBoard[] {
  const entries = parseList(store.getItem(LIST_KEY))
  const byId = new Map<BoardId, RecentBoard>()
  for (const entry of entries) {
    const board = readEntry(entry)
    const known = board && byId.get(board.id)
    if (board && (!known || known.lastOpenedAtMs < board.lastOpenedAtMs)) byId.set(board.id, board)
  }
  return [...byId.values()].sort((a, b) => b.lastOpenedAtMs - a.lastOpenedAtMs).slice(0, MAX_RECENT_BOARDS)
}

/** Puts a board at the head of the list, or changes its name and time; the oldest beyond the limit goes. */
export function rememberBoard(store: StringStore, board: RecentBoard): void {
  const others = readRecentBoards(store).filter(({ id }) => id !== board.id)
  const list = [board, ...others]
  for (const { id } of list.splice(MAX_RECENT_BOARDS)) store.removeItem(pictureKey(id))
  writeList(store, list)
}

export function forgetBoard(store: StringStore, id: BoardId): void {
  store.removeItem(pictureKey(id))
  writeList(
    store,
    readRecentBoards(store).filter(board => board.id !== id),
  )
}

/** Keeps a small picture of a board on the list; one that is too big is not kept. */
export function keepPicture(store: StringStore, id: BoardId, dataUrl: string): void {
  const isListed = readRecentBoards(store).some(board => board.id === id)
  if (!isListed || dataUrl.length > MAX_PICTURE_CHARS) return
  keep(store, pictureKey(id), dataUrl)
}

/** For a board that one may not see any more: it stays on the list, so that one can ask to be let in again. */
export function forgetPicture(store: StringStore, id: BoardId): void {
  store.removeItem(pictureKey(id))
}

/** @returns a `data:image/…` URL, or `undefined` */
export function readPicture(store: StringStore, id: BoardId): string | undefined {
  const text = store.getItem(pictureKey(id))
  return text?.startsWith('data:image/') ? text : undefined
}

/** When the quota is used up, pictures go before the list does. */
function writeList(store: StringStore, list: readonly RecentBoard[]): void {
  const text = JSON.stringify(
    list.map(({ id, name, lastOpenedAtMs }) => ({ id, name, lastOpenedAt: lastOpenedAtMs })),
  )
  if (keep(store, LIST_KEY, text)) return
  for (const { id } of list) store.removeItem(pictureKey(id))
  keep(store, LIST_KEY, text)
}

function parseList(text: string | null): readonly unknown[] {
  if (text === null) return []
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : []
  } catch {
    // Not JSON: the list starts anew.
    return []
  }
}

function readEntry(entry: unknown): RecentBoard | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { id, name, lastOpenedAt } = entry as Record<string, unknown>
  if (typeof id !== 'string' || !isBoardId(id)) return undefined
  if (typeof name !== 'string') return undefined
  if (typeof lastOpenedAt !== 'number' || !Number.isFinite(lastOpenedAt)) return undefined
  return { id, name: name.slice(0, MAX_NAME_CHARS), lastOpenedAtMs: lastOpenedAt }
}
