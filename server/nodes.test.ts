/** Several nodes that have one board open. */
import { describe, expect, it } from 'vitest'
import { openNodes } from './testing/open-nodes.ts'

describe('a board on two nodes', () => {
  it('shows what is drawn on one to those on the other; each change is in the log once', async () => {
    const { id, nodes, pass, store } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    ann.draw('a')
    await pass(20)
    ben.draw('b')
    await pass(50)
    expect([ann.drawn, ben.drawn]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect([ann.peer.isSaved, ben.peer.isSaved]).toEqual([true, true])
    expect((await store.load(id))?.updates).toHaveLength(2)
  })
})
