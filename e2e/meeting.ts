/** A board with an owner, in a browser, and what an owner asks of the server. */
import type { Page } from '@playwright/test'
import { test as base, expect, type Person } from './fixtures.ts'

type Anyone = 'editor' | 'add-only' | 'commenter' | 'viewer' | 'nobody'

export class Meeting {
  readonly owner: Person
  readonly id: string
  readonly #origin: string
  constructor(owner: Person, id: string, origin: string) {
    this.owner = owner
    this.id = id
    this.#origin = origin
  }

  /** The board's address, with a link's key or without one. */
  url(person: Person, key?: string): string {
    return `${person.cable.url}/b/${this.id}${key ? `?key=${key}` : ''}#view=0,0,1`
  }

  /** As the owner, by the API. @returns the answer's body */
  async call<T>(method: string, path: string, data?: object): Promise<T> {
    const response = await this.owner.page.request.fetch(`${this.#origin}/api/boards/${this.id}${path}`, {
      method,
      // The server lets go of a connection that has been idle; on a busy machine that may be the one this goes out on.
      maxRetries: 2,
      ...(data && { data }),
    })
    expect(response.ok(), `${method} ${path} answered ${response.status()}`).toBe(true)
    return (response.status() === 204 ? undefined : await response.json()) as T
  }

  async anyone(anyone: Anyone): Promise<void> {
    await this.call('PATCH', '', { anyone })
  }

  link(more: object): Promise<{ id: string; key: string; url: string }> {
    return this.call('POST', '/links', { role: 'editor', ...more })
  }
}

export const test = base.extend<{
  meeting: Meeting
  /** A new person on the meeting's board, by its address alone or through a link. */
  come: (name: string, key?: string) => Promise<Person>
}>({
  meeting: async ({ person }, use) => {
    const owner = await named(await person(), 'Ada')
    await owner.page.goto(owner.cable.url)
    const made = await owner.page.request.post(`${owner.cable.url}/api/boards`, { data: { name: 'Meeting' } })
    const { id } = (await made.json()) as { id: string }
    const meeting = new Meeting(owner, id, owner.cable.url)
    await owner.board.open(meeting.url(owner))
    await use(meeting)
  },
  come: async ({ person, meeting }, use) => {
    await use(async (name, key) => {
      const guest = await named(await person(), name)
      await guest.board.open(meeting.url(guest, key))
      return guest
    })
  },
})
export { expect }

/** So that others' lists can be read. */
export async function named(person: Person, name: string): Promise<Person> {
  await person.page.addInitScript(
    profile => {
      localStorage.setItem('drawbridge.profile', profile)
    },
    JSON.stringify({ name, color: 'blue', chosen: true }),
  )
  return person
}

export const openPeople = async (page: Page) => {
  const list = page.locator('#people')
  if (!(await list.isVisible())) await page.getByRole('button', { name: /people here|only you/i }).click()
  await expect(list).toBeVisible()
  return list
}

export const openShare = async (page: Page) => {
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this board' })
  await expect(dialog).toBeVisible()
  return dialog
}
