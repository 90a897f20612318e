/** What the tests of comments do and look at, on a person's page. */
import type { Locator } from '@playwright/test'
import type { Person } from './fixtures.ts'
import { expect, type Meeting } from './meeting.ts'

export type At = readonly [x: number, y: number]

export const pin = ({ page }: Person, label: string | RegExp): Locator =>
  page.locator('.pins').getByRole('button', { name: label })
export const card = ({ page }: Person): Locator =>
  page.getByRole('dialog', { name: /^(Comment by|New comment)/ })
export const badge = ({ page }: Person): Locator => page.getByRole('button', { name: /^Comments/ })
export const list = ({ page }: Person): Locator => page.getByRole('dialog', { name: 'Comments', exact: true })
export const listed = (person: Person): Locator => list(person).getByRole('listitem')
export const notice = ({ page }: Person): Locator => page.getByRole('alert').filter({ hasText: 'mentioned' })

/** The company's code comes after the board. */
export const comes = (person: Person) => expect(badge(person)).toBeVisible()

export async function comment(person: Person, at: At, words: string): Promise<void> {
  await comes(person)
  await person.board.tool('c')
  await person.page.mouse.click(...at)
  await expect(card(person).getByRole('textbox', { name: 'Comment' })).toBeFocused()
  await person.page.keyboard.insertText(words)
  await person.page.keyboard.press('Enter')
  await expect(card(person).getByRole('textbox', { name: 'Reply' })).toBeFocused()
}

export async function reply(person: Person, words: string): Promise<void> {
  await card(person).getByRole('textbox', { name: 'Reply' }).fill(words)
  await person.page.keyboard.press('Enter')
  await expect(card(person).getByRole('textbox', { name: 'Reply' })).toHaveValue('')
}

/** Where a pin's point is on the screen. */
export async function tipOf(person: Person, label: string | RegExp): Promise<At> {
  const box = await pin(person, label).boundingBox()
  if (!box) throw new Error(`no pin ${label}`)
  return [box.x, box.y + box.height]
}

export async function expectTip(person: Person, label: string | RegExp, [x, y]: At): Promise<void> {
  await expect
    .poll(async () => (await tipOf(person, label)).map(Math.round), { message: 'where the pin points' })
    .toEqual([x, y])
}

export async function goOffline(person: Person): Promise<void> {
  await comes(person)
  // What comes with the first move of a pointer is there too.
  await person.page.mouse.move(640, 100)
  await expect(person.page.locator('.tip')).toHaveCount(1)
  await person.cable.cut()
  await expect(person.board.badge).toContainText('Offline')
}

/** Somebody who comes through a link of their own. */
export const withRole = async (meeting: Meeting, role: string): Promise<string> =>
  (await meeting.link({ role })).key
