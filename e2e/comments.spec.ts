/** Comments: on shapes and places, live for others, answered, named, resolved, read; by whom they may be written. */
import {
  badge,
  card,
  comes,
  comment,
  expectTip,
  list,
  listed,
  notice,
  pin,
  reply,
  withRole,
} from './comment-page.ts'
import { expect, test } from './meeting.ts'

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
  // As long as somebody points at it, it stays.
  await notice(bo).hover()
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
