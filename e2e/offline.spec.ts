import { expect, test } from './fixtures.ts'
import { keptOffline } from './kept-offline.ts'

test('both go on offline, and everything merges', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 200], [420, 280])
  await bo.board.expectLabels('Rectangle')
  await ada.board.saved()

  await ada.cable.cut()
  await expect(ada.board.badge).toHaveText('Offline')
  await ada.board.rectangle([300, 400], [420, 480])
  await ada.board.drag([360, 200], [760, 200])
  await expect(ada.board.badge).toHaveText('Offline, 2 changes waiting')
  await bo.board.select('Rectangle')
  await bo.page.keyboard.press('Shift+ArrowDown')
  await bo.board.write([900, 500], 'meanwhile')
  await bo.board.saved()

  await ada.cable.mend()
  await ada.board.saved()
  for (const { board } of [ada, bo]) {
    await expect
      .poll(async () => (await board.labels()).sort())
      .toEqual(['Rectangle', 'Rectangle', 'Text: meanwhile'])
  }
})

test('a page reloaded offline has the board and what was drawn on it offline', async ({
  join,
  server,
  boardId,
}) => {
  const ada = await join()
  await ada.board.rectangle([300, 200], [420, 280])
  await ada.board.saved()
  await keptOffline(ada.page)
  await ada.cable.cut()
  await ada.board.write([600, 400], 'drawn offline')
  await expect(ada.board.badge).toHaveText('Offline, 1 change waiting', { timeout: 15_000 })

  await ada.page.reload()
  await ada.board.ready()
  await ada.board.expectLabels('Rectangle', 'Text: drawn offline')
  await expect(ada.board.badge).toContainText('1 change waiting')
  await ada.board.rectangle([800, 200], [900, 280])

  await ada.cable.mend()
  await ada.board.saved()
  await expect.poll(async () => (await server.readBoard(boardId)).shapeCount).toBe(3)
})

test('a browser that can keep nothing more opens boards all the same', async ({ join }) => {
  const { board, page } = await join()
  await keptOffline(page)
  const [worker] = page.context().serviceWorkers()
  await worker?.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name)
    Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
  })
  await page.reload()
  await board.ready()
  await board.rectangle([300, 200], [420, 280])
  await board.saved()
})

test('closing the page with changes that are only here asks first', async ({ join }) => {
  const ada = await join()
  await ada.cable.cut()
  await ada.board.rectangle([300, 200], [420, 280])
  await expect(ada.board.badge).toContainText('1 change waiting')
  const asked = ada.page.waitForEvent('dialog')
  await ada.page.close({ runBeforeUnload: true })
  expect((await asked).type()).toBe('beforeunload')
})

test('a board opened without a connection says so, and opens when there is one', async ({ join, server }) => {
  const other = await server.createBoard('Another')
  const ada = await join()
  await keptOffline(ada.page)
  await ada.cable.cut()
  await ada.page.goto(`${ada.cable.url}/b/${other.id}`)
  await expect(ada.page.getByText('No connection')).toBeVisible()
  await ada.cable.mend()
  await ada.board.ready()
  await ada.board.saved()
  await expect(ada.page.getByRole('button', { name: 'Board name: Another' })).toBeVisible()
})

test('a phone whose connection goes as soon as the board is there has its tools', async ({
  person,
  boardId,
}) => {
  const bo = await person({ viewport: { width: 390, height: 844 }, serviceWorkers: 'block' })
  // The slowest part of the page; a board that does not wait for it loses it.
  await bo.page.route(/\/assets\/PhoneBars-.*\.js$/, async route => {
    const isBoardFirst = await bo.page
      .waitForSelector('main[aria-busy="false"]', { timeout: 1000 })
      .catch(() => undefined)
    await (isBoardFirst ? route.abort('connectionrefused') : route.fallback())
  })
  await bo.board.open(`${bo.cable.url}/b/${boardId}#view=0,0,1`)
  await bo.page.context().setOffline(true)
  await bo.page.getByRole('button', { name: 'Pen', exact: true }).click()
  await bo.board.drag([100, 300], [300, 400])
  await expect(bo.board.badge).toHaveText('Offline, 1 change waiting')
  await bo.page.context().setOffline(false)
  await bo.board.saved()
})

test('a board whose page did not come says so, and comes when the connection is back', async ({
  person,
  boardId,
}) => {
  const ada = await person({ serviceWorkers: 'block' })
  let isAway = true
  await ada.page.route(/\/assets\/BoardPage-.*\.js$|\/healthz$/, route =>
    isAway ? route.abort('connectionrefused') : route.fallback(),
  )
  await ada.page.goto(`${ada.cable.url}/b/${boardId}`)
  await expect(ada.page.getByRole('heading', { name: 'The page did not load' })).toBeVisible()
  isAway = false
  await ada.page.evaluate(() => dispatchEvent(new Event('online')))
  await ada.board.ready()
})

for (const part of ['company', 'CompanyIslands'])
  test(`what comes after the board (${part}) comes when the connection is back`, async ({
    person,
    boardId,
  }) => {
    const ada = await person({ serviceWorkers: 'block' })
    let isAway = true
    let lookCount = 0
    const parts = new RegExp(`/assets/${part}-.*\\.(js|css)$|/healthz$`)
    await ada.page.route(parts, async route => {
      if (!isAway) return route.fallback()
      if (route.request().url().endsWith('/healthz')) lookCount++
      await route.abort('connectionrefused')
    })
    await ada.board.open(`${ada.cable.url}/b/${boardId}#view=0,0,1`)
    await ada.board.rectangle([300, 200], [420, 280])
    await ada.board.saved()
    // It has found out that it is not the part but the connection.
    await expect.poll(() => lookCount).toBeGreaterThanOrEqual(1)
    const together = ada.page.getByRole('region', { name: 'Together' })
    await expect(together).toHaveCount(0)
    isAway = false
    await ada.page.evaluate(() => dispatchEvent(new Event('online')))
    await expect(together).toBeVisible()
    // With its styles.
    await expect(together).toHaveCSS('position', 'absolute')
  })
