import { expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol.ts'
import { refusalOf } from './refusal.ts'

it.each(
  Object.entries(CLOSE).filter(
    ([, code]) => code >= 4400 && code !== CLOSE.unauthorized && code !== CLOSE.forbidden,
  ),
)('says why and gives a way forward: %s', (_, code) => {
  const { title, sentence, ways } = refusalOf(code, 'server’s words')
  expect(title).not.toBe('The server closed this board')
  expect(sentence).not.toContain('server’s words')
  expect(ways).not.toHaveLength(0)
})

it('shows the server’s own sentence for a code it does not know', () => {
  expect(refusalOf(4499, 'Closed for the night.').sentence).toBe('Closed for the night.')
  expect(refusalOf(4499, '').sentence).toContain('4499')
})

it.each([
  [
    4403,
    'This link was revoked. Ask whoever sent it for a new one.',
    'This link was revoked',
    /^Ask whoever/,
  ],
  [4403, 'You were removed from this board.', 'You were removed from this board', /^Ask whoever owns it/],
  [4403, 'The meeting has ended.', 'The meeting has ended', /^Ask whoever owns it/],
  [4401, 'Your sign-in has expired. Sign in again.', 'Your sign-in has expired', /^Sign in again\.$/],
  [4403, '', 'This board is closed to you', /^Ask whoever owns it/],
])('says the server’s reason where a code has several: %i %s', (code, message, title, sentence) => {
  const refusal = refusalOf(code, message)
  expect(refusal.title).toBe(title)
  expect(refusal.sentence).toMatch(sentence)
})
