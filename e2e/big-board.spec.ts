import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { keptOffline } from './kept-offline.ts'

const SHAPES = 4000

/** An `.excalidraw` file of rectangles in rows of a hundred, the last one with words in it. */
function manyRectangles(count: number): object {
  const elements: object[] = Array.from({ length: count }, (_, i) => ({
    id: `e${i}`,
    type: 'rectangle',
    x: (i % 100) * 120,
    y: Math.floor(i / 100) * 90,
    width: 100,
    height: 60,
  }))
  elements.push({
    id: 'words',
    type: 'text',
    text: 'the last one',
    containerId: `e${count - 1}`,
    x: 0,
    y: 0,
    width: 9,
    height: 9,
  })
  return { type: 'excalidraw', version: 2, elements }
}

/** Rows of the board's copy in the browser. */
const cacheRows = (page: Page, boardId: string): Promise<number> =>
  page.evaluate(async name => {
    const request = indexedDB.open(name)
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const count = db.transaction('updates').objectStore('updates').count()
    const rows = await new Promise<number>((resolve, reject) => {
      count.onsuccess = () => resolve(count.result)
      count.onerror = () => reject(count.error)
    })
    db.close()
    return rows
  }, `drawbridge.board.${boardId}`)

test('a big board comes in whole, is drawn on, and is kept for a reload offline', async ({
  person,
  server,
}) => {
  const { id } = await server.importBoard(manyRectangles(SHAPES))
  const lastCell = '#view=11700,3400,1'
  const ada = await person()
  await ada.board.open(`${ada.cable.url}/b/${id}${lastCell}`)
  await expect(ada.board.item('Rectangle: the last one')).toBeVisible()
  // A new page, on top of the board as this browser keeps it: only what is missing comes from the server.
  await ada.board.rectangle([600, 500], [700, 560])
  await ada.board.saved()
  await expect.poll(async () => (await server.readBoard(id)).shapeCount).toBe(SHAPES + 1)
  await keptOffline(ada.page)
  const received: number[] = []
  ada.page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => received.push(payload.length)),
  )
  await ada.page.reload()
  await ada.board.ready()
  await ada.board.saved()
  await expect(ada.board.item('Rectangle: the last one')).toBeVisible()
  expect(Math.max(...received)).toBeLessThan(10_000)

  await ada.cable.cut()
  await ada.page.reload()
  await ada.board.ready()
  await expect(ada.board.item('Rectangle: the last one')).toBeVisible()
  expect(await ada.board.labels()).toHaveLength(await ada.board.item(/^Rectangle/).count())
})

test('a board of many small changes is kept in few rows', async ({ join, boardId }) => {
  const ada = await join()
  await ada.board.rectangle([300, 200], [420, 280])
  for (let i = 0; i < 220; i++) await ada.page.keyboard.press('ArrowRight')
  await ada.board.saved()
  await expect.poll(() => cacheRows(ada.page, boardId), { timeout: 20_000 }).toBeLessThan(5)
  await keptOffline(ada.page)
  await ada.cable.cut()
  await ada.page.reload()
  await ada.board.ready()
  await ada.board.expectLabels('Rectangle')
  await ada.board.expectInk({ x: 520, y: 190, width: 130, height: 100 })
  await ada.board.expectNoInk({ x: 290, y: 190, width: 100, height: 100 })
})

test('thousands of shapes are pasted as one step, and others get them', async ({ join, server, boardId }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.canvas.focus()
  await ada.page.evaluate(
    text => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', text)
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
      document.activeElement?.dispatchEvent(paste)
    },
    JSON.stringify(manyRectangles(SHAPES)),
  )
  await expect(ada.page.getByRole('status').filter({ hasText: `${SHAPES} shapes` })).toBeAttached()
  await ada.board.saved()
  expect((await server.readBoard(boardId)).shapeCount).toBe(SHAPES)
  await expect.poll(async () => (await bo.board.labels()).length).toBeGreaterThan(10)
  await ada.page.keyboard.press('Control+z')
  await ada.board.expectLabels()
  await ada.board.saved()
  expect((await server.readBoard(boardId)).shapeCount).toBe(0)
  await bo.board.expectLabels()
})

test('thousands of shapes are deleted and brought back while others draw, and a reload in the middle loses nothing', async ({
  person,
  server,
}) => {
  const { id } = await server.importBoard(manyRectangles(SHAPES))
  const shapeCount = async () => (await server.readBoard(id)).shapeCount
  const [ada, bo] = [await person(), await person()]
  await ada.board.open(`${ada.cable.url}/b/${id}#view=0,0,1`)
  await bo.board.open(`${bo.cable.url}/b/${id}#view=-3000,0,1`)
  const session = await ada.page.context().newCDPSession(ada.page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  await ada.page.keyboard.press('Control+a')
  await ada.page.keyboard.press('Delete')
  // They are gone at once, though the document still holds most of them.
  await ada.board.expectLabels()
  await bo.board.rectangle([500, 300], [600, 400])
  await ada.page.reload()
  await ada.board.ready()
  await ada.board.saved()
  await expect.poll(shapeCount).toBe(1)
  await bo.board.expectLabels('Rectangle')
  await bo.board.saved()

  await bo.page.keyboard.press('Control+z')
  await expect.poll(shapeCount).toBe(0)
  await bo.page.keyboard.press('Control+Shift+z')
  await expect.poll(shapeCount).toBe(1)
})
