import { expect, test } from './fixtures.ts'

test('what one draws shows on the other’s screen while it is drawn, then on the board', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  const middle = { x: 480, y: 380, width: 80, height: 40 }
  await ada.board.tool('p')
  await ada.board.press([300, 400], [520, 400])
  await bo.board.expectInk(middle)
  // Still only a draft: nothing has entered the board.
  await bo.board.expectLabels()
  await ada.page.mouse.move(700, 400, { steps: 6 })
  await ada.page.mouse.up()
  await bo.board.expectLabels('Pen stroke')
  await bo.board.expectInk({ x: 620, y: 380, width: 80, height: 40 })
})

test('a shape that is dragged, sized or given up shows so to the other', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.tool('r')
  await ada.board.press([300, 300], [420, 380])
  await bo.board.expectInk({ x: 290, y: 290, width: 140, height: 100 })
  await ada.page.keyboard.press('Escape')
  await ada.page.mouse.up()
  await bo.board.expectNoInk({ x: 290, y: 290, width: 140, height: 100 })

  await ada.board.rectangle([300, 300], [420, 380])
  await bo.board.expectLabels('Rectangle')
  await ada.board.press([360, 300], [760, 500])
  await bo.board.expectInk({ x: 690, y: 490, width: 140, height: 100 })
  await bo.board.expectNoInk({ x: 280, y: 280, width: 160, height: 120 })
  await ada.page.mouse.up()
  await ada.board.saved()
  await bo.board.expectInk({ x: 690, y: 490, width: 140, height: 100 })
})

test('cursors with names, the list of people, and selections', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  const name = await rename(ada, 'Ada')
  await expect(bo.page.locator('[data-client-id]', { hasText: name })).toHaveCount(0)
  await ada.page.mouse.move(640, 420)
  const cursor = bo.page.locator('[data-client-id]', { hasText: name })
  await expect(cursor).toBeVisible()
  await expect
    .poll(async () => {
      const box = await cursor.boundingBox()
      return box ? Math.hypot(box.x - 640, box.y - 420) : Infinity
    })
    .toBeLessThan(12)

  await bo.page.getByRole('button', { name: '2 people here' }).click()
  await expect(bo.page.locator('.people-list')).toContainText('Ada')
  await bo.page.keyboard.press('Escape')

  await ada.board.rectangle([300, 300], [420, 380])
  // An outline in Ada's colour stands around her selection on Bo's screen, outside the rectangle's own line.
  await bo.board.expectInk({ x: 294, y: 310, width: 5, height: 60 })

  await ada.page.close()
  await expect(cursor).toHaveCount(0)
  await expect(bo.page.getByRole('button', { name: 'Only you are here' })).toBeVisible()
})

test('two people change different things of one shape, and both stay', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 300], [420, 380])
  await bo.board.select('Rectangle')
  await bo.page.getByRole('button', { name: 'Red', exact: true }).first().click()
  await ada.board.drag([360, 300], [560, 500])
  await ada.board.saved()
  await bo.board.saved()
  for (const { board } of [ada, bo]) {
    await board.expectInk({ x: 490, y: 490, width: 140, height: 20 })
    await expect.poll(() => colourAt(board, 560, 500)).toBe('red')
  }
})

test('two people type into one text, and both keep their words', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.write([300, 300], 'middle')
  await bo.board.expectLabels('Text: middle')
  for (const { page, board } of [ada, bo]) {
    await board.select('Text: middle')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: 'Text' })).toBeFocused()
  }
  await ada.page.keyboard.press('Home')
  await bo.page.keyboard.press('End')
  await Promise.all([ada.page.keyboard.type('from the front '), bo.page.keyboard.type(' to the back')])
  for (const { page } of [ada, bo]) {
    await expect(page.getByRole('textbox', { name: 'Text' })).toHaveValue('from the front middle to the back')
  }
  await ada.page.keyboard.press('Escape')
  await bo.page.keyboard.press('Escape')
  for (const { board } of [ada, bo]) await board.expectLabels('Text: from the front middle to the back')
})

test('undo takes back one’s own steps and leaves the other’s work', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 300], [420, 380])
  await bo.board.expectLabels('Rectangle')
  await bo.page.keyboard.press('o')
  await bo.board.drag([600, 300], [720, 380])
  await ada.board.expectLabels('Rectangle', 'Ellipse')
  await ada.page.keyboard.press('Control+z')
  for (const { board } of [ada, bo]) await board.expectLabels('Ellipse')
  await ada.page.keyboard.press('Control+z')
  await bo.board.expectLabels('Ellipse')
  await ada.page.keyboard.press('Control+Shift+z')
  for (const { board } of [ada, bo]) await board.expectLabels('Rectangle', 'Ellipse')
})

test('undo during a drag takes back the drag, and deleting under a drag loses nothing else', async ({
  join,
}) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 300], [420, 380])
  await bo.board.expectLabels('Rectangle')
  await ada.board.press([360, 300], [560, 500])
  await ada.page.keyboard.press('Control+z')
  await ada.page.mouse.up()
  await ada.board.expectInk({ x: 290, y: 290, width: 140, height: 20 })
  await ada.board.expectLabels('Rectangle')

  await ada.board.press([360, 300], [560, 500])
  await bo.board.select('Rectangle')
  await bo.page.keyboard.press('Delete')
  await ada.board.expectLabels()
  await ada.page.mouse.up()
  for (const { board } of [ada, bo]) {
    await board.expectLabels()
    await board.expectNoInk({ x: 280, y: 280, width: 400, height: 300 })
  }
})

test('the name of the board is shared', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.page.getByRole('button', { name: 'Board name: Test board' }).click()
  await ada.page.getByRole('textbox', { name: 'Board name' }).fill('Sprint 12')
  await ada.page.keyboard.press('Enter')
  await expect(bo.page.getByRole('button', { name: 'Board name: Sprint 12' })).toBeVisible()
  await expect(bo.page).toHaveTitle(/Sprint 12/)
})

async function rename(person: { page: import('@playwright/test').Page }, name: string): Promise<string> {
  await person.page.getByRole('button', { name: 'Change' }).click()
  await person.page.getByRole('textbox').fill(name)
  await person.page.keyboard.press('Enter')
  await expect(person.page.getByRole('dialog')).toHaveCount(0)
  return name
}

/** The palette's red, or not: enough to tell whose colour won. */
async function colourAt(board: import('./board-page.ts').BoardPage, x: number, y: number): Promise<string> {
  const png = (await board.page.screenshot({ clip: { x: x - 2, y: y - 2, width: 5, height: 5 } })).toString(
    'base64',
  )
  return board.page.evaluate(async base64 => {
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(5, 5).getContext('2d')
    context?.drawImage(bitmap, 0, 0)
    const data = context?.getImageData(0, 0, 5, 5).data ?? new Uint8ClampedArray()
    for (let i = 0; i < data.length; i += 4) {
      if ((data[i] ?? 0) > 180 && (data[i + 1] ?? 255) < 120 && (data[i + 2] ?? 255) < 120) return 'red'
    }
    return 'other'
  }, png)
}
