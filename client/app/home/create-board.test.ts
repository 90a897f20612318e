import { expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { createBoard } from './create-board.ts'

const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  createBoard(async () => new Response(JSON.stringify(body), { status, headers }))

it('gives the new board', async () => {
  const id = createBoardId()
  expect(await answer(201, { id })).toEqual({ ok: true, id })
})

it('posts to the API', async () => {
  const calls: [string, string | undefined][] = []
  await createBoard(async (url, init) => {
    calls.push([url, init.method])
    return new Response(null, { status: 500 })
  })
  expect(calls).toEqual([['/api/boards', 'POST']])
})

it('says when there is no connection', async () => {
  const created = await createBoard(() => Promise.reject(new TypeError('Failed to fetch')))
  expect(created).toMatchObject({ ok: false, reason: expect.stringContaining('No connection') })
})

it.each([
  ['in 30 seconds', '30'],
  ['in 10 minutes', '600'],
  ['later', 'Thu, 12 Nov 2026 15:00:00 GMT'],
])('says to try again %s', async (when, retryAfter) => {
  const created = await answer(429, {}, { 'retry-after': retryAfter })
  expect(created).toMatchObject({ ok: false, reason: expect.stringContaining(`Try again ${when}.`) })
})

it('says to try again later when the server does not say when', async () =>
  expect(await answer(429)).toMatchObject({ ok: false, reason: expect.stringContaining('later') }))

it.each([500, 502, 503])('says that the server has a problem on %i', async status =>
  expect(await answer(status)).toMatchObject({ ok: false, reason: expect.stringContaining('problem') }),
)

it.each([
  ['no body', ''],
  ['no id', {}],
  ['a bad id', { id: '../x' }],
])('does not open a board from %s', async (_, body) =>
  expect(await answer(201, body)).toMatchObject({ ok: false }),
)
