/** The share dialog and what its links open. */
import { expect, openShare, test } from './meeting.ts'
import { pasteFiles, svgFile } from './picture-files.ts'

test('anyone with the link: the owner says what it gives, the others see it', async ({ meeting, come }) => {
  const { owner } = meeting
  const bo = await come('Bo')
  const dialog = await openShare(owner.page)
  const anyone = dialog.getByRole('combobox', { name: 'Anyone with the link can' })
  await expect(anyone).toHaveValue('editor')
  await anyone.selectOption('viewer')
  await expect(bo.page.getByText('View only', { exact: true })).toBeVisible()
  const theirs = await openShare(bo.page)
  await expect(theirs).toContainText('Anyone with this link can view.')
  await expect(theirs.getByRole('combobox')).toHaveCount(0)
  await expect(theirs.getByRole('button', { name: 'New link' })).toHaveCount(0)
})

test('a link is made, opens the board, changes, and is revoked: out within a second', async ({
  meeting,
  person,
}) => {
  const { owner } = meeting
  await meeting.anyone('nobody')
  const dialog = await openShare(owner.page)
  await dialog.getByRole('button', { name: 'New link' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Guests')
  await dialog.getByRole('combobox', { name: 'Who opens it' }).selectOption('viewer')
  await dialog.getByRole('button', { name: 'Make link' }).click()
  const field = dialog.getByRole('textbox', { name: 'Address of “Guests”' })
  await expect(field).toHaveValue(/\?key=[\w-]{22}$/)
  const key = new URL(await field.inputValue()).searchParams.get('key') ?? ''

  const bo = await person()
  await bo.board.open(meeting.url(bo, key))
  await expect(bo.page.getByText('View only', { exact: true })).toBeVisible()
  // The key leaves the address, and a reload still works, at home's list too.
  await expect(bo.page).toHaveURL(new RegExp(`/b/${meeting.id}#`))
  await bo.page.reload()
  await bo.board.ready()
  expect(bo.page.url()).not.toContain(key)

  await dialog.getByRole('combobox', { name: 'What “Guests” gives' }).selectOption('editor')
  await expect(bo.page.getByRole('toolbar', { name: 'Tools' })).toBeVisible()
  await bo.board.rectangle([300, 200], [400, 300])
  await pasteFiles(bo.page, svgFile('leaf.svg', 90, 60, '#1a8a3a'))
  await bo.board.expectLabels('Rectangle', 'Picture')
  await bo.board.saved()
  const kept = () => bo.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
  const own = [`drawbridge.board.${meeting.id}`, `drawbridge.pictures.${meeting.id}`]
  await expect.poll(kept).toEqual(expect.arrayContaining(own))
  await dialog.getByRole('button', { name: 'Revoke “Guests”' }).click()
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(bo.board.canvas).toHaveCount(0, { timeout: 1000 })
  await expect(bo.page.getByRole('heading', { name: 'This link was revoked' })).toBeVisible()
  await expect(bo.page.getByText('Ask whoever sent it for a new one.')).toBeVisible()
  await expect(dialog.getByRole('listitem')).toHaveCount(0)
  // Nor does Bo's browser keep a copy.
  for (const name of own) await expect.poll(kept).not.toContain(name)
  // Neither does it open for anybody else.
  const cy = await person()
  await cy.page.goto(meeting.url(cy, key))
  await expect(cy.page.getByRole('heading', { name: 'This link was revoked' })).toBeVisible()
})

test('a link with a password asks for it, once', async ({ meeting, person }) => {
  await meeting.anyone('nobody')
  const { key } = await meeting.link({ password: 'drawbridge up' })
  const bo = await person()
  await bo.page.goto(meeting.url(bo, key))
  await expect(bo.page.getByRole('heading', { name: 'This link asks for a password' })).toBeVisible()
  const field = bo.page.getByLabel('Password')
  await expect(field).toBeFocused()
  await bo.page.keyboard.type('drawbridge down')
  await bo.page.keyboard.press('Enter')
  await expect(bo.page.getByRole('alert').filter({ hasText: 'That is not the password.' })).toBeVisible()
  await field.fill('drawbridge up')
  await bo.page.keyboard.press('Enter')
  await expect(bo.page.getByRole('toolbar', { name: 'Tools' })).toBeVisible()
  await bo.board.ready()
  await bo.board.rectangle([300, 200], [400, 300])
  await bo.board.saved()
  await meeting.owner.board.expectLabels('Rectangle')
  expect(bo.page.url()).not.toContain(key)
  await bo.page.reload()
  await bo.board.ready()
  await bo.board.expectLabels('Rectangle')
})

test('a link that gives more with its password offers so over the open board', async ({
  meeting,
  person,
}) => {
  await meeting.anyone('viewer')
  const { key } = await meeting.link({ password: 'drawbridge up' })
  const bo = await person()
  await bo.board.open(meeting.url(bo, key))
  await expect(bo.page.getByText('View only', { exact: true })).toBeVisible()
  const dialog = bo.page.getByRole('dialog', { name: 'Your link can do more' })
  await dialog.getByLabel('Password').fill('drawbridge up')
  await bo.page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(bo.page.getByRole('toolbar', { name: 'Tools' })).toBeVisible()
})

test('an expired link says so; one that expires meanwhile, too', async ({ meeting, person }) => {
  await meeting.anyone('nobody')
  const { key, id } = await meeting.link({ role: 'viewer' })
  const bo = await person()
  await bo.board.open(meeting.url(bo, key))
  await meeting.call('PATCH', `/links/${id}`, { expiresAt: new Date(Date.now() + 800).toISOString() })
  await expect(bo.page.getByRole('heading', { name: 'This link has expired' })).toBeVisible()
  const cy = await person()
  await cy.page.goto(meeting.url(cy, key))
  await expect(cy.page.getByRole('heading', { name: 'This link has expired' })).toBeVisible()
  await expect(cy.page.getByRole('link', { name: 'Home' })).toBeVisible()
})

test('all of the share dialog by keyboard', async ({ meeting }) => {
  const { page } = meeting.owner
  await page.getByRole('button', { name: 'Share', exact: true }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Share this board' })
  await expect(dialog.getByRole('button', { name: 'Copy link' })).toBeFocused()
  // Back to the choice of what anyone can: past the link's field.
  const anyone = dialog.getByRole('combobox', { name: 'Anyone with the link can' })
  await expect(anyone).toBeVisible()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await expect(anyone).toBeFocused()
  await page.keyboard.type('vi')
  await expect(
    dialog.getByRole('status').filter({ hasText: 'Anyone with the link can view now.' }),
  ).toBeAttached()
  await expect(anyone).toBeFocused()
  // On to a new link.
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab')
  await expect(dialog.getByRole('button', { name: 'New link' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused()
  // Escape goes one step back: out of the form, not out of the dialog.
  await page.keyboard.press('Escape')
  await expect(dialog.getByRole('button', { name: 'New link' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Board of directors')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Can v')
  await page.keyboard.press('Tab')
  await page.keyboard.type('In a d')
  await page.keyboard.press('Tab')
  await page.keyboard.type('s3cret')
  await page.keyboard.press('Enter')
  const row = dialog.getByRole('listitem').filter({ hasText: 'Board of directors' })
  await expect(row).toContainText('asks for a password · until')
  await expect(row.getByRole('combobox')).toHaveValue('viewer')
  await expect(row.getByRole('button', { name: /Cop/ })).toBeFocused()
  // Back to its revoke button, which asks first.
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await expect(row.getByRole('button', { name: 'Revoke “Board of directors”' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(row.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(row).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: 'New link' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Share', exact: true })).toBeFocused()
})

test('without a connection the dialog says so', async ({ meeting }) => {
  const { owner } = meeting
  const dialog = await openShare(owner.page)
  await expect(dialog.getByRole('combobox', { name: 'Anyone with the link can' })).toBeVisible()
  await owner.cable.cut()
  await dialog.getByRole('combobox', { name: 'Anyone with the link can' }).selectOption('viewer')
  await expect(dialog.getByRole('alert').filter({ hasText: 'No answer from the server' })).toBeVisible()
  await expect(dialog.getByRole('combobox', { name: 'Anyone with the link can' })).toHaveValue('editor')
})
