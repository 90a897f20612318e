import { expect, it } from 'vitest'
import { StoreError } from '../store.ts'
import { AssetLine } from './asset-line.ts'

it('one after the other; those behind one that failed fail with it, later ones are tried', async () => {
  const line = new AssetLine()
  const events: string[] = []
  const first = Promise.withResolvers<string>()
  const write = (name: string, result: Promise<string> | string) =>
    line.take(async () => {
      events.push(name)
      return result
    })
  const asked = [write('a', first.promise), write('b', 'done'), write('c', 'done')]
  const outcomes = Promise.allSettled(asked)
  await expect.poll(() => events).toEqual(['a'])
  const silence = new StoreError('io', 'the database does not answer')
  first.reject(silence)
  expect(await outcomes).toEqual(asked.map(() => ({ status: 'rejected', reason: silence })))
  expect(events).toEqual(['a'])
  expect(await write('d', 'done')).toBe('done')
})

it('a board that is not there is its own affair', async () => {
  const line = new AssetLine()
  const asked = [
    line.take(() => Promise.reject(new StoreError('unknown-board', 'gone'))),
    line.take(async () => 'done'),
  ]
  expect(await Promise.allSettled(asked)).toMatchObject([{ status: 'rejected' }, { value: 'done' }])
})
