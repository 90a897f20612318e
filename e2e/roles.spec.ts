/** What each role can and cannot do in the page, and that a change of it arrives there. */
import type { Person } from './fixtures.ts'
import { expect, openPeople, test } from './meeting.ts'

const toolBar = ({ page }: Person) => page.getByRole('toolbar', { name: 'Tools' })
/** What comes after the board, and at the first touch of the pointer, is there: who goes offline before has no style panel, no tooltips. */
async function allLoaded({ page }: Person): Promise<void> {
  await page.mouse.move(640, 400)
  for (const part of ['StylePanel', 'tooltips']) {
    const isThere = (name: string) =>
      performance.getEntriesByType('resource').some(entry => entry.name.includes(`/${name}-`))
    await expect.poll(() => page.evaluate(isThere, part)).toBe(true)
  }
}
const viewOnly = ({ page }: Person) => page.getByText('View only', { exact: true })

test('an editor changes everything, add-only their own, a viewer nothing', async ({ meeting, come }) => {
  const { owner } = meeting
  await meeting.anyone('nobody')
  const link = async (role: string) => (await meeting.link({ role })).key
  const bo = await come('Bo', await link('editor'))
  const cy = await come('Cy', await link('add-only'))
  const di = await come('Di', await link('viewer'))
  await expect(toolBar(bo)).toBeVisible()
  await expect(toolBar(cy)).toBeVisible()
  await expect(viewOnly(di)).toBeVisible()

  await owner.board.rectangle([300, 200], [400, 300])
  await cy.board.expectLabels('Rectangle')
  // Cy adds, and moves what is Cy's.
  await cy.board.tool('o')
  await cy.board.drag([600, 200], [700, 300])
  await cy.board.saved()
  await cy.board.drag([600, 250], [600, 450])
  await cy.board.saved()
  await owner.board.expectLabels('Rectangle', 'Ellipse')
  await owner.board.expectInk({ x: 590, y: 440, width: 20, height: 20 })
  // Not what is Ada's: neither by dragging, nor with the eraser, nor by keys.
  await cy.page.keyboard.press('Escape')
  await cy.board.drag([300, 250], [300, 500])
  await expect(cy.page.getByRole('alert').filter({ hasText: 'somebody else' })).toBeVisible()
  await cy.board.tool('e')
  await cy.board.drag([280, 250], [320, 250])
  await cy.board.tool('v')
  await cy.board.select('Rectangle')
  await cy.page.keyboard.press('Delete')
  await cy.page.keyboard.press('ArrowDown')
  await cy.board.saved()
  await cy.board.expectLabels('Rectangle', 'Ellipse')
  await owner.board.expectInk({ x: 290, y: 240, width: 20, height: 20 })
  await owner.board.expectLabels('Rectangle', 'Ellipse')
  // Bo changes everything; Di sees all of it.
  await bo.board.select('Ellipse')
  await bo.page.keyboard.press('Delete')
  await bo.board.saved()
  for (const { board } of [owner, cy, di]) await board.expectLabels('Rectangle')
  // The best of what they are given counts.
  await meeting.anyone('editor')
  await expect(toolBar(di)).toBeVisible()
})

test('a viewer looks around, is seen, and changes nothing: by tools, keys, drop, paste or double click', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  await owner.board.write([400, 300], 'hello')
  await owner.board.saved()
  await meeting.anyone('viewer')
  const vi = await come('Vi')
  await vi.board.expectLabels('Text: hello')
  await expect(viewOnly(vi)).toBeVisible()
  await expect(toolBar(vi)).toHaveCount(0)
  await expect(vi.page.getByRole('button', { name: 'Undo' })).toHaveCount(0)
  await expect(vi.page.getByRole('button', { name: /^Board name/ })).toHaveCount(0)

  await vi.board.tool('r')
  await vi.board.drag([700, 200], [800, 300])
  // The hand: the text has moved on the screen with the paper, not on the board.
  await vi.page.mouse.dblclick(500, 400)
  await vi.page.keyboard.type('xyz')
  await vi.board.select('Text: hello')
  for (const key of ['Delete', 'ArrowRight', 'Enter', 'Control+d', 'Control+x', ']', 'Control+z'])
    await vi.page.keyboard.press(key)
  await vi.page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'pasted')
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: clipboardData, bubbles: true }))
    const picture = new DataTransfer()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>'
    picture.items.add(new File([svg], 'picture.svg', { type: 'image/svg+xml' }))
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: picture, bubbles: true }))
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: picture, bubbles: true }))
  })
  await expect(vi.page.locator('.style-panel')).toHaveCount(0)
  await vi.board.expectLabels('Text: hello')
  await expect(vi.board.badge).toHaveText('Saved')

  // Seen all the same.
  await vi.page.mouse.move(640, 360)
  await vi.page.mouse.move(600, 300)
  await expect(owner.page.locator('[data-client-id]').filter({ hasText: 'Vi' })).toBeVisible()
  await owner.board.expectLabels('Text: hello')
})

test('a role that changes reaches an open page without a reload, in the middle of a gesture', async ({
  meeting,
  come,
}) => {
  const { owner } = meeting
  const bo = await come('Bo')
  await owner.board.rectangle([300, 200], [400, 300])
  await bo.board.expectLabels('Rectangle')
  await bo.page.evaluate(() => {
    document.body.dataset.kept = 'yes'
  })
  // Bo drags: the owner sees it, until Bo may not any more.
  await bo.board.press([300, 250], [600, 250])
  await owner.board.expectInk({ x: 595, y: 240, width: 20, height: 20 })
  await meeting.anyone('viewer')
  await expect(viewOnly(bo)).toBeVisible()
  await expect(bo.page.getByRole('alert').filter({ hasText: 'but not change it' })).toBeVisible()
  await owner.board.expectNoInk({ x: 590, y: 240, width: 20, height: 20 })
  await owner.board.expectInk({ x: 295, y: 240, width: 20, height: 20 })
  await bo.page.mouse.up()
  await bo.board.expectInk({ x: 295, y: 240, width: 20, height: 20 })

  await meeting.anyone('editor')
  await expect(toolBar(bo)).toBeVisible()
  await bo.board.rectangle([600, 400], [700, 500])
  await owner.board.expectLabels('Rectangle', 'Rectangle')
  await bo.board.saved()
  await expect(bo.page.locator('body')).toHaveAttribute('data-kept', 'yes')
})

test('typing ends when the right to it does', async ({ meeting, come }) => {
  const bo = await come('Bo')
  await bo.board.tool('t')
  await bo.page.mouse.click(400, 300)
  await bo.page.keyboard.type('half a sen')
  await bo.board.saved()
  await meeting.anyone('viewer')
  await expect(bo.page.locator('.text-editor')).toHaveCount(0)
  await meeting.owner.board.expectLabels('Text: half a sen')
  await expect(bo.board.badge).toHaveText('Saved')
})

test('what was drawn offline without a right to it is not lost silently', async ({ meeting, come }) => {
  const bo = await come('Bo')
  await bo.board.saved()
  await allLoaded(bo)
  await bo.cable.cut()
  await expect(bo.board.badge).toContainText('Offline')
  await bo.board.rectangle([300, 200], [400, 300])
  await meeting.anyone('viewer')
  await bo.cable.mend()
  await expect(bo.board.badge).toHaveText('Not taken')
  await expect(bo.page.getByRole('alert').filter({ hasText: 'in this browser only' })).toBeVisible()
  await bo.board.expectLabels('Rectangle')
  await bo.page.getByRole('button', { name: 'Discard my changes' }).click()
  await bo.board.saved()
  await bo.board.expectLabels()
  await bo.page.reload()
  await bo.board.ready()
  await bo.board.saved()
  await bo.board.expectLabels()
})

test('what was not taken is, when the right comes back', async ({ meeting, come }) => {
  const bo = await come('Bo')
  await allLoaded(bo)
  await bo.cable.cut()
  await expect(bo.board.badge).toContainText('Offline')
  await bo.board.rectangle([300, 200], [400, 300])
  await meeting.anyone('viewer')
  await bo.cable.mend()
  await expect(bo.board.badge).toHaveText('Not taken')
  await meeting.anyone('editor')
  await bo.board.saved()
  await meeting.owner.board.expectLabels('Rectangle')
})

test('whoever makes a board draws before the server has said who they are', async ({ person, server }) => {
  const ada = await person()
  let isSilent = true
  await ada.page.routeWebSocket(/\/live\//, socket => {
    if (!isSilent) socket.connectToServer()
  })
  await ada.page.goto(ada.cable.url)
  await ada.page.getByRole('button', { name: 'New board' }).click()
  await ada.page.waitForURL(/\/b\/[\w-]{22}/)
  await expect(toolBar(ada)).toBeVisible()
  await ada.board.rectangle([300, 200], [400, 300])
  await ada.board.expectLabels('Rectangle')
  isSilent = false
  await ada.page.reload()
  await ada.board.ready()
  await ada.board.saved()
  const id = new URL(ada.page.url()).pathname.split('/').at(-1) ?? ''
  expect((await server.readBoard(id)).shapeCount).toBe(1)
})

test('the owner makes somebody a viewer, removes them, and lets them in again', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo')
  // By way of the home page, so that this browser keeps a picture of the board.
  await bo.page.getByRole('button', { name: 'Menu' }).click()
  await bo.page.getByRole('menuitem', { name: 'Home' }).click()
  await expect(bo.page.locator('.board-card img')).toHaveCount(1)
  await bo.page.goBack()
  await bo.board.ready()
  const people = await openPeople(owner.page)
  const role = people.getByRole('combobox', { name: 'What Bo may do' })
  await expect(role).toHaveValue('editor')
  await role.selectOption('viewer')
  await expect(viewOnly(bo)).toBeVisible()
  await role.selectOption('remove')
  await people.getByRole('button', { name: 'Remove' }).click()
  await expect(bo.board.canvas).toHaveCount(0, { timeout: 1000 })
  await expect(bo.page.getByRole('heading', { name: 'You were removed from this board' })).toBeVisible()
  await bo.page.getByRole('link', { name: 'Home' }).click()
  await expect(bo.page.locator('.board-card')).toHaveCount(1)
  await expect(bo.page.locator('.board-card img')).toHaveCount(0)
  await bo.page.goBack()
  await bo.page.getByRole('button', { name: 'Try again' }).click()
  await expect(bo.page.getByRole('heading', { name: 'You were removed from this board' })).toBeVisible()
  await people.getByRole('button', { name: 'Let Bo in again' }).click()
  await expect(people.getByText('Removed')).toHaveCount(0)
  await bo.page.getByRole('button', { name: 'Try again' }).click()
  await bo.board.ready()
  await expect(toolBar(bo)).toBeVisible()
})

test('the owner locks the board, unlocks it, and ends the meeting', async ({ meeting, come }) => {
  const { owner } = meeting
  const [bo, cy] = [await come('Bo'), await come('Cy')]
  const people = await openPeople(owner.page)
  await people.getByRole('button', { name: 'Make everyone viewers' }).click()
  await expect(viewOnly(bo)).toBeVisible()
  await expect(viewOnly(cy)).toBeVisible()
  await expect(viewOnly(owner)).toHaveCount(0)
  await people.getByRole('button', { name: 'Unlock' }).click()
  await expect(toolBar(bo)).toBeVisible()
  await people.getByRole('button', { name: 'End the meeting' }).click()
  await people.getByRole('button', { name: 'End it' }).click()
  for (const { page } of [bo, cy])
    await expect(page.getByRole('heading', { name: 'The meeting has ended' })).toBeVisible()
  await people.getByRole('button', { name: 'Let them in again' }).click()
  await expect(people.getByRole('button', { name: 'End the meeting' })).toBeVisible()
  await bo.page.getByRole('button', { name: 'Try again' }).click()
  await bo.board.ready()
})

test('the owner hands the board on, and is an editor then', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo')
  const people = await openPeople(owner.page)
  const role = people.getByRole('combobox', { name: 'What Bo may do' })
  await role.selectOption('hand-on')
  // Asked first: no is no.
  await people.getByRole('button', { name: 'Cancel' }).click()
  await expect(role).toHaveValue('editor')
  await role.selectOption('hand-on')
  await people.getByRole('button', { name: 'Hand on' }).click()
  await expect(people.getByText('Can edit')).toBeVisible()
  await expect(people.getByRole('button', { name: 'End the meeting' })).toHaveCount(0)
  const theirs = await openPeople(bo.page)
  await expect(theirs.getByRole('combobox', { name: 'What Ada may do' })).toHaveValue('editor')
  await expect(theirs.getByRole('button', { name: 'End the meeting' })).toBeVisible()
})
