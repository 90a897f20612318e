/** What every store must keep of boards' pictures: a part of `contract.ts`. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import type { StoreUnderTest } from './contract.ts'
import type { BoardStore, StoredAsset } from './store.ts'

interface WithBoard extends StoreUnderTest {
  readonly id: string
}

export interface Opened {
  withBoard(): Promise<WithBoard>
  /** Two nodes' stores of the same boards, or the same twice where there can be but one. */
  withNodes(): Promise<WithBoard & { readonly nodes: readonly [BoardStore, BoardStore] }>
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

export function assetContract({ withBoard, withNodes }: Opened): void {
  const asset = (bytes: Uint8Array, type: StoredAsset['type'] = 'image/png'): StoredAsset => ({
    id: createHash('sha256').update(bytes).digest('base64url'),
    type,
    bytes,
  })
  const ALL = Number.MAX_SAFE_INTEGER

  it('[S23] pictures come back byte for byte, once each, after a restart too', async () => {
    const { store, id, reopen } = await withBoard()
    const large = asset(Uint8Array.from({ length: 3 << 20 }, (_, i) => (i * i) >> 3))
    const small = asset(bytes(1, 2, 3), 'image/svg+xml')
    expect(await store.addAsset(id, large, ALL)).toBe('added')
    expect(await store.addAsset(id, small, ALL)).toBe('added')
    expect(await store.addAsset(id, large, ALL)).toBe('present')
    const { bytes: documentBytes, assetBytes } = (await store.readBoard(id)) ?? {}
    expect([documentBytes, assetBytes]).toEqual([(await store.load(id))?.record.bytes, (3 << 20) + 3])
    // A board is loaded without them.
    expect((await store.load(id))?.record.assetBytes).toBe(assetBytes)
    if (reopen) await store.close()
    const again = (await reopen?.()) ?? store
    const read = await again.readAsset(id, large.id)
    expect(read && [read.id, read.type, Buffer.compare(read.bytes, large.bytes)]).toEqual([
      large.id,
      'image/png',
      0,
    ])
    expect(await again.readAsset(id, small.id)).toMatchObject({ id: small.id, type: 'image/svg+xml' })
    expect((await again.readBoard(id))?.assetBytes).toBe(assetBytes)
  })

  it('[S24] a picture is one board’s: no other has it, and none has what is not there', async () => {
    const { store, id } = await withBoard()
    const other = createBoardId()
    await store.createBoard({ id: other, name: '', shapeCount: 0, initialState: bytes(0, 0) })
    const picture = asset(bytes(7))
    await store.addAsset(id, picture, ALL)
    expect(await store.readAsset(other, picture.id)).toBeUndefined()
    expect(await store.readAsset(createBoardId(), picture.id)).toBeUndefined()
    expect(await store.readAsset(id, asset(bytes(8)).id)).toBeUndefined()
    await expect(store.addAsset(createBoardId(), picture, ALL)).rejects.toMatchObject({
      kind: 'unknown-board',
    })
    expect(await store.addAsset(other, picture, ALL)).toBe('added')
    expect((await store.readBoard(other))?.assetBytes).toBe(1)
  })

  it('[S25] pictures take no more than they may; what is there already takes nothing', async () => {
    const { store, id } = await withBoard()
    const [first, second, third] = [asset(bytes(1, 1)), asset(bytes(2, 2)), asset(bytes(3))]
    expect(await store.addAsset(id, first, 1)).toBe('no-room')
    expect(await store.readAsset(id, first.id)).toBeUndefined()
    expect(await store.addAsset(id, first, 3)).toBe('added')
    expect(await store.addAsset(id, second, 3)).toBe('no-room')
    expect(await store.addAsset(id, first, 1)).toBe('present')
    expect(await store.addAsset(id, third, 3)).toBe('added')
    expect((await store.readBoard(id))?.assetBytes).toBe(3)
    // All at once, they do not get more.
    const many = Array.from({ length: 10 }, (_, i) => asset(bytes(10 + i)))
    const outcomes = await Promise.all(many.map(one => store.addAsset(id, one, 7)))
    expect(outcomes.filter(outcome => outcome === 'added').length).toBe(4)
    expect((await store.readBoard(id))?.assetBytes).toBe(7)
  })

  it('[S26] of nodes that add the same picture at once one does, while others append', async () => {
    const { id, nodes } = await withNodes()
    const picture = asset(new Uint8Array(100_000).fill(5))
    const [outcomes] = await Promise.all([
      Promise.all([...nodes, ...nodes].map(node => node.addAsset(id, picture, ALL))),
      ...nodes.map(node => node.append(id, [bytes(1)], { name: '', shapeCount: 1 })),
    ])
    expect([...outcomes].sort()).toEqual(['added', 'present', 'present', 'present'])
    expect((await nodes[1].readAsset(id, picture.id))?.bytes.length).toBe(100_000)
    expect(await nodes[1].readBoard(id)).toMatchObject({ assetBytes: 100_000, shapeCount: 1 })
  })
}
