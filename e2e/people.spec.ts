/** What people do together besides drawing: following, coming when called, states. Three of different roles each time. */

import type { Person } from './fixtures.ts'
import type { Meeting } from './meeting.ts'
import { expect, openPeople, test } from './meeting.ts'

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
  await goFar(ada)
  await bo.board.press([700, 500], [720, 520])
  await (await openPeople(ada.page)).getByRole('button', { name: 'Bring everyone to me' }).click()
  const toast = ({ page }: Person) => page.getByRole('alert').filter({ hasText: 'Ada' })
  await expect(toast(vi)).toContainText('Ada brought you here')
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
