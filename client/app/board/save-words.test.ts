import { expect, it } from 'vitest'
import { saveWords } from './save-words.ts'

it.each([
  [0, 'Offline'],
  [1, 'Offline, 1 change waiting'],
  [3, 'Offline, 3 changes waiting'],
])('counts what waits: %i', (waitingCount, words) =>
  expect(saveWords({ kind: 'offline', waitingCount }).words).toBe(words),
)

it('says "Saved" only when it is', () => {
  expect(saveWords({ kind: 'saved' }).words).toBe('Saved')
  expect(saveWords({ kind: 'saving' }).words).toBe('Saving')
  expect(saveWords({ kind: 'not-saving', message: 'The disk is full.' })).toMatchObject({
    words: 'Not saving',
    explanation: 'The disk is full.',
  })
})

it('does not speak up with every stroke', () => {
  expect(saveWords({ kind: 'saving' }).announcement).toBe('')
  expect(saveWords({ kind: 'offline', waitingCount: 1 }).announcement).toBe(
    saveWords({ kind: 'offline', waitingCount: 2 }).announcement,
  )
})
