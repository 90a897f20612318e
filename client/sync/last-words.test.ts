import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { LastWords } from './last-words.ts'

function memory() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

describe('LastWords', () => {
  it('brings back what came after the last thing kept elsewhere, and no more', () => {
    const storage = memory()
    const doc = new Y.Doc()
    doc.getText('t').insert(0, 'kept '.repeat(1000))
    const words = new LastWords(doc, 'board', storage)
    words.allKept()
    const cache = Y.encodeStateAsUpdate(doc)
    doc.getText('t').insert(0, 'last ')
    words.layDown()
    expect([...storage.kept.values()][0]?.length).toBeLessThan(200)

    const next = new Y.Doc()
    const nextWords = new LastWords(next, 'board', storage)
    Y.applyUpdate(next, cache)
    expect(next.getText('t').toString().slice(0, 10)).toBe('last kept ')
    nextWords.allKept()
    expect(storage.kept.size).toBe(0)
  })

  it('does not stumble over what it cannot read', () => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    for (const text of ['?', 'AAAA', btoa('\u0001\u0001')]) {
      const storage = memory()
      storage.setItem('drawbridge.last-words.board', text)
      new LastWords(new Y.Doc(), 'board', storage)
    }
    expect(report).toHaveBeenCalled()
    vi.unstubAllGlobals()
  })
})
