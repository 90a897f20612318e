import { expect, test } from './fixtures.ts'

test('by keyboard alone: choose a shape, move, edit, delete and bring it back', async ({ join }) => {
  const { page, board } = await join()
  await board.write([400, 300], 'first')
  await board.write([700, 300], 'second')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Skip to the board outline' }).focus()
  await page.keyboard.press('Enter')
  await expect(board.item('Text: first')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await expect(board.outline.getByRole('button', { pressed: true })).toHaveText('Text: second')
  await page.keyboard.press('Enter')
  await page.keyboard.press('End')
  await page.keyboard.type(' shape')
  await page.keyboard.press('Control+Enter')
  await board.expectLabels('Text: first', 'Text: second shape')
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown')
  await board.expectInk({ x: 700, y: 318, width: 90, height: 24 })
  await page.keyboard.press('Delete')
  await board.expectLabels('Text: first')
  await page.keyboard.press('Control+z')
  await board.expectLabels('Text: first', 'Text: second shape')
  // Escape lets go, and Tab is the page's again.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await expect(board.canvas).not.toBeFocused()
})

test('every control has a name, and what is in the tab order can be seen', async ({ join }) => {
  const { page, board } = await join()
  await board.rectangle([400, 300], [500, 400])
  const nameless = await page
    .locator('button, a[href], input, [role=button], [role=slider]')
    .evaluateAll(elements =>
      elements
        .filter(element => {
          const label = element.getAttribute('aria-label') ?? element.textContent ?? ''
          const labelled = element instanceof HTMLInputElement && (element.labels?.length ?? 0) > 0
          return label.trim() === '' && !labelled && !element.getAttribute('aria-labelledby')
        })
        .map(element => element.outerHTML.slice(0, 120)),
    )
  expect(nameless).toEqual([])
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return undefined
      const { width, height } = element.getBoundingClientRect()
      const style = getComputedStyle(element)
      return {
        html: element.outerHTML.slice(0, 100),
        isSeen: width > 0 && height > 0 && style.visibility === 'visible',
      }
    })
    if (focused) expect(focused.isSeen, focused.html).toBe(true)
  }
})

test('help lists the keys', async ({ join }) => {
  const { page } = await join()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Undo')
  await expect(dialog).toContainText('Sticky note')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('people who join and leave are announced', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await expect(ada.page.getByRole('status').filter({ hasText: 'joined' })).toHaveCount(1)
  await bo.page.close()
  await expect(ada.page.getByRole('status').filter({ hasText: 'left' })).toHaveCount(1)
})
