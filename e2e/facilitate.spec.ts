/** A meeting's tools with three people of different roles: the timer, a vote, shapes held in place. */
import type { Page } from '@playwright/test'
import { expect, test } from './meeting.ts'

const openTools = async (page: Page) => {
  const panel = page.getByRole('dialog', { name: 'Timer and voting' })
  if (!(await panel.isVisible())) await page.getByRole('button', { name: 'Timer and voting' }).click()
  await expect(panel).toBeVisible()
  return panel
}
const timer = (page: Page) => page.getByRole('region', { name: 'Timer', exact: true }).getByRole('timer')
const vote = (page: Page) => page.getByRole('region', { name: 'Vote', exact: true })

test('everybody sees the same timer; who may facilitate runs it', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo')
  const vi = await come('Vi', (await meeting.link({ role: 'viewer' })).key)
  await meeting.anyone('viewer')
  // By its address alone Bo is a viewer now, as Vi is.
  await expect(bo.page.getByRole('button', { name: 'Timer and voting' })).toHaveCount(0)
  await meeting.anyone('editor')
  await expect(bo.page.getByRole('button', { name: 'Timer and voting' })).toBeVisible()

  const tools = await openTools(owner.page)
  await tools.getByRole('button', { name: '5 minutes', exact: true }).click()
  for (const { page } of [bo, vi]) await expect(timer(page)).toHaveText(/^4:5\d$/)
  await bo.page.getByRole('button', { name: 'Pause the timer' }).click()
  const left = await timer(bo.page).innerText()
  await expect(timer(vi.page)).toHaveText(left)
  await expect(bo.page.getByRole('button', { name: 'Go on' })).toBeVisible()
  await bo.page.getByRole('button', { name: 'One minute more' }).first().click()
  await expect(timer(vi.page)).toHaveText(left.replace(/^4/, '5'))
  await bo.page.getByRole('button', { name: 'Take the timer away' }).first().click()
  for (const { page } of [owner, bo, vi]) await expect(timer(page)).toHaveCount(0)

  await tools.getByRole('textbox', { name: 'Minutes' }).fill('0.02')
  await tools.getByRole('button', { name: 'Start', exact: true }).click()
  for (const { page } of [bo, vi]) await expect(timer(page)).toHaveText('Time is up')
})

test('a vote: clicks are votes, counts stay hidden until its end, then everybody sees them', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  await owner.board.rectangle([300, 250], [400, 350])
  await owner.board.rectangle([600, 250], [700, 350])
  await owner.board.saved()
  const cy = await come('Cy', (await meeting.link({ role: 'commenter' })).key)
  const vi = await come('Vi', (await meeting.link({ role: 'viewer' })).key)
  await meeting.anyone('nobody')
  await cy.board.expectLabels('Rectangle', 'Rectangle')

  const tools = await openTools(owner.page)
  await tools.getByRole('textbox', { name: 'Question' }).fill('Which one?')
  await tools.getByRole('spinbutton').fill('2')
  await tools.getByRole('button', { name: 'Start the vote' }).click()
  await expect(vote(cy.page)).toContainText('Which one?')
  await expect(vote(cy.page)).toContainText('2 of 2 votes left')
  await expect(vote(vi.page)).toContainText('You look on.')
  await expect(vote(vi.page).getByRole('button')).toHaveCount(0)

  // On the edge, and not beside it.
  await cy.page.mouse.click(500, 300)
  await cy.page.mouse.click(600, 300)
  await expect(vote(cy.page)).toContainText('1 of 2 votes left')
  await cy.page.mouse.click(600, 300)
  await expect(vote(cy.page)).toContainText('All votes given')
  await cy.page.mouse.click(300, 300)
  const badge = cy.page.locator('.vote-badge')
  await expect(badge).toHaveText(['2'])
  await badge.click()
  await cy.page.mouse.click(300, 300)
  await expect(badge).toHaveText(['1', '1'])
  await cy.board.saved()
  await expect(vote(owner.page)).toContainText('One person has voted.')
  await expect(owner.page.locator('.vote-badge')).toHaveCount(0)
  await owner.page.mouse.click(600, 300)
  // A vote moves nothing, and is no step to undo.
  await owner.page.keyboard.press('Control+z')
  await owner.board.expectLabels('Rectangle')
  await owner.page.keyboard.press('Control+Shift+z')
  await owner.board.expectLabels('Rectangle', 'Rectangle')
  await vote(owner.page).getByRole('button', { name: 'End the vote' }).click()
  for (const { page } of [owner, cy, vi]) {
    await expect(vote(page).getByRole('listitem')).toHaveText([/Rectangle\s*2/, /Rectangle\s*1/])
    await expect(page.locator('.vote-badge')).toHaveText(['1', '2'].reverse())
  }
  await vote(vi.page)
    .getByRole('button', { name: /2 votes/ })
    .click()
  await vote(cy.page).getByRole('button', { name: 'Hide this' }).click()
  await expect(vote(cy.page)).toHaveCount(0)
  await expect(vote(vi.page)).toBeVisible()
  await vote(owner.page).getByRole('button', { name: 'Put it away for all' }).click()
  await expect(vote(vi.page)).toHaveCount(0)
})

test('who votes can move about: by the wheel, with the space bar, and by keys alone', async ({ meeting }) => {
  const { owner } = meeting
  await owner.board.rectangle([300, 250], [400, 350])
  const tools = await openTools(owner.page)
  await tools.getByRole('button', { name: 'Start the vote' }).click()
  await owner.page.mouse.move(300, 300)
  await owner.page.keyboard.down('Space')
  await owner.board.drag([300, 300], [400, 300])
  await owner.page.keyboard.up('Space')
  await expect(vote(owner.page)).toContainText('3 of 3 votes left')
  await owner.page.mouse.click(400, 300)
  await expect(vote(owner.page)).toContainText('2 of 3 votes left')
  await owner.page.keyboard.down('Shift')
  await owner.page.mouse.click(400, 300)
  await owner.page.keyboard.up('Shift')
  await expect(vote(owner.page)).toContainText('3 of 3 votes left')
  await owner.board.select('Rectangle')
  await owner.page.getByRole('button', { name: 'Vote for the selected shape' }).focus()
  await owner.page.keyboard.press('Enter')
  await expect(vote(owner.page)).toContainText('2 of 3 votes left')
  await vote(owner.page).getByRole('button', { name: 'Done' }).click()
  await owner.board.drag([400, 300], [500, 400])
  await owner.board.expectInk({ x: 490, y: 390, width: 20, height: 20 })
})

test('what the owner holds in place nobody else changes, until it is released', async ({ meeting, come }) => {
  const { owner } = meeting
  await owner.board.rectangle([300, 250], [400, 350])
  await owner.board.saved()
  const bo = await come('Bo')
  await bo.board.expectLabels('Rectangle')
  await owner.board.select('Rectangle')
  const tools = await openTools(owner.page)
  await tools.getByRole('button', { name: 'Hold this shape' }).click()
  await expect(tools.getByRole('button', { name: 'Release this shape' })).toBeVisible()
  await owner.board.saved()
  await expect(bo.page.getByRole('button', { name: 'Timer and voting' })).toBeVisible()
  const boTools = await openTools(bo.page)
  await expect(boTools.getByRole('heading', { name: 'Hold in place' })).toHaveCount(0)
  await bo.page.keyboard.press('Escape')

  const marks = bo.page.getByRole('list', { name: 'Held in place' })
  await bo.board.drag([300, 300], [300, 500])
  await bo.board.select('Rectangle')
  await expect(marks.getByRole('listitem')).toHaveCount(1)
  await bo.page.keyboard.press('Delete')
  await bo.page.keyboard.press('ArrowDown')
  await bo.board.saved()
  await bo.board.expectLabels('Rectangle')
  await bo.board.expectInk({ x: 290, y: 290, width: 20, height: 20 })

  await tools.getByRole('button', { name: 'Release this shape' }).click()
  await expect(marks).toHaveCount(0)
  await bo.page.keyboard.press('Delete')
  await bo.board.expectLabels()
  await owner.board.expectLabels()
})
