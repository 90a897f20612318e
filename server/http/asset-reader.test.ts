import { describe, expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import type { StoredAsset } from '../store/store.ts'
import { AssetReader } from './asset-reader.ts'

const MIB = 1 << 20
const assetOf = (id: string, bytes: number): StoredAsset => ({
  id,
  type: 'image/png',
  bytes: new Uint8Array(bytes),
})

/** A store whose answers the test gives, one by one. */
function heldStore(bytes: number) {
  const asked: { id: string; answer: () => void; fail: () => void }[] = []
  const store = {
    readAsset: (_board: string, id: string) =>
      new Promise<StoredAsset | undefined>((resolve, reject) => {
        asked.push({ id, answer: () => resolve(assetOf(id, bytes)), fail: () => reject(new Error('no')) })
      }),
  }
  return { asked, reader: new AssetReader(store) }
}

/** Lets what was answered go its way. */
const settle = () => new Promise(resolve => setImmediate(resolve))

describe('AssetReader', () => {
  it('asks the store for two at a time, and goes on after one that failed', async () => {
    const { asked, reader } = heldStore(1)
    const board = createBoardId()
    const reads = ['a', 'b', 'c', 'd'].map(id => reader.read(board, id).catch(() => 'failed'))
    await settle()
    expect(asked.map(({ id }) => id)).toEqual(['a', 'b'])
    asked[0]?.fail()
    await settle()
    expect(asked.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    for (let i = 1; i < 4; i++) {
      asked[i]?.answer()
      await settle()
    }
    expect(await Promise.all(reads)).toMatchObject(['failed', { id: 'b' }, { id: 'c' }, { id: 'd' }])
  })

  it('has those in memory that were asked for last, and of each board its own', async () => {
    const board = createBoardId()
    const asked: string[] = []
    const reader = new AssetReader({
      readAsset: async (_board, id) => {
        asked.push(id)
        return assetOf(id, 20 * MIB)
      },
    })
    for (const id of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) await reader.read(board, id)
    // Three of them fit into 64 MiB; `b` was the one not asked for in the longest time.
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'b'])
    await reader.read(createBoardId(), 'a')
    expect(asked.at(-1)).toBe('a')
  })
})
