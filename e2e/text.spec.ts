import type { Page } from '@playwright/test'
import { isDocumentMessage, SYNC } from '#shared/protocol.ts'
import { expect, test } from './fixtures.ts'

const FIELD = { name: 'Text' } as const

test('a new text and its words are one step, and one that stays empty is none', async ({ join }) => {
  const { board, page } = await join()
  await board.tool('t')
  await page.mouse.click(400, 300)
  await expect(page.getByRole('textbox', FIELD)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
  await board.write([400, 300], 'hello')
  await board.expectLabels('Text: hello')
  await page.keyboard.press('Control+z')
  await board.expectLabels()
  await page.keyboard.press('Control+Shift+z')
  await board.expectLabels('Text: hello')
})

test('undo while typing takes back one’s own words only, also when somebody else types too', async ({
  join,
}) => {
  const ada = await join()
  const bo = await join()
  await ada.board.write([300, 300], 'middle')
  await bo.board.expectLabels('Text: middle')
  for (const { page, board } of [ada, bo]) {
    await board.select('Text: middle')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', FIELD)).toBeFocused()
  }
  const bothShow = async (text: string) => {
    for (const { page } of [ada, bo]) await expect(page.getByRole('textbox', FIELD)).toHaveValue(text)
  }
  await ada.page.keyboard.press('End')
  await ada.page.keyboard.type(' of Ada')
  await bothShow('middle of Ada')
  await bo.page.keyboard.press('Home')
  await bo.page.keyboard.type('the ')
  await bothShow('the middle of Ada')
  await ada.page.keyboard.press('Control+z')
  await bothShow('the middle')
  // Not further than where the editing began.
  await ada.page.keyboard.press('Control+z')
  await ada.page.keyboard.press('Control+Shift+z')
  await bothShow('the middle of Ada')
  await ada.page.keyboard.press('Escape')
  await ada.page.keyboard.press('Control+z')
  await ada.board.expectLabels('Text: the middle')
})

test('what others type waits while an input method composes, and nobody loses a letter', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await ada.board.write([300, 300], 'middle')
  await bo.board.expectLabels('Text: middle')
  for (const { page, board } of [ada, bo]) {
    await board.select('Text: middle')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', FIELD)).toBeFocused()
  }
  await ada.page.keyboard.press('End')
  await bo.page.keyboard.press('Home')
  const ime = await ada.page.context().newCDPSession(ada.page)
  await ime.send('Input.imeSetComposition', { text: 'か', selectionStart: 1, selectionEnd: 1 })
  await expect(bo.page.getByRole('textbox', FIELD)).toHaveValue('middleか')
  await bo.page.keyboard.type('Bo ')
  await expect(ada.board.item('Text: Bo middleか')).toBeAttached()
  await ime.send('Input.imeSetComposition', { text: 'かん', selectionStart: 2, selectionEnd: 2 })
  await ime.send('Input.insertText', { text: '漢' })
  for (const { page } of [ada, bo]) await expect(page.getByRole('textbox', FIELD)).toHaveValue('Bo middle漢')
  await ada.page.keyboard.type('!')
  for (const { page } of [ada, bo]) await expect(page.getByRole('textbox', FIELD)).toHaveValue('Bo middle漢!')
})

test('one emoji in the place of another is whole', async ({ join }) => {
  const { board, page } = await join()
  await board.tool('t')
  await page.mouse.click(400, 300)
  await page.keyboard.insertText('😀')
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('😁')
  await page.keyboard.press('Escape')
  await board.expectLabels('Text: 😁')
})

test('nothing moves when one begins to type and when one ends', async ({ join }) => {
  const { board, page } = await join()
  for (const [key, x] of [
    ['n', 300],
    ['o', 500],
  ] as const) {
    await board.tool(key)
    await page.mouse.click(x, 300)
    if (key === 'o') await page.keyboard.press('Enter')
    await page.keyboard.type('jolly good\nfun')
    await page.keyboard.press('Escape')
    const clip = { x: x - 60, y: 250, width: 120, height: 100 }
    await page.keyboard.press('Escape')
    const painted = await picture(page, clip)
    await board.select(/jolly/)
    await page.keyboard.press('Enter')
    await page.keyboard.press('End')
    await expect.poll(() => differing(page, painted, clip)).toBe(0)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Delete')
  }
})

test('a turned text stays where it begins while it grows', async ({ join }) => {
  const { board, page } = await join()
  await board.write([500, 400], 'a')
  for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+Period')
  const above = { x: 480, y: 345, width: 60, height: 40 }
  await board.expectInk({ x: 480, y: 385, width: 60, height: 40 })
  await page.keyboard.press('Enter')
  await page.keyboard.press('End')
  await page.keyboard.type(' and then some more')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  // Turned by a right angle it runs down from where it began, and did not creep upwards.
  await board.expectInk({ x: 480, y: 500, width: 60, height: 60 })
  await board.expectNoInk(above)
})

type Clip = { x: number; y: number; width: number; height: number }

const picture = async (page: Page, clip: Clip): Promise<string> =>
  (await page.screenshot({ clip, caret: 'hide' })).toString('base64')

/** Pixels that are clearly another colour than in the picture. */
async function differing(page: Page, before: string, clip: Clip): Promise<number> {
  return page.evaluate(
    async pngs => {
      const [a, b] = await Promise.all(
        pngs.map(async png => {
          const bytes = Uint8Array.from(atob(png), character => character.charCodeAt(0))
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          context?.drawImage(bitmap, 0, 0)
          return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray()
        }),
      )
      return (a ?? []).filter((value, i) => Math.abs(value - (b?.[i] ?? 0)) > 90).length
    },
    [before, await picture(page, clip)],
  )
}

test('a text counts as saved when it has the size that its words take', async ({ person, boardId }) => {
  const { page, board, cable } = await person()
  let changeCount = 0
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string' && isDocumentMessage(payload) && payload[1] === SYNC.update)
        changeCount++
    }),
  )
  await board.open(`${cable.url}/b/${boardId}#view=0,0,1`)
  await board.tool('t')
  await page.mouse.click(400, 300)
  await page.keyboard.type('a few words')
  await board.saved()
  const before = changeCount
  await page.keyboard.press('Escape')
  await board.rectangle([600, 200], [700, 280])
  await board.expectLabels('Rectangle', 'Text: a few words')
  await board.saved()
  expect(changeCount - before).toBe(1)
})
