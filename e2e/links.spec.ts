import { expect, test } from './fixtures.ts'

test('home: a new board, and the boards seen from this browser', async ({ person }) => {
  const { page, board, cable } = await person()
  await page.goto(cable.url)
  await page.getByRole('button', { name: 'New board' }).click()
  await page.waitForURL(/\/b\/[\w-]{22}/)
  await board.ready()
  await board.saved()
  await page.getByRole('button', { name: /^Board name/ }).click()
  await page.getByRole('textbox', { name: 'Board name' }).fill('Floor plan')
  await page.keyboard.press('Enter')
  await board.saved()
  await page.goto(cable.url)
  await page.getByRole('link', { name: /Floor plan/ }).click()
  await board.ready()
  await expect(page.getByRole('button', { name: 'Board name: Floor plan' })).toBeVisible()
})

for (const [what, path] of [
  ['an unknown board', '/b/AAAAAAAAAAAAAAAAAAAAAA'],
  ['a link that was cut off', '/b/AAAA'],
] as const) {
  test(`a bad link says so and shows a way forward: ${what}`, async ({ person }) => {
    const { page, cable } = await person()
    await page.goto(cable.url + path)
    await expect(page.getByRole('heading', { name: /no such board/i })).toBeVisible()
    await page.getByRole('button', { name: 'New board' }).click()
    await page.waitForURL(/\/b\/[\w-]{22}/)
  })
}

test('a path that is nothing answers with a page for people', async ({ person }) => {
  const { page, cable } = await person()
  const response = await page.goto(`${cable.url}/nowhere`)
  expect(response?.status()).toBe(404)
  await expect(page.locator('body')).toContainText(/not|nothing/i)
})

test('#view opens there and follows a change of the hash', async ({ join, boardId }) => {
  const ada = await join({ hash: '#view=0,0,1' })
  await ada.board.rectangle([600, 300], [720, 380])
  await ada.board.saved()
  const bo = await join({ hash: '#view=600,300,2' })
  await expect(bo.page.getByRole('button', { name: /200\s?%/ })).toBeVisible()
  // The rectangle's corner is at the screen's: its lower right corner is 240 by 160 px from it.
  await bo.board.expectInk({ x: 230, y: 100, width: 20, height: 40 })
  await bo.page.evaluate(() => {
    location.hash = '#view=-400,-200,0.5'
  })
  await expect(bo.page.getByRole('button', { name: /50\s?%/ })).toBeVisible()
  await bo.board.expectInk({ x: 495, y: 245, width: 70, height: 50 })
  expect(boardId).toHaveLength(22)
})

test('share: the link to copy and its code to scan', async ({ join, boardId }) => {
  const { page } = await join()
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox')).toHaveValue(new RegExp(`/b/${boardId}$`))
  await expect(dialog.locator('svg path, svg rect').first()).toBeVisible()
  await dialog.getByRole('button', { name: /copy/i }).click()
  await expect(dialog).toContainText(/copied/i)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('an imported .excalidraw board shows its shapes', async ({ person, server }) => {
  const elements = [
    { id: 'a', type: 'rectangle', x: 300, y: 200, width: 120, height: 80 },
    { id: 'b', type: 'ellipse', x: 600, y: 200, width: 120, height: 80 },
    {
      id: 'c',
      type: 'arrow',
      x: 420,
      y: 240,
      points: [
        [0, 0],
        [180, 0],
      ],
      startBinding: { elementId: 'a' },
      endBinding: { elementId: 'b' },
    },
    { id: 'd', type: 'image', x: 0, y: 0, width: 10, height: 10 },
  ]
  const made = await server.importBoard({ type: 'excalidraw', version: 2, elements })
  expect(made).toMatchObject({ imported: 3, skipped: { image: 1 } })
  const { board, cable } = await person()
  await board.open(`${cable.url}/b/${made.id}#view=0,0,1`)
  await board.expectLabels('Rectangle', 'Arrow from rectangle to ellipse', 'Ellipse')
})
