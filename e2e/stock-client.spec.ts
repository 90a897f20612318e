import { once } from 'node:events'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { shapesOf, writeShape } from '#shared/board/layout.ts'
import { orderBetween } from '#shared/board/order.ts'
import { DEFAULT_STYLE } from '#shared/board/shape.ts'
import { expect, test } from './fixtures.ts'

test('the stock y-websocket client and ours share a board, both ways', async ({ join, server, boardId }) => {
  const ada = await join()
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${server.url.replace('http', 'ws')}/live`, boardId, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  provider.awareness.setLocalStateField('user', { name: 'Stock', color: '#ff0000' })
  provider.awareness.setLocalStateField('cursor', { x: 640, y: 420 })
  if (!provider.synced)
    await once(
      { addEventListener: (_: string, f: () => void) => provider.once('sync', f) } as unknown as EventTarget,
      'sync',
    )

  await ada.board.write([300, 300], 'from our client')
  await expect.poll(() => shapesOf(doc).size).toBe(1)
  await expect(ada.page.locator('[data-client-id]', { hasText: 'Stock' })).toBeVisible()

  doc.transact(() =>
    writeShape(shapesOf(doc), {
      ...DEFAULT_STYLE,
      id: 'from-stock',
      type: 'rectangle',
      order: orderBetween(null, null),
      locked: false,
      xy: [600, 300],
      wh: [120, 80],
      angle: 0,
      text: 'from the stock client',
      wrap: false,
    }),
  )
  await ada.board.expectLabels('Text: from our client', 'Rectangle: from the stock client')
  await expect.poll(() => [...provider.awareness.getStates().values()].length).toBe(2)
  provider.destroy()
  await expect(ada.page.locator('[data-client-id]', { hasText: 'Stock' })).toHaveCount(0)
})
