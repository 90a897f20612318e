import { expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol.ts'
import { refusalOf } from './refusal.ts'

it.each(Object.entries(CLOSE).filter(([, code]) => code >= 4400))(
  'says why and gives a way forward: %s',
  (_, code) => {
    const { title, sentence, ways } = refusalOf(code, 'server’s words')
    expect(title).not.toBe('The server closed this board')
    expect(sentence).not.toContain('server’s words')
    expect(ways).not.toHaveLength(0)
  },
)

it('shows the server’s own sentence for a code it does not know', () => {
  expect(refusalOf(4499, 'Closed for the night.').sentence).toBe('Closed for the night.')
  expect(refusalOf(4499, '').sentence).toContain('4499')
})
