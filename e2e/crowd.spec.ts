/** A board of fifty people: what its owner decides in the page reaches all of them, and an open page without a reload. */

import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import { decodeOwnServerFrame, encodeAwareness, SUBPROTOCOL, TAG } from '#shared/protocol.ts'
import { expect, openPeople, openShare, test } from './meeting.ts'

const CROWD = 49
/** The promise to whoever takes rights away. */
const OUT_WITHIN_MS = 1000

/** Somebody without a browser, who came through a link, and is seen by the others under a name. */
class Guest {
  readonly roles: string[] = []
  readonly closed: Promise<{ code: number; atMs: number }>
  readonly #socket: WebSocket
  readonly #clientId: number
  readonly #name: string

  constructor(url: string, name: string, clientId: number) {
    this.#name = name
    this.#clientId = clientId
    this.#socket = new WebSocket(url, [SUBPROTOCOL])
    this.#socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(new Uint8Array(data))
      const tag = decoding.readVarUint(decoder)
      if (tag !== TAG.welcome && tag !== TAG.role) return
      const frame = decodeOwnServerFrame(tag, decoder)
      if (frame.type === 'welcome') this.#arrived(frame.welcome.role)
      else if (frame.type === 'role') this.roles.push(frame.role)
    })
    this.closed = new Promise(resolve => {
      this.#socket.on('close', code => resolve({ code, atMs: performance.now() }))
    })
  }

  get role(): string | undefined {
    return this.roles.at(-1)
  }

  leave(): void {
    this.#socket.terminate()
  }

  #arrived(role: string): void {
    this.roles.push(role)
    const json = JSON.stringify({ user: { name: this.#name, color: 'blue' } })
    this.#socket.send(encodeAwareness([{ clientId: this.#clientId, clock: 1, json }]))
  }
}

test('fifty people: a role that changes reaches all, who is removed is out, and everybody when the link is revoked', async ({
  meeting,
  come,
  server,
}, info) => {
  const { owner, id } = meeting
  await meeting.anyone('nobody')
  const { key } = await meeting.link({ role: 'editor', name: 'Guests' })
  const bo = await come('Bo', key)
  const url = `${server.url.replace('http', 'ws')}/live/${id}?key=${key}`
  const crowd = Array.from({ length: CROWD }, (_, i) => new Guest(url, `Guest ${i}`, 1000 + i))
  try {
    const everybodyHas = (role: string) =>
      expect.poll(() => crowd.filter(guest => guest.role === role).length).toBe(CROWD)
    await everybodyHas('editor')
    const list = await openPeople(owner.page)
    await expect(owner.page.getByRole('button', { name: `${CROWD + 2} people here` })).toBeVisible()

    // One of them is removed, and nobody else.
    const [first, ...others] = crowd
    await list.getByRole('combobox', { name: 'What Guest 0 may do' }).selectOption('remove')
    await owner.page.getByRole('button', { name: 'Remove', exact: true }).click()
    expect((await first?.closed)?.code).toBe(4403)
    await expect(list.getByRole('combobox', { name: 'What Guest 0 may do' })).toHaveCount(0)
    await owner.page.keyboard.press('Escape')

    // Another role by the link: here and there, without a reload.
    await bo.page.evaluate(() => {
      document.body.dataset.kept = 'yes'
    })
    const dialog = await openShare(owner.page)
    await dialog.getByRole('combobox', { name: 'What “Guests” gives' }).selectOption('viewer')
    await expect(bo.page.getByText('View only', { exact: true })).toBeVisible()
    await expect.poll(() => others.filter(({ role }) => role === 'viewer').length).toBe(CROWD - 1)
    await dialog.getByRole('combobox', { name: 'What “Guests” gives' }).selectOption('editor')
    await expect(bo.page.getByRole('toolbar', { name: 'Tools' })).toBeVisible()
    await expect.poll(() => others.filter(({ role }) => role === 'editor').length).toBe(CROWD - 1)
    expect(await bo.page.evaluate(() => document.body.dataset.kept)).toBe('yes')
    await bo.board.rectangle([300, 200], [400, 300])
    await bo.board.saved()

    // The link is revoked: everybody is out within a second of the owner's click.
    await dialog.getByRole('button', { name: 'Revoke “Guests”' }).click()
    const asked = owner.page
      .waitForRequest(request => request.method() === 'DELETE')
      .then(() => performance.now())
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    const closes = await Promise.all(others.map(({ closed }) => closed))
    const outAfterMs = Math.max(...closes.map(({ atMs }) => atMs)) - (await asked)
    info.annotations.push({ type: 'everybody out after', description: `${Math.round(outAfterMs)} ms` })
    expect(outAfterMs).toBeLessThan(OUT_WITHIN_MS)
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([4403]))
    await expect(bo.page.getByRole('heading', { name: 'This link was revoked' })).toBeVisible()
    await owner.page.keyboard.press('Escape')
    await expect(owner.page.getByRole('button', { name: 'Only you are here' })).toBeVisible()
    await owner.board.expectLabels('Rectangle')
  } finally {
    for (const guest of crowd) guest.leave()
  }
})
