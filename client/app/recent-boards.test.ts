import { beforeEach, describe, expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import type { StringStore } from './local-store.ts'
import {
  forgetBoard,
  forgetPicture,
  keepPicture,
  MAX_PICTURE_CHARS,
  MAX_RECENT_BOARDS,
  readPicture,
  readRecentBoards,
  rememberBoard,
} from './recent-boards.ts'

const PICTURE = 'data:image/webp;base64,AAAA'

/** A browser's storage with room for `quotaChars` characters of values. */
class FakeStore implements StringStore {
  readonly items = new Map<string, string>()
  quotaChars = Number.POSITIVE_INFINITY
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  setItem(key: string, text: string): void {
    let usedChars = text.length
    for (const [other, value] of this.items) if (other !== key) usedChars += value.length
    if (usedChars > this.quotaChars) throw new DOMException('full', 'QuotaExceededError')
    this.items.set(key, text)
  }
  removeItem(key: string): void {
    this.items.delete(key)
  }
}

let store: FakeStore
beforeEach(() => {
  store = new FakeStore()
})

const remember = (name: string, lastOpenedAtMs: number, id = createBoardId()): string => {
  rememberBoard(store, { id, name, lastOpenedAtMs })
  return id
}
const names = (): string[] => readRecentBoards(store).map(board => board.name)

describe('the list of boards', () => {
  it('is empty at first', () => expect(readRecentBoards(store)).toEqual([]))

  it('has the most recently opened first', () => {
    remember('first', 1)
    remember('third', 3)
    remember('second', 2)
    expect(names()).toEqual(['third', 'second', 'first'])
  })

  it('has a board once, with its last name', () => {
    const id = remember('old name', 1)
    remember('other', 2)
    remember('new name', 3, id)
    expect(names()).toEqual(['new name', 'other'])
  })

  it('stays bounded, and the oldest goes with its picture', () => {
    const oldest = remember('oldest', 0)
    keepPicture(store, oldest, PICTURE)
    for (let i = 1; i <= MAX_RECENT_BOARDS; i++) remember(`board ${i}`, i)
    expect(readRecentBoards(store)).toHaveLength(MAX_RECENT_BOARDS)
    expect(names()).not.toContain('oldest')
    expect(readPicture(store, oldest)).toBeUndefined()
  })

  it('forgets a board and its picture', () => {
    const id = remember('gone', 1)
    remember('stays', 2)
    keepPicture(store, id, PICTURE)
    forgetBoard(store, id)
    expect(names()).toEqual(['stays'])
    expect(store.items.size).toBe(1)
  })
})

describe('reading what somebody else wrote', () => {
  const read = (text: string) => {
    store.items.set('drawbridge.boards', text)
    return readRecentBoards(store)
  }

  it.each(['', 'not json', 'null', '{}', '"text"', '7'])('takes %j as no boards', text =>
    expect(read(text)).toEqual([]),
  )

  it('skips every entry that is not a board', () => {
    const id = createBoardId()
    const good = { id, name: 'good', lastOpenedAt: 1 }
    const bad = [
      null,
      7,
      [],
      {},
      { ...good, id: '../../etc' },
      { ...good, name: 7 },
      { ...good, lastOpenedAt: '1' },
      { ...good, lastOpenedAt: null },
    ]
    expect(read(JSON.stringify([...bad, good]))).toEqual([{ id, name: 'good', lastOpenedAtMs: 1 }])
  })

  it('takes only an image as a picture', () => {
    const id = remember('board', 1)
    store.items.set(`drawbridge.picture.${id}`, 'javascript:alert(1)')
    expect(readPicture(store, id)).toBeUndefined()
  })
})

describe('pictures', () => {
  it('are kept for boards on the list only', () => {
    const id = createBoardId()
    keepPicture(store, id, PICTURE)
    expect(readPicture(store, id)).toBeUndefined()
    remember('board', 1, id)
    keepPicture(store, id, PICTURE)
    expect(readPicture(store, id)).toBe(PICTURE)
  })

  it('go when one may not see the board any more, which stays on the list', () => {
    const id = remember('board', 1)
    keepPicture(store, id, PICTURE)
    forgetPicture(store, id)
    expect(readPicture(store, id)).toBeUndefined()
    expect(names()).toEqual(['board'])
  })

  it('are not kept when too big', () => {
    const id = remember('board', 1)
    keepPicture(store, id, PICTURE.padEnd(MAX_PICTURE_CHARS + 1, 'A'))
    expect(readPicture(store, id)).toBeUndefined()
  })

  it('give way to the list when the quota is used up', () => {
    const first = remember('first', 1)
    keepPicture(store, first, PICTURE.padEnd(300, 'A'))
    store.quotaChars = 400
    remember('second', 2)
    expect(names()).toEqual(['second', 'first'])
    expect(readPicture(store, first)).toBeUndefined()
  })

  it('failing to fit spoil nothing', () => {
    const id = remember('board', 1)
    store.quotaChars = 120
    keepPicture(store, id, PICTURE.padEnd(300, 'A'))
    expect(names()).toEqual(['board'])
  })
})
