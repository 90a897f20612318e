import { expect, test } from './fixtures.ts'
import { keptOffline } from './kept-offline.ts'
import { dropFiles, expectColor, pasteFiles, pngFile, svgFile, takesFiles } from './picture-files.ts'

const RED = '#c82020'
const BLUE = '#2030c8'
const GREEN = '#1a8a3a'
/** Where a picture is yet to come. */
const BOX = '#e9e6de'
const PAPER = '#faf9f6'

const flag = pngFile('flag.png', 300, 200, [200, 32, 32], [32, 48, 200])
const leaf = svgFile('leaf.svg', 200, 100, GREEN)

test('a pasted picture is seen by everybody, as it was, and is one step', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.page.mouse.move(600, 400)
  await pasteFiles(ada.page, flag)
  await ada.board.expectLabels('Picture')
  await ada.board.saved()
  for (const { page, board } of [ada, bo]) {
    await board.expectLabels('Picture')
    await expectColor(page, [470, 390], RED)
    await expectColor(page, [730, 390], BLUE)
  }
  await bo.page.reload()
  await bo.board.ready()
  await expectColor(bo.page, [470, 390], RED)

  // Selected: the keys mean it.
  await ada.page.keyboard.press('Shift+ArrowDown')
  await ada.page.keyboard.press('Control+z')
  await ada.page.keyboard.press('Control+z')
  await bo.board.expectLabels()
  await expectColor(bo.page, [470, 390], PAPER)
  await ada.page.keyboard.press('Control+Shift+z')
  await expectColor(bo.page, [470, 390], RED)
})

test('several files that are dropped stand side by side where they were dropped', async ({ join }) => {
  const ada = await join()
  await dropFiles(ada.page, [600, 300], flag, leaf)
  await ada.board.expectLabels('Picture', 'Picture')
  // 300 and 200 wide with 16 between them, the rows 200 high.
  await expectColor(ada.page, [350, 300], RED)
  await expectColor(ada.page, [640, 300], BLUE)
  await expectColor(ada.page, [665, 210], GREEN)
  await expectColor(ada.page, [850, 290], GREEN)
  await ada.page.keyboard.press('Control+z')
  await ada.board.expectLabels()
})

test('files are chosen by key or button; what is no picture is told, and the others come', async ({
  join,
}) => {
  const ada = await join()
  const byKey = ada.page.waitForEvent('filechooser')
  await ada.page.keyboard.press('9')
  await (await byKey).setFiles([
    flag,
    { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('words') },
  ])
  await expect(ada.page.getByText('“notes.png” is not a picture that this browser can read.')).toBeVisible()
  await ada.board.expectLabels('Picture')
  await expectColor(ada.page, [600, 380], RED)

  const byButton = ada.page.waitForEvent('filechooser')
  await ada.page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Picture' }).click()
  await (await byButton).setFiles([leaf])
  await ada.board.expectLabels('Picture', 'Picture')
  await expectColor(ada.page, [700, 440], GREEN)
})

test('on a phone pictures come from its sheet of tools, and take half of the screen at most', async ({
  join,
}) => {
  const ada = await join({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await ada.page.getByRole('button', { name: 'More tools' }).tap()
  const chooser = ada.page.waitForEvent('filechooser')
  await ada.page.getByRole('button', { name: 'Picture' }).tap()
  await (await chooser).setFiles([pngFile('wide.png', 1200, 600, [200, 32, 32])])
  await ada.board.expectLabels('Picture')
  await expectColor(ada.page, [105, 422], RED)
  await expectColor(ada.page, [285, 422], RED)
  await expectColor(ada.page, [85, 422], PAPER)
})

test('a picture added offline survives a reload and reaches the others when the connection is back', async ({
  join,
}) => {
  const ada = await join()
  const bo = await join()
  await ada.page.mouse.move(600, 400)
  await pasteFiles(ada.page, flag)
  await ada.board.expectLabels('Picture')
  await ada.board.saved()
  await keptOffline(ada.page)
  await ada.cable.cut()
  await expect(ada.board.badge).toHaveText('Offline')
  await dropFiles(ada.page, [600, 600], leaf)
  await expectColor(ada.page, [600, 630], GREEN)
  await expect(ada.board.badge).toContainText('waiting')

  await ada.page.reload()
  await ada.board.ready()
  await expectColor(ada.page, [470, 390], RED)
  await expectColor(ada.page, [600, 630], GREEN)
  await expect(ada.board.badge).toContainText('waiting')

  await ada.cable.mend()
  await ada.board.saved()
  await bo.board.expectLabels('Picture', 'Picture')
  await expectColor(bo.page, [600, 630], GREEN)
})

test('where bytes are yet to come there is a box, and the badge does not say Saved', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.page.route('**/assets', route => route.abort())
  await ada.page.mouse.move(600, 400)
  await pasteFiles(ada.page, flag)
  await bo.board.expectLabels('Picture')
  await expectColor(bo.page, [470, 390], BOX)
  await expectColor(ada.page, [470, 390], RED)
  await expect(ada.board.badge).toHaveText('Saving')
  const asked = ada.page.waitForEvent('dialog')
  await ada.page.close({ runBeforeUnload: true })
  expect((await asked).type()).toBe('beforeunload')
})

test.describe('on a server that takes small pictures only', () => {
  test.use({ serverEnv: { MAX_ASSET_BYTES: '600' } })

  test('a picture that is not taken is told of and marked, and all else is saved', async ({ join }) => {
    const ada = await join()
    await ada.page.mouse.move(600, 400)
    const noise = pngFile('noise.png', 300, 200, [200, 32, 32], [32, 48, 200])
    expect(noise.buffer.length).toBeGreaterThan(600)
    await pasteFiles(ada.page, noise)
    await expect(ada.page.getByText('A picture was not taken')).toBeVisible()
    await expectColor(ada.page, [460, 310], BOX)
    await ada.board.saved()
    await pasteFiles(ada.page, leaf)
    await expectColor(ada.page, [600, 440], GREEN)
    await ada.board.saved()
  })
})

test('pictures are copied to another board with their bytes', async ({ join, server }) => {
  const ada = await join()
  await ada.page.mouse.move(600, 400)
  await pasteFiles(ada.page, flag)
  await ada.board.expectLabels('Picture')
  await ada.board.saved()
  await ada.page.keyboard.press('Control+c')
  const other = await server.createBoard('Another')
  await ada.board.open(`${ada.cable.url}/b/${other.id}#view=0,0,1`)
  await takesFiles(ada.page)
  await ada.page.mouse.move(600, 400)
  await ada.page.keyboard.press('Control+v')
  await ada.board.expectLabels('Picture')
  await expectColor(ada.page, [470, 390], RED)
  await ada.board.saved()

  // Whoever sees only that board sees it too.
  const bo = await join()
  await bo.board.open(`${bo.cable.url}/b/${other.id}#view=0,0,1`)
  await expectColor(bo.page, [730, 390], BLUE)
})

for (const [where, length] of [
  ['the page', 0],
  ['a worker', 200_000],
] as const) {
  test(`pictures that were copied in excalidraw come with their bytes, read by ${where}`, async ({
    join,
  }) => {
    const ada = await join()
    const bo = await join()
    const image = { type: 'image', x: 0, y: 0, width: 300, height: 200, fileId: 'f', scale: [-1, 1] }
    const files = { f: { dataURL: `data:image/png;base64,${flag.buffer.toString('base64')}` } }
    const text = JSON.stringify({
      type: 'excalidraw/clipboard',
      elements: [image],
      files,
      more: 'x'.repeat(length),
    })
    await takesFiles(ada.page)
    await ada.page.mouse.move(600, 400)
    await ada.page.evaluate(words => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', words)
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, text)
    for (const { page } of [ada, bo]) {
      // Mirrored.
      await expectColor(page, [470, 390], BLUE)
      await expectColor(page, [730, 390], RED)
    }
    await ada.board.saved()
  })
}

test('pictures keep their colours in the dark, and their proportions at the corners', async ({ join }) => {
  const ada = await join({ colorScheme: 'dark' })
  await ada.page.mouse.move(400, 300)
  await pasteFiles(ada.page, flag)
  await expectColor(ada.page, [260, 300], RED)
  // From 550, 400: half as wide again, and half as high.
  await ada.board.drag([556, 406], [706, 406])
  await expectColor(ada.page, [690, 490], BLUE)
  await ada.page.keyboard.down('Shift')
  await ada.board.drag([706, 506], [706, 656])
  await ada.page.keyboard.up('Shift')
  await expectColor(ada.page, [690, 640], BLUE)
})
