import { expect, it } from 'vitest'
import { keepStanding, keptStanding } from './kept-standing.ts'

const storageWith = (text?: string) => {
  const kept = new Map(text === undefined ? [] : [['drawbridge.standing.board', text]])
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

it('remembers what one might do on each board', () => {
  const storage = storageWith()
  keepStanding(storage, 'board', { role: 'add-only', by: 'mark' })
  expect(keptStanding(storage, 'board')).toEqual({ role: 'add-only', by: 'mark' })
  expect(keptStanding(storage, 'other')).toBeUndefined()
})

it.each(['', 'no json', 'null', '[]', '{"role":"god","by":"x"}', '{"role":"owner"}', '"owner"'])(
  'makes nothing of %j',
  text => expect(keptStanding(storageWith(text), 'board')).toBeUndefined(),
)
