/** A board gets another name by the API, whether somebody is on it or not. */
import { afterEach, expect, it, vi } from 'vitest'
import { readName } from '#shared/board/layout.ts'
import { openMeeting } from './testing/meeting.ts'
import { cleanUp } from './testing/open-server.ts'

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

it('who is on the board sees the new name, and it is stored when the call is answered', async () => {
  const { id, path, join, set, store } = await openMeeting()
  const { line } = await join('viewer')
  const { status, json } = await set({ name: '  Plans  ', state: 'locked' })
  expect([status, json]).toEqual([200, { name: 'Plans', anyone: 'editor', state: 'locked' }])
  expect((await store.readBoard(id))?.name).toBe('Plans')
  await line.until(() => readName(line.doc) === 'Plans')
  await set({ name: 'Other plans' })
  await line.until(() => readName(line.doc) === 'Other plans')
  const { json: told } = await (await join('owner')).who.call('GET', path)
  expect(told).toMatchObject({ name: 'Other plans', state: 'locked' })
})

it('a board that nobody is on is renamed, by an editor too; the same name again changes nothing', async () => {
  const { id, path, set, visitor, store } = await openMeeting()
  const editor = visitor()
  await editor.call('GET', `/b/${id}`)
  for (let i = 0; i < 2; i++) {
    expect((await editor.call('PATCH', path, { body: { name: 'Theirs' } })).status).toBe(200)
    expect((await store.load(id))?.updates.length).toBe(1)
  }
  const line = await editor.connect(id).sync()
  expect(readName(line.doc)).toBe('Theirs')
  expect((await editor.call('PATCH', path, { body: { anyone: 'viewer' } })).status).toBe(403)
  expect((await editor.call('PATCH', path, { body: { name: 'Mine', anyone: 'viewer' } })).status).toBe(403)
  for (const name of ['x'.repeat(121), 7, null]) expect((await set({ name })).status).toBe(400)
  await line.sync()
  expect(readName(line.doc)).toBe('Theirs')
})
