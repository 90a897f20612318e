import { expect, test } from './fixtures.ts'

test('every tool by its key draws what it says', async ({ join }) => {
  const { board, page } = await join()
  const rows: [string, number][] = [
    ['r', 150],
    ['d', 300],
    ['o', 450],
  ]
  for (const [key, y] of rows) {
    await board.tool(key)
    await board.drag([300, y], [400, y + 80])
  }
  await board.tool('l')
  await board.drag([500, 190], [700, 190])
  await board.tool('a')
  await board.drag([500, 340], [700, 340])
  await board.tool('7')
  await board.drag([500, 490], [600, 450], [700, 490])
  await board.tool('n')
  await page.mouse.click(850, 230)
  await page.keyboard.type('a note')
  await page.keyboard.press('Escape')
  await board.write([800, 450], 'a text')
  await board.expectLabels(
    'Rectangle',
    'Sticky note: a note',
    'Line',
    'Diamond',
    'Arrow',
    'Ellipse',
    'Pen stroke',
    'Text: a text',
  )
  await board.saved()
})

test('escape cancels any gesture and leaves nothing behind', async ({ join }) => {
  const { board, page } = await join()
  for (const key of ['r', 'd', 'o', 'l', 'a', 'p', 'n']) {
    await board.tool(key)
    await board.press([400, 300], [600, 450])
    await page.keyboard.press('Escape')
    await page.mouse.up()
  }
  await board.tool('v')
  await board.expectLabels()
  await board.expectNoInk({ x: 300, y: 200, width: 400, height: 150 })
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
})

test('select by click, shift-click and box; move, size, turn, delete', async ({ join }) => {
  const { board, page } = await join()
  await board.rectangle([300, 200], [400, 280])
  await board.rectangle([500, 200], [600, 280])
  await board.rectangle([300, 400], [400, 480])
  const selected = () => board.outline.getByRole('button', { pressed: true }).count()
  await page.keyboard.press('Escape')
  await page.mouse.click(350, 200)
  await expect.poll(selected).toBe(1)
  await page.keyboard.down('Shift')
  await page.mouse.click(550, 200)
  await page.keyboard.up('Shift')
  await expect.poll(selected).toBe(2)
  await board.drag([260, 160], [640, 520])
  await expect.poll(selected).toBe(3)
  await page.keyboard.press('Delete')
  await board.expectLabels()
  await page.keyboard.press('Control+z')
  await expect.poll(selected).toBe(3)

  await page.mouse.click(900, 600)
  await page.mouse.click(350, 200)
  await board.drag([406, 286], [446, 326])
  await board.expectInk({ x: 438, y: 240, width: 6, height: 40 })
  await board.drag([370, 168], [480, 260])
  await page.mouse.click(900, 600)
  await board.expectNoInk({ x: 436, y: 225, width: 8, height: 15 })
})

test('duplicate, copy, cut and paste, alone and between boards', async ({ join, person, server }) => {
  const { board, page } = await join()
  await board.rectangle([300, 200], [400, 280])
  await page.keyboard.press('Control+d')
  await board.expectLabels('Rectangle', 'Rectangle')
  await page.keyboard.press('Control+c')
  await page.mouse.move(700, 500)
  await page.keyboard.press('Control+v')
  await board.expectLabels('Rectangle', 'Rectangle', 'Rectangle')
  await board.expectInk({ x: 690, y: 455, width: 20, height: 90 })
  await page.keyboard.press('Control+x')
  await board.expectLabels('Rectangle', 'Rectangle')
  await page.keyboard.press('Control+v')
  await board.expectLabels('Rectangle', 'Rectangle', 'Rectangle')
  expect(person).toBeDefined()

  const other = await server.createBoard()
  await board.saved()
  await board.open(page.url().replace(/\/b\/.*/, `/b/${other.id}#view=0,0,1`))
  // A browser gives what was copied only to a page that somebody has touched.
  await page.mouse.click(500, 400)
  await page.keyboard.press('Control+v')
  await board.expectLabels('Rectangle')
})

test('style: what is chosen is drawn, of the next shape and of the selection, and undone as one', async ({
  join,
}) => {
  const { board, page } = await join()
  await board.tool('r')
  await page.getByRole('group', { name: 'Fill' }).getByRole('button', { name: 'Red' }).click()
  await board.drag([300, 200], [400, 280])
  await board.expectInk({ x: 340, y: 196, width: 20, height: 8 })
  await page.getByRole('slider', { name: /opacity/i }).focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft')
  const opacity = page.getByRole('slider', { name: /opacity/i })
  const lowered = await opacity.inputValue()
  await board.canvas.focus()
  await page.keyboard.press('Control+z')
  await expect(opacity).not.toHaveValue(lowered)
  await board.expectLabels('Rectangle')
  await page.keyboard.press('Control+z')
  await board.expectLabels()
})

test('paint order by keys', async ({ join }) => {
  const { board, page } = await join()
  // A filled rectangle over a stroke hides it, and does not when it is sent to the back.
  await board.tool('p')
  await board.drag([250, 300], [550, 300])
  await board.tool('r')
  await page.getByRole('group', { name: 'Fill' }).getByRole('button', { name: 'Red' }).click()
  await board.drag([300, 250], [500, 350])
  const middle = { x: 380, y: 290, width: 40, height: 20 }
  await board.expectNoInk(middle)
  await page.keyboard.press('[')
  await board.expectInk(middle)
  await page.keyboard.press(']')
  await board.expectNoInk(middle)
  await page.keyboard.press('Control+[')
  await board.expectInk(middle)
})

test('the eraser takes whole shapes, and Escape gives them back', async ({ join }) => {
  const { board, page } = await join()
  await board.rectangle([300, 200], [400, 280])
  await board.rectangle([500, 200], [600, 280])
  await board.tool('e')
  await board.press([270, 240], [430, 240])
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await board.expectLabels('Rectangle', 'Rectangle')
  await board.drag([270, 240], [430, 240])
  await board.expectLabels('Rectangle')
})

test('pan and zoom by wheel, ctrl-wheel, space-drag, middle-drag and keys', async ({ join }) => {
  const { board, page } = await join()
  // What is selected anywhere is what a middle click pastes on Linux: it must not.
  await page.getByRole('button', { name: 'Board name: Test board' }).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Escape')
  await board.rectangle([600, 360], [680, 440])
  await page.keyboard.press('Escape')
  await page.mouse.move(640, 400)
  const at = (x: number, y: number) => board.expectInk({ x: x - 60, y: y - 60, width: 120, height: 120 })
  await page.mouse.wheel(100, 50)
  await at(540, 350)
  await page.mouse.move(900, 600)
  await page.keyboard.down('Space')
  await board.drag([900, 600], [1000, 650])
  await page.keyboard.up('Space')
  await at(640, 400)
  await page.mouse.down({ button: 'middle' })
  await page.mouse.move(900, 550, { steps: 4 })
  await page.mouse.up({ button: 'middle' })
  await at(540, 300)
  const zoom = page.getByRole('button', { name: /\d+\s?%/ })
  await page.mouse.move(540, 300)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -120)
  await page.keyboard.up('Control')
  await expect(zoom).not.toHaveText(/^100/)
  await at(540, 300)
  await page.keyboard.press('Control+0')
  await expect(zoom).toHaveText(/^100/)
  await page.mouse.wheel(5000, 5000)
  await board.expectLabels()
  await page.keyboard.press('Shift+1')
  await board.expectLabels('Rectangle')
  await at(640, 400)
})

test('an arrow follows the shape it is attached to', async ({ join }) => {
  const { board } = await join()
  await board.rectangle([300, 200], [400, 280])
  await board.rectangle([700, 200], [800, 280])
  await board.tool('a')
  await board.drag([350, 240], [750, 240])
  await board.expectLabels('Rectangle', 'Arrow from rectangle to rectangle', 'Rectangle')
  await board.drag([750, 200], [750, 500])
  // Half way between the boxes' middles, where the arrow now passes.
  await board.expectInk({ x: 530, y: 370, width: 40, height: 40 })
})

test('the wheel over typed text moves the board, Ctrl and the wheel over an island zooms it', async ({
  join,
}) => {
  const { board, page } = await join()
  await board.tool('n')
  await page.mouse.click(640, 300)
  await page.keyboard.type('a note')
  const field = page.getByRole('textbox', { name: 'Text' })
  const before = await field.boundingBox()
  await page.mouse.move(600, 260)
  await page.mouse.wheel(0, 40)
  await expect.poll(async () => (await field.boundingBox())?.y).toBeCloseTo((before?.y ?? 0) - 40, 0)
  const zoom = page.getByRole('button', { name: /\d+\s?%/ })
  await page.getByRole('toolbar', { name: 'Tools' }).hover()
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -120)
  await page.keyboard.up('Control')
  await expect(zoom).not.toHaveText(/^100/)
  await expect(field).toBeFocused()
})

test('Escape in the middle of a pan gives the pointer back', async ({ join }) => {
  const { board, page } = await join()
  await page.mouse.move(600, 400)
  await page.mouse.down({ button: 'middle' })
  await page.mouse.move(640, 420)
  await expect(board.canvas).toHaveCSS('cursor', 'grabbing')
  await page.keyboard.press('Escape')
  await expect(board.canvas).toHaveCSS('cursor', 'default')
  await page.mouse.up({ button: 'middle' })
})
