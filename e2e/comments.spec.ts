/** Comments: on shapes and places, live for others, answered, named, resolved, read; by whom they may be written; without a connection. */
import type { Locator } from '@playwright/test'
import { commentsOf, writeComment } from '#shared/board/comments.ts'
import type { Person } from './fixtures.ts'
import { expect, type Meeting, test } from './meeting.ts'
import { withStockClient } from './stock-client.ts'

type At = readonly [x: number, y: number]

const pin = ({ page }: Person, label: string | RegExp): Locator =>
  page.locator('.pins').getByRole('button', { name: label })
const card = ({ page }: Person): Locator => page.getByRole('dialog', { name: /^(Comment by|New comment)/ })
const badge = ({ page }: Person): Locator => page.getByRole('button', { name: /^Comments/ })
const list = ({ page }: Person): Locator => page.getByRole('dialog', { name: 'Comments', exact: true })
const listed = (person: Person): Locator => list(person).getByRole('listitem')
const notice = ({ page }: Person): Locator => page.getByRole('alert').filter({ hasText: 'mentioned' })

/** The company's code comes after the board. */
const comes = (person: Person) => expect(badge(person)).toBeVisible()

async function comment(person: Person, at: At, words: string): Promise<void> {
  await comes(person)
  await person.board.tool('c')
  await person.page.mouse.click(...at)
  await expect(card(person).getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await person.page.keyboard.insertText(words)
  await person.page.keyboard.press('Enter')
  await expect(card(person).getByRole('textbox', { name: 'Reply' })).toBeFocused()
}

async function reply(person: Person, words: string): Promise<void> {
  await card(person).getByRole('textbox', { name: 'Reply' }).fill(words)
  await person.page.keyboard.press('Enter')
  await expect(card(person).getByRole('textbox', { name: 'Reply' })).toHaveValue('')
}

/** Where a pin's point is on the screen. */
async function tipOf(person: Person, label: string | RegExp): Promise<At> {
  const box = await pin(person, label).boundingBox()
  if (!box) throw new Error(`no pin ${label}`)
  return [box.x, box.y + box.height]
}

async function expectTip(person: Person, label: string | RegExp, [x, y]: At): Promise<void> {
  await expect
    .poll(async () => (await tipOf(person, label)).map(Math.round), { message: 'where the pin points' })
    .toEqual([x, y])
}

async function goOffline(person: Person): Promise<void> {
  await comes(person)
  // What comes with the first move of a pointer is there too.
  await person.page.mouse.move(640, 100)
  await expect(person.page.locator('.tip')).toHaveCount(1)
  await person.cable.cut()
  await expect(person.board.badge).toContainText('Offline')
}

/** Somebody who comes through a link of their own. */
const withRole = async (meeting: Meeting, role: string): Promise<string> => (await meeting.link({ role })).key

test('a commenter comments on a shape and on a place, others see and answer, a viewer reads', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  await meeting.anyone('nobody')
  const cy = await come('Cy', await withRole(meeting, 'commenter'))
  const vi = await come('Vi', await withRole(meeting, 'viewer'))
  await owner.board.rectangle([300, 200], [500, 300])
  await cy.board.expectLabels('Rectangle')

  await expect(cy.page.getByText('Comment only', { exact: true })).toBeVisible()
  await comment(cy, [400, 250], 'wider?')
  await cy.page.keyboard.press('Escape')
  await comment(cy, [800, 500], 'what goes here?')
  await cy.page.keyboard.press('Escape')
  await cy.board.saved()
  // Nothing else: neither shapes nor what a double click would write.
  await cy.board.tool('r')
  await cy.board.drag([600, 300], [700, 400])
  await cy.page.mouse.dblclick(650, 600)
  await cy.page.keyboard.type('xyz')
  await cy.board.expectLabels('Rectangle')
  await expect(card(cy)).toHaveCount(0)

  await expectTip(owner, 'Comment by Cy on Rectangle: wider?, unread', [400, 250])
  await expectTip(owner, 'Comment by Cy: what goes here?, unread', [800, 500])
  await pin(owner, /wider/).click()
  await expect(card(owner)).toContainText('wider?')
  await reply(owner, '240 px')
  await expect(pin(owner, 'Comment by Cy on Rectangle: wider?, 1 reply')).toBeVisible()

  // Live in an open thread; whoever may not write has no field, and no tool for it.
  await pin(vi, 'Comment by Cy on Rectangle: wider?, 1 reply, unread').click()
  await expect(card(vi)).toContainText('240 px')
  await expect(card(vi).getByRole('textbox')).toHaveCount(0)
  await expect(card(vi).getByRole('button', { name: 'Resolve' })).toHaveCount(0)
  await expect(card(vi).getByRole('button', { name: /^(Edit|Delete)/ })).toHaveCount(0)
  await expect(vi.page.getByRole('button', { name: 'Comment', exact: true })).toHaveCount(0)
  await pin(cy, /wider/).click()
  await reply(cy, 'thanks')
  await expect(card(vi)).toContainText('thanks')
  await vi.page.keyboard.press('Escape')
  await vi.board.tool('c')
  await vi.page.mouse.click(600, 500)
  await expect(card(vi)).toHaveCount(0)
  await expect(vi.board.badge).toHaveText('Saved')
})

test('a pin goes with its shape while somebody moves and turns it, and stays where the shape was deleted', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  const bo = await come('Bo')
  await bo.board.rectangle([300, 200], [400, 300])
  await owner.board.expectLabels('Rectangle')
  await comment(owner, [320, 280], 'here')
  await owner.page.keyboard.press('Escape')
  await bo.board.expectLabels('Rectangle')
  await expectTip(bo, /here/, [320, 280])

  await bo.page.keyboard.press('Escape')
  await bo.board.press([300, 250], [500, 350])
  await expectTip(owner, /here/, [520, 380])
  await expectTip(bo, /here/, [520, 380])
  await bo.page.mouse.up()
  await bo.board.saved()
  await expectTip(owner, /here/, [520, 380])
  await bo.board.select('Rectangle')
  for (let i = 0; i < 6; i++) await bo.page.keyboard.press('Shift+.')
  // A quarter turn about its middle, 550, 350.
  await expectTip(owner, /here/, [520, 320])

  // With the camera too.
  await owner.page.mouse.move(700, 500)
  await owner.page.mouse.wheel(100, 50)
  await expectTip(owner, /here/, [420, 270])
  await owner.page.mouse.wheel(-100, -50)

  await bo.page.keyboard.press('Delete')
  await owner.board.expectLabels()
  await expectTip(owner, /here/, [520, 320])
  await pin(owner, /here/).click()
  await expect(card(owner)).toContainText('has been deleted')
  await bo.page.keyboard.press('Control+z')
  await expect(card(owner)).toContainText('Rectangle')
  await expect(card(owner)).not.toContainText('has been deleted')
})

test('who is named with an @ is told, at once or on coming back', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo Diddley')
  await comes(owner)
  await owner.board.tool('c')
  await owner.page.mouse.click(400, 300)
  await owner.page.keyboard.type('What do you think, @bo')
  const people = card(owner).getByRole('listbox', { name: 'People' })
  await expect(people.getByRole('option')).toHaveText(['Bo Diddley'])
  await owner.page.keyboard.press('Enter')
  await expect(people).toHaveCount(0)
  await owner.page.keyboard.press('Enter')
  await expect(card(owner).locator('.mention')).toHaveText('@Bo Diddley')
  await owner.board.saved()

  await expect(notice(bo)).toContainText('Ada mentioned you: What do you think, @Bo Diddley')
  await expect(badge(bo)).toHaveAccessibleName('Comments, 1 unread, you were mentioned')
  await expect(pin(bo, /unread, mentions you$/)).toBeVisible()
  await notice(bo).getByRole('button', { name: 'Show' }).click()
  await expect(card(bo).locator('.mention.is-me')).toHaveText('@Bo Diddley')
  await expect(badge(bo)).toHaveAccessibleName('Comments')
  await expect(notice(bo)).toHaveCount(0)

  await bo.page.goto(bo.cable.url)
  await reply(owner, 'and this, @bo diddley?')
  await reply(owner, 'nobody: bo@example.org')
  await owner.board.saved()
  await bo.page.goBack()
  await bo.board.ready()
  await expect(notice(bo)).toContainText('Ada mentioned you: and this')
  await badge(bo).click()
  await list(bo).getByRole('button', { name: 'For you' }).click()
  await expect(listed(bo)).toHaveCount(1)
})

test('what is unread is counted, read by opening it, and stays read; all at once too', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  const bo = await come('Bo')
  await comment(owner, [300, 300], 'one')
  await owner.page.keyboard.press('Escape')
  await comment(owner, [500, 300], 'two')
  await owner.page.keyboard.press('Escape')
  await comment(owner, [700, 300], 'three')
  await expect(badge(bo)).toHaveAccessibleName('Comments, 3 unread')
  await expect(badge(owner)).toHaveAccessibleName('Comments')
  await pin(bo, /one/).click()
  await expect(badge(bo)).toHaveAccessibleName('Comments, 2 unread')
  await expect(pin(bo, 'Comment by Ada: one')).toBeVisible()
  // What comes into the open thread is read as it comes.
  await pin(owner, /one/).click()
  await reply(owner, 'more of it')
  await expect(card(bo)).toContainText('more of it')
  await expect(badge(bo)).toHaveAccessibleName('Comments, 2 unread')
  await bo.page.reload()
  await bo.board.ready()
  await expect(badge(bo)).toHaveAccessibleName('Comments, 2 unread')
  await badge(bo).click()
  await expect(listed(bo)).toHaveCount(3)
  await list(bo).getByRole('button', { name: 'Mark all as read' }).click()
  await expect(badge(bo)).toHaveAccessibleName('Comments')
  await expect(pin(bo, /unread/)).toHaveCount(0)
})

test('a thread is resolved, found in the list, and opened again', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo')
  await comment(owner, [300, 300], 'fix this')
  await owner.page.keyboard.press('Escape')
  await comment(owner, [500, 300], 'and that')
  await pin(bo, /fix this/).click()
  await card(bo).getByRole('button', { name: 'Resolve' }).click()
  await expect(card(bo)).toContainText('Resolved by Bo')
  await expect(pin(owner, /fix this/)).toHaveCount(0)
  await expect(pin(owner, /and that/)).toBeVisible()
  await bo.page.keyboard.press('Escape')
  await expect(pin(bo, /fix this/)).toHaveCount(0)

  await badge(owner).click()
  await expect(listed(owner)).toHaveCount(1)
  await list(owner).getByRole('button', { name: 'Resolved' }).click()
  await listed(owner)
    .getByRole('button', { name: /fix this/ })
    .click()
  await expect(card(owner)).toContainText('Resolved by Bo')
  await card(owner).getByRole('button', { name: 'Open again' }).click()
  await expect(card(owner)).not.toContainText('Resolved')
  await expect(pin(bo, /fix this/)).toBeVisible()
  // An answer opens it too.
  await card(owner).getByRole('button', { name: 'Resolve' }).click()
  await expect(pin(bo, /fix this/)).toHaveCount(0)
  await reply(owner, 'not yet')
  await expect(pin(bo, /fix this/)).toBeVisible()
})

test('one changes and deletes what one has written; the owner deletes anything', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  await meeting.anyone('commenter')
  const [bo, cy] = [await come('Bo'), await come('Cy')]
  await comment(bo, [300, 300], 'teh first')
  await card(bo).getByRole('button', { name: 'Edit what you wrote' }).click()
  const field = card(bo).getByRole('textbox', { name: 'Edit the comment' })
  await expect(field).toHaveValue('teh first')
  await field.fill('never mind')
  await bo.page.keyboard.press('Escape')
  await expect(card(bo)).toContainText('teh first')
  await card(bo).getByRole('button', { name: 'Edit what you wrote' }).click()
  await field.fill('the first')
  await bo.page.keyboard.press('Enter')
  await expect(card(bo)).toContainText('edited')
  await pin(cy, /the first/).click()
  await expect(card(cy).getByRole('button', { name: /^(Edit|Delete)/ })).toHaveCount(0)
  await reply(cy, 'an answer')
  await reply(cy, 'another')
  await card(cy).getByRole('button', { name: 'Delete what you wrote' }).last().click()
  await card(cy).getByRole('button', { name: 'Cancel' }).click()
  await expect(card(cy)).toContainText('another')
  await card(cy).getByRole('button', { name: 'Delete what you wrote' }).last().click()
  await card(cy).getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(card(cy)).not.toContainText('another')
  await expect(card(bo)).not.toContainText('another')

  await pin(owner, /the first, 1 reply/).click()
  await expect(card(owner).getByRole('button', { name: /^Edit/ })).toHaveCount(0)
  await card(owner).getByRole('button', { name: 'Delete what Bo wrote' }).click()
  await expect(card(owner)).toContainText('Delete this comment and its reply?')
  await card(owner).getByRole('button', { name: 'Delete', exact: true }).click()
  for (const person of [owner, bo, cy]) {
    await expect(card(person)).toHaveCount(0)
    await expect(pin(person, /the first/)).toHaveCount(0)
  }
  await owner.board.saved()
})

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
