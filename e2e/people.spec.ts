/** What people do together besides drawing: following, coming when called, states. Three of different roles each time. */

import type { Page } from '@playwright/test'
import type { Person } from './fixtures.ts'
import type { Meeting } from './meeting.ts'
import { expect, named, openPeople, test } from './meeting.ts'

const zoomOf = ({ page }: Person) => page.locator('.zoom-value')
const followNote = ({ page }: Person) => page.locator('.follow-notes')
/** By the list, as anybody can; a click on the avatar is tried once. */
async function follow({ page }: Person, name: string): Promise<void> {
  await (await openPeople(page)).getByRole('button', { name: `Follow ${name}` }).click()
  await expect(page.locator('.follow-notes')).toContainText(`Following ${name}`)
}
/** Somewhere nobody else looks, with something to be seen there. */
async function goFar({ page, board }: Person): Promise<void> {
  await page.mouse.move(640, 400)
  await page.mouse.wheel(6000, 3000)
  await board.tool('o')
  await board.drag([600, 350], [680, 450])
  await page.keyboard.press('Escape')
  await board.expectLabels('Ellipse')
}

async function three(meeting: Meeting, come: (name: string, key?: string) => Promise<Person>) {
  await meeting.anyone('nobody')
  const { owner: ada } = meeting
  const bo = await come('Bo', (await meeting.link({ role: 'editor' })).key)
  const vi = await come('Vi', (await meeting.link({ role: 'viewer' })).key)
  // The code for all this comes after the board.
  for (const { page } of [ada, bo, vi])
    await expect(page.getByRole('region', { name: 'Together' })).toBeVisible()
  return { ada, bo, vi }
}

test('following goes along a chain, contains the leader’s view, and ends with Escape or one’s own hand', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  await ada.board.rectangle([300, 300], [400, 400])
  await vi.page.setViewportSize({ width: 640, height: 400 })
  await vi.board.expectLabels('Rectangle')
  await bo.page.getByRole('button', { name: 'Follow Ada' }).click()
  await expect(followNote(ada)).toContainText('Bo follows you')
  await follow(vi, 'Bo')
  await expect(followNote(ada)).toContainText('2 follow you')
  await expect(followNote(bo)).toContainText('Vi follows you')
  // Half of Ada's width and height: Vi sees all that Ada sees.
  await expect(zoomOf(vi)).toHaveText('50 %')
  await goFar(ada)
  await bo.board.expectLabels('Ellipse')
  await vi.board.expectLabels('Ellipse')
  await vi.board.expectInk({ x: 295, y: 170, width: 50, height: 60 })
  await ada.page.keyboard.press('Shift+2')
  await ada.page.keyboard.press('Shift+1')
  await bo.board.expectLabels('Rectangle', 'Ellipse')
  await expect(zoomOf(bo)).toHaveText((await zoomOf(ada).textContent()) ?? '')

  // Bo goes a way of their own: Vi goes with Bo.
  await bo.page.mouse.move(640, 400)
  await bo.page.mouse.wheel(0, -9000)
  await expect(bo.page.locator('.follow-frame')).toHaveCount(0)
  await expect(followNote(ada)).toHaveText('')
  await bo.board.expectLabels()
  await vi.board.expectLabels()
  await vi.page.keyboard.press('Escape')
  await expect(followNote(vi)).toHaveText('')
  await expect(followNote(bo)).toHaveText('')
})

test('two who follow each other do not go round: who began first gives up', async ({ meeting, come }) => {
  const { ada, bo, vi } = await three(meeting, come)
  await follow(bo, 'Ada')
  await follow(vi, 'Bo')
  await follow(ada, 'Vi')
  await expect(followNote(bo)).toHaveText('2 follow you')
  await goFar(bo)
  for (const { board } of [ada, vi]) await board.expectLabels('Ellipse')
  await expect(followNote(ada)).toContainText('Following Vi')
})

test('who is followed and loses the connection is away, and is followed again when back; who leaves is not', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  await follow(vi, 'Bo')
  await bo.cable.cut()
  await expect(followNote(vi)).toContainText('Bo is away')
  await expect((await openPeople(ada.page)).getByRole('button', { name: 'Follow Bo, Away' })).toBeVisible()
  await expect(ada.page.getByRole('button', { name: '2 people here' })).toBeVisible()
  await goFar(bo)
  await bo.cable.mend()
  await bo.board.saved()
  await expect(bo.page.getByRole('button', { name: '3 people here' })).toBeVisible()
  await expect(followNote(vi)).toContainText('Following Bo')
  await vi.board.expectLabels('Ellipse')
  await bo.page.close()
  await expect(followNote(vi)).toHaveText('')
  await expect(ada.page.getByRole('button', { name: '2 people here' })).toBeVisible()
  await expect((await openPeople(ada.page)).getByText('Bo')).toHaveCount(0)
})

test('everyone is brought to who calls them, and goes back; who is in the middle of something is asked', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  await ada.board.rectangle([300, 300], [400, 400])
  for (const { board } of [bo, vi]) await board.expectLabels('Rectangle')
  // A viewer calls nobody.
  await expect((await openPeople(vi.page)).getByRole('button', { name: 'Bring everyone to me' })).toHaveCount(
    0,
  )
  await vi.page.keyboard.press('Escape')
  await expect(vi.page.locator('#people')).toBeHidden()
  await goFar(ada)
  await bo.board.press([700, 500], [720, 520])
  await (await openPeople(ada.page)).getByRole('button', { name: 'Bring everyone to me' }).click()
  const toast = ({ page }: Person) => page.getByRole('alert').filter({ hasText: 'Ada' })
  await expect(toast(vi)).toContainText('Ada brought you here')
  // As long as somebody points at it, it stays.
  await toast(vi).hover()
  await vi.board.expectLabels('Ellipse')
  await expect(toast(bo)).toContainText('Ada wants everyone to come')
  await bo.board.expectLabels('Rectangle')
  await bo.page.mouse.up()
  await toast(bo).getByRole('button', { name: 'Go there' }).click()
  await bo.board.expectLabels('Ellipse')
  await toast(bo).getByRole('button', { name: 'Go back' }).click()
  await bo.board.expectLabels('Rectangle')
  await toast(vi).getByRole('button', { name: 'Go back' }).click()
  await vi.board.expectLabels('Rectangle')
  await expect(toast(vi)).toHaveCount(0)
})

test('who does not look at the page is idle to the others, and here again when they do', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  const setHidden = (isHidden: boolean) =>
    bo.page.evaluate(hidden => {
      Object.defineProperty(document, 'visibilityState', {
        configurable: true,
        get: () => (hidden ? 'hidden' : 'visible'),
      })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  await setHidden(true)
  for (const { page } of [ada, vi]) {
    await expect((await openPeople(page)).getByRole('button', { name: 'Follow Bo, Idle' })).toBeVisible()
    await expect(page.locator('.avatar-button .avatar[data-state="idle"]')).toHaveCount(1)
  }
  await setHidden(false)
  await expect(
    (await openPeople(ada.page)).getByRole('button', { name: 'Follow Bo', exact: true }),
  ).toBeVisible()
})

test('a laser pointer’s trail shows to all, from a viewer too, and leaves nothing behind', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  const place = { x: 180, y: 180, width: 140, height: 140 }
  const trail = ({ page }: Person) => page.locator('[data-layer="laser"]')
  await vi.board.tool('k')
  await ada.board.expectNoInk(place)
  await vi.page.mouse.move(250, 200)
  await vi.page.mouse.down()
  let isSeen = false
  const draw = async () => {
    for (let i = 0; !isSeen; i++)
      await vi.page.mouse.move(250 + 60 * Math.cos(i / 6), 250 + 60 * Math.sin(i / 6))
  }
  const watch = async () => {
    try {
      for (const { board } of [ada, bo]) await board.expectInk(place)
    } finally {
      isSeen = true
    }
  }
  await Promise.all([draw(), watch()])
  await vi.page.mouse.up()
  for (const person of [ada, bo, vi]) {
    await expect(trail(person)).toHaveCount(0)
    await person.board.expectLabels()
  }
  await ada.board.expectNoInk(place)
})

test('what is typed at the cursor is read while it is typed, told to screen readers, and enters nothing', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  const said = ({ page }: Person, words: string) => page.locator(`[data-client-id] [data-words="${words}"]`)
  await vi.page.mouse.move(500, 400)
  await vi.page.keyboard.press('/')
  const field = vi.page.getByRole('textbox', { name: 'Say something' })
  await expect(field).toBeFocused()
  await vi.page.keyboard.type('not th')
  for (const person of [ada, bo]) await expect(said(person, 'not th')).toBeVisible()
  await vi.page.keyboard.type('at one / this')
  await expect(said(ada, 'not that one / this')).toBeVisible()
  await expect(ada.page.locator('.announcement')).toHaveText('Vi says: not that one / this')
  await vi.page.keyboard.press('Enter')
  await expect(field).toHaveCount(0)
  await expect(vi.board.canvas).toBeFocused()
  await expect(said(bo, 'not that one / this')).toBeVisible()
  await expect(said(bo, 'not that one / this')).toHaveCount(0)
  await expect(vi.page.locator('.chat-line')).toHaveCount(0)

  await bo.page.mouse.move(600, 300)
  await bo.page.keyboard.press('/')
  await bo.page.keyboard.type('x'.repeat(100))
  await expect(said(ada, 'x'.repeat(80))).toBeVisible()
  await bo.page.keyboard.press('Escape')
  await expect(said(ada, 'x'.repeat(80))).toHaveCount(0)
  for (const { board } of [ada, bo, vi]) await board.expectLabels()
})

test('on a phone one says something by a button, and is read in the middle of what one sees', async ({
  meeting,
  person,
}) => {
  const { owner: ada } = meeting
  const cy = await named(
    await person({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }),
    'Cy',
  )
  await cy.board.open(meeting.url(cy))
  await cy.page.getByRole('button', { name: 'Say something' }).tap()
  await cy.page.keyboard.type('hello')
  const words = ada.page.locator('[data-client-id] [data-words="hello"]')
  await expect(words).toBeVisible()
  await expect(words).toContainText('Cy')
})

/** Notes on the body whether a reaction moves, when it comes: it is gone in two seconds. */
const noteMotion = (page: Page) =>
  page.evaluate(() => {
    const floats = document.querySelector('.reaction-floats')
    if (!floats) throw new Error('the page has no place for reactions')
    new MutationObserver(() => {
      for (const icon of floats.querySelectorAll('[data-reaction]')) {
        const isMoving = icon.getAnimations().some(({ effect }) => {
          return effect instanceof KeyframeEffect && effect.getKeyframes().some(frame => 'transform' in frame)
        })
        document.body.dataset.reactionMoves = String(isMoving)
      }
    }).observe(floats, { childList: true, subtree: true })
  })

test('reactions float up for all, by key and by button, and stand still where motion is not wanted', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  await bo.page.emulateMedia({ reducedMotion: 'reduce' })
  const floats = ({ page }: Person, reaction: string) =>
    page.locator(`.reaction-float [data-reaction="${reaction}"]`)
  for (const { page } of [ada, bo]) await noteMotion(page)
  await vi.page.mouse.move(500, 400)
  await vi.page.keyboard.press('Shift+E')
  await expect(vi.page.getByRole('button', { name: 'Agree' })).toBeFocused()
  await vi.page.keyboard.press('2')
  await expect(ada.page.locator('body')).toHaveAttribute('data-reaction-moves', 'true')
  await expect(bo.page.locator('body')).toHaveAttribute('data-reaction-moves', 'false')
  await expect(ada.page.locator('.announcement')).toHaveText('Vi reacts: Love it')
  await expect(floats(ada, 'love')).toHaveCount(0)
  await vi.page.keyboard.press('Escape')
  await expect(vi.board.canvas).toBeFocused()

  await bo.page.getByRole('button', { name: 'React' }).click()
  const idea = await bo.page.getByRole('button', { name: 'Good idea' }).boundingBox()
  if (!idea) throw new Error('the button has no box')
  await bo.page.mouse.move(idea.x + idea.width / 2, idea.y + idea.height / 2)
  await bo.page.mouse.down()
  // Held: more than one.
  await expect.poll(() => floats(ada, 'idea').count()).toBeGreaterThan(1)
  await bo.page.mouse.up()
  await expect(floats(ada, 'idea')).toHaveCount(0)
})

test('who types is seen with caret and selection, on the board and in the text that another types into', async ({
  meeting,
  come,
}) => {
  const { ada, bo, vi } = await three(meeting, come)
  await ada.board.write([300, 300], 'middle')
  for (const { board } of [bo, vi]) await board.expectLabels('Text: middle')
  await bo.board.select('Text: middle')
  await bo.page.keyboard.press('Enter')
  await expect(bo.page.locator('.text-editor')).toBeFocused()
  const caret = ({ page }: Person) => page.locator('[data-caret-of] .caret')
  const marks = ({ page }: Person) => page.locator('[data-caret-of] .caret-mark')
  // All of it is selected at first.
  for (const person of [ada, vi]) {
    await expect(caret(person)).toBeVisible()
    await expect(caret(person)).toHaveText('Bo')
    await expect(marks(person)).toHaveCount(1)
  }
  await expect((await openPeople(vi.page)).getByRole('button', { name: 'Follow Bo, Typing' })).toBeVisible()
  await bo.page.keyboard.press('End')
  await expect(marks(ada)).toHaveCount(0)
  const left = async (person: Person) => (await caret(person).boundingBox())?.x ?? 0
  const before = await left(vi)
  expect(before).toBeGreaterThan(320)

  // Ada types before it: it stays behind its letter.
  await ada.board.select('Text: middle')
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.press('Home')
  await ada.page.keyboard.type('in the ')
  await expect(caret(bo)).toHaveText('Ada')
  await expect.poll(() => left(ada)).toBeGreaterThan(before + 40)
  await expect(bo.page.locator('.text-editor')).toHaveValue('in the middle')
  await bo.page.keyboard.press('Escape')
  await expect(caret(ada)).toHaveCount(0)
  await ada.page.keyboard.press('Escape')
  for (const person of [ada, bo, vi]) await expect(caret(person)).toHaveCount(0)
})
