/** Comments without a connection, by their links, by keyboard, on a phone, and many of them. */
import { commentsOf, writeComment } from '#shared/board/comments.ts'
import { badge, card, comes, comment, goOffline, list, listed, pin, reply, tipOf } from './comment-page.ts'
import { expect, test } from './meeting.ts'
import { withStockClient } from './stock-client.ts'

test('comments are written offline and come together later', async ({ meeting, come }) => {
  const { owner } = meeting
  await meeting.anyone('commenter')
  const bo = await come('Bo')
  await comment(owner, [300, 300], 'before')
  await pin(bo, /before/).click()
  await goOffline(bo)
  await reply(bo, 'from the train')
  await bo.page.keyboard.press('Escape')
  await comment(bo, [600, 300], 'new on the train')
  await expect(bo.board.badge).toContainText('Offline')
  await reply(owner, 'meanwhile')
  await expect(pin(owner, /train/)).toHaveCount(0)
  await bo.cable.mend()
  await bo.board.saved()
  await expect(pin(owner, 'Comment by Bo: new on the train, unread')).toBeVisible()
  await expect(card(owner)).toContainText('from the train')
  await pin(bo, /before/).click()
  await expect(card(bo)).toContainText('meanwhile')
})

test('a comment that the server does not take is said to be nowhere else', async ({ meeting, come }) => {
  await meeting.anyone('commenter')
  const bo = await come('Bo')
  await goOffline(bo)
  await comment(bo, [600, 300], 'too late')
  await meeting.anyone('viewer')
  await bo.cable.mend()
  await expect(bo.board.badge).toHaveText('Not taken')
  await expect(card(bo).getByRole('textbox')).toHaveCount(0)
  await meeting.anyone('commenter')
  await bo.board.saved()
  await expect(pin(meeting.owner, /too late/)).toBeVisible()
})

test('a link to a comment goes there and opens it', async ({ meeting, come }) => {
  const { owner } = meeting
  await comment(owner, [300, 300], 'far away')
  await owner.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await card(owner).getByRole('button', { name: 'Copy link' }).click()
  await expect(card(owner)).toContainText('Link copied')
  const link = await owner.page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/b\/[\w-]{22}#comment=[\w-]+$/)
  await owner.board.saved()

  const bo = await come('Bo')
  await comes(bo)
  await bo.page.evaluate(hash => {
    location.hash = hash
  }, '#view=5000,5000,1')
  await expect(pin(bo, /far away/)).toHaveCount(0)
  await bo.page.evaluate(hash => {
    location.hash = hash
  }, new URL(link).hash)
  await expect(card(bo)).toContainText('far away')
  await expect(pin(bo, /far away/)).toBeInViewport()
  await bo.page.keyboard.press('Escape')
  await expect(bo.page).not.toHaveURL(/#comment/)
  await bo.page.goto(new URL(new URL(link).pathname + new URL(link).hash, bo.cable.url).href)
  await bo.board.ready()
  await expect(card(bo)).toContainText('far away')
})

test('a comment is no shape: not selected, not undone, not pasted; and Escape keeps what was typed', async ({
  meeting,
}) => {
  const { owner } = meeting
  const { page } = owner
  await owner.board.rectangle([300, 200], [400, 300])
  await comment(owner, [600, 300], 'stays')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await owner.board.expectLabels()
  await expect(pin(owner, /stays/)).toBeVisible()
  await page.keyboard.press('Control+z')
  await owner.board.expectLabels('Rectangle')
  await page.keyboard.press('Control+z')
  await owner.board.expectLabels()
  await expect(pin(owner, /stays/)).toBeVisible()

  await owner.board.tool('c')
  await page.mouse.click(800, 400)
  await page.keyboard.type('half a tho')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('ught')
  await page.keyboard.press('Escape')
  await expect(card(owner)).toHaveCount(0)
  await owner.board.tool('c')
  await page.mouse.click(820, 450)
  await expect(card(owner).getByRole('textbox')).toHaveValue('half a tho\nught')
  // A click beside it closes it, and keeps it too.
  await page.mouse.click(200, 600)
  await expect(card(owner)).toHaveCount(0)
  await owner.board.tool('c')
  await page.mouse.click(820, 450)
  await page.keyboard.press('Enter')
  await expect(card(owner).locator('.comment-words')).toHaveText('half a tho\nught')
})

test('what is written is words: markup stays text, links go to the web only and tell it nothing', async ({
  meeting,
}) => {
  const { owner } = meeting
  const words = '<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/?a=1.'
  await comment(owner, [300, 300], words)
  await expect(card(owner).locator('.comment-words')).toHaveText(words)
  await expect(card(owner).locator('img')).toHaveCount(0)
  const link = card(owner).getByRole('link')
  await expect(link).toHaveCount(1)
  await expect(link).toHaveAttribute('href', 'https://example.org/?a=1')
  await expect(link).toHaveAttribute('rel', /noopener noreferrer/)
  await pin(owner, /img/).hover()
})

test('everything by keyboard: to a pin and back, through the thread, along the list', async ({ meeting }) => {
  const { owner } = meeting
  const { page } = owner
  await comment(owner, [300, 300], 'one')
  await page.keyboard.press('Escape')
  await expect(pin(owner, /one/)).toBeFocused()
  await comment(owner, [500, 300], 'two')
  await page.keyboard.press('Escape')
  await pin(owner, /one/).focus()
  await page.keyboard.press('Enter')
  await expect(card(owner).getByRole('textbox', { name: 'Reply' })).toBeFocused()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(card(owner)).toHaveAccessibleName(/two/)
  await page.keyboard.press('Alt+ArrowUp')
  await expect(card(owner)).toHaveAccessibleName(/one/)
  await page.keyboard.press('Escape')
  await expect(card(owner)).toHaveCount(0)

  await badge(owner).click()
  await expect(list(owner)).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(listed(owner).getByRole('button').first()).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(card(owner)).toHaveAccessibleName(/one/)
  await page.keyboard.press('Escape')
  await expect(listed(owner).getByRole('button').nth(1)).toBeFocused()
  await list(owner).getByRole('searchbox').fill('two')
  await expect(listed(owner)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(list(owner)).toHaveCount(0)
})

test('on a phone a thread is a sheet over the lower part of the screen', async ({ meeting, person }) => {
  const { owner } = meeting
  await comment(owner, [300, 700], 'low down')
  const phone = await person({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  })
  await phone.board.open(meeting.url(phone))
  await pin(phone, /low down/).tap()
  const sheet = card(phone)
  await expect(sheet).toContainText('low down')
  const box = await sheet.boundingBox()
  expect(box).toMatchObject({ x: 0, width: 390 })
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, 0)
  await expect.poll(async () => (await tipOf(phone, /low down/))[1]).toBeLessThan(box?.y ?? 0)
  await sheet.getByRole('textbox', { name: 'Reply' }).tap()
  await phone.page.keyboard.type('from')
  // There Enter begins a line: the button sends.
  await phone.page.keyboard.press('Enter')
  await phone.page.keyboard.type('a phone')
  await sheet.getByRole('button', { name: 'Send' }).tap()
  await expect(card(owner)).toContainText('from\na phone', { useInnerText: true })
  await sheet.getByRole('button', { name: 'Close' }).tap()
  await expect(sheet).toHaveCount(0)
  await phone.page.getByRole('button', { name: 'Comment', exact: true }).tap()
  await phone.page.touchscreen.tap(150, 300)
  await card(phone).getByRole('textbox', { name: 'Comment' }).fill('by a finger')
  await card(phone).getByRole('button', { name: 'Send' }).tap()
  await expect(pin(owner, /by a finger/)).toHaveCount(1)
})

test('300 pins cost a pan one change of style a frame, and what would overlap is one', async ({
  meeting,
}) => {
  const { owner } = meeting
  const { page } = owner
  await comes(owner)
  await withStockClient(meeting, async doc => {
    doc.transact(() => {
      for (let i = 0; i < 300; i++)
        writeComment(commentsOf(doc), {
          id: `seed-${i}`,
          by: 'somebody',
          name: 'Somebody',
          at: 1_700_000_000_000 + i,
          text: `number ${i}.`,
          pin: { xy: [40 + (i % 20) * 60, 100 + Math.floor(i / 20) * 40] },
        })
    })
    await expect(badge(owner)).toHaveAccessibleName('Comments, 300 unread')
  })
  const pins = page.locator('.pins .pin')
  await expect(pins).toHaveCount(300)
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  const layoutCount = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? Number.NaN
  }
  await page.evaluate(() => {
    const counted = { frames: 0, changes: 0 }
    Object.assign(window, { counted })
    const pins = document.querySelector('.pins')
    if (!pins) throw new Error('no pins')
    const observer = new MutationObserver(records => {
      counted.changes += records.length
    })
    observer.observe(pins, { subtree: true, childList: true, attributes: true })
    const frame = () => {
      counted.frames++
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  await page.mouse.move(640, 400)
  const before = await layoutCount()
  for (let i = 0; i < 40; i++) await page.mouse.wheel(i < 20 ? 5 : -5, 0)
  await expect.poll(() => tipOf(owner, /number 0\./)).toEqual([40, 100])
  const { changes } = await page.evaluate(
    () => (window as unknown as { counted: { frames: number; changes: number } }).counted,
  )
  expect(changes).toBeGreaterThan(0)
  expect(changes).toBeLessThanOrEqual(40)
  // A wheel event may lay out the page once, for reasons of its own; pins never.
  expect((await layoutCount()) - before).toBeLessThanOrEqual(40)

  // Far out a few are left, each with its number, and a click on one comes nearer.
  await page.evaluate(() => {
    location.hash = '#view=-3000,-2000,0.1'
  })
  await expect.poll(() => pins.count()).toBeLessThan(30)
  await expect(
    page
      .locator('.pins')
      .getByRole('button', { name: /^\d+ comments, \d+ unread$/ })
      .first(),
  ).toBeVisible()
  const count = await pins.count()
  await pins.first().click()
  await expect.poll(() => pins.count()).not.toBe(count)
  await expect(card(owner)).toHaveCount(0)
})
