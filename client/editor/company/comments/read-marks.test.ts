import { describe, expect, it } from 'vitest'
import type { SafeStorage } from '../../safe-storage.ts'
import { ReadMarks } from './read-marks.ts'

/** Tabs of one browser: what one keeps the others are told. */
class Browser {
  readonly kept = new Map<string, string>()
  readonly #tabs: EventTarget[] = []

  open(boardId = 'board'): ReadMarks {
    const tab = new EventTarget()
    this.#tabs.push(tab)
    const storage: SafeStorage = {
      getItem: key => this.kept.get(key) ?? null,
      setItem: (key, value) => {
        this.kept.set(key, value)
        for (const other of this.#tabs)
          if (other !== tab) other.dispatchEvent(Object.assign(new Event('storage'), { key }))
      },
      removeItem: key => void this.kept.delete(key),
    }
    return new ReadMarks(storage, boardId, tab as Window)
  }
}

describe('what one has read', () => {
  it('is kept by board, across a reload', () => {
    const browser = new Browser()
    const marks = browser.open()
    expect(marks.has('abcdefghijkl')).toBe(false)
    expect(marks.add(['abcdefghijkl', 'mnopqrstuvwx'])).toBe(true)
    expect(marks.add(['abcdefghijkl'])).toBe(false)
    const reloaded = browser.open()
    expect(reloaded.has('abcdefghijkl')).toBe(true)
    expect(reloaded.has('mnopqrstuvwx')).toBe(true)
    expect(reloaded.has('yyyyyyyyyyyy')).toBe(false)
    expect(browser.open('another').has('abcdefghijkl')).toBe(false)
  })

  it('is the same in all tabs, and none takes back what another has read', () => {
    const browser = new Browser()
    const [left, right] = [browser.open(), browser.open()]
    let toldCount = 0
    right.subscribe(() => toldCount++)
    left.add(['aaaaaaaaaaaa'])
    expect(right.has('aaaaaaaaaaaa')).toBe(true)
    expect(toldCount).toBe(1)
    right.add(['bbbbbbbbbbbb'])
    left.add(['cccccccccccc'])
    const later = browser.open()
    for (const id of ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc']) expect(later.has(id)).toBe(true)
  })

  it('does not grow for ever, and stands what others left in its place', () => {
    const browser = new Browser()
    browser.kept.set('drawbridge.read.board', '{"what": [1, 2]} äöü')
    const marks = browser.open()
    expect(marks.has('abcdefghijkl')).toBe(false)
    marks.add(
      Array.from({ length: 25_000 }, (_, i) => String(i).padStart(12, '0').split('').reverse().join('')),
    )
    expect(browser.kept.get('drawbridge.read.board')?.length).toBeLessThanOrEqual(160_000)
    marks.add(['x', 'a/b'])
    expect(browser.open().has('x')).toBe(true)
    expect(browser.open().has('a/b')).toBe(true)
    expect(browser.open().has('y')).toBe(false)
  })
})
