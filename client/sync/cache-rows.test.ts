import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { compactRows, type KeyedRow, updatesOf } from './cache-rows.ts'

/** A document's changes as rows, keyed from 1: a first one of `firstCount` entries, then single changes of one entry. */
function rowsOf(firstCount: number, changeCount: number): { rows: KeyedRow[]; doc: Y.Doc } {
  const doc = new Y.Doc()
  const rows: KeyedRow[] = []
  doc.on('update', (update: Uint8Array) => rows.push({ key: rows.length + 1, row: update }))
  const map = doc.getMap('shapes')
  doc.transact(() => {
    for (let i = 0; i < firstCount; i++) map.set(`first${i}`, i)
  })
  for (let i = 0; i < changeCount; i++) map.set('moved', i)
  return { rows, doc }
}

const contentOf = (updates: readonly Uint8Array[]) => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc.getMap('shapes').toJSON()
}

describe('compactRows', () => {
  it('leaves a big board alone and merges the changes since', () => {
    const { rows, doc } = rowsOf(5000, 100)
    const compacted = compactRows(rows)
    expect(compacted?.keys).toEqual(rows.slice(1).map(({ key }) => key))
    const first = updatesOf((rows[0] as KeyedRow).row)
    expect(contentOf([...first, compacted?.row as Uint8Array])).toEqual(doc.getMap('shapes').toJSON())
  })

  it('merges everything when the changes outgrow what is below them, and drops what was overwritten', () => {
    const { rows, doc } = rowsOf(1, 100)
    const compacted = compactRows(rows)
    expect(compacted?.keys).toHaveLength(rows.length)
    expect(contentOf([compacted?.row as Uint8Array])).toEqual(doc.getMap('shapes').toJSON())
    expect(compacted?.row.length).toBeLessThan(100)
  })

  it('takes rows of several updates', () => {
    const { rows, doc } = rowsOf(1, 20)
    const row = rows.map(each => each.row as Uint8Array)
    const compacted = compactRows([
      { key: 1, row: row.slice(0, 10) },
      { key: 2, row: row.slice(10) },
    ])
    expect(compacted?.keys).toEqual([1, 2])
    expect(contentOf([compacted?.row as Uint8Array])).toEqual(doc.getMap('shapes').toJSON())
  })

  it('merges what was gathered in a burst with the single change after it', () => {
    const { rows, doc } = rowsOf(1, 20)
    const row = rows.map(each => each.row as Uint8Array)
    const uneven = [
      { key: 1, row: row.slice(0, 8) },
      { key: 2, row: row.slice(8, -1) },
      { key: 3, row: row.at(-1) as Uint8Array },
    ]
    const compacted = compactRows(uneven)
    expect(compacted?.keys).toEqual([1, 2, 3])
    expect(contentOf([compacted?.row as Uint8Array])).toEqual(doc.getMap('shapes').toJSON())
  })

  it('has nothing to do for one row or none', () => {
    expect(compactRows([])).toBeUndefined()
    expect(compactRows(rowsOf(3, 0).rows)).toBeUndefined()
  })
})
