import { expect, it } from 'vitest'
import { LatePart } from './late-part.ts'

const always = () => 'this'
const next = () => new Promise<void>(resolve => queueMicrotask(resolve))

it('does what was asked of it before when it is there, and the rest at once', async () => {
  const arriving = Promise.withResolvers<string>()
  let loadCount = 0
  const part = new LatePart(() => {
    loadCount++
    return arriving.promise
  }, always)
  const asked: string[] = []
  part.use(name => asked.push(`${name} 1`))
  part.use(name => asked.push(`${name} 2`))
  expect(asked).toEqual([])
  arriving.resolve('part')
  await part.come()
  while (asked.length < 2) await next()
  part.use(name => asked.push(`${name} 3`))
  expect(asked).toEqual(['part 1', 'part 2', 'part 3'])
  expect(loadCount).toBe(1)
})

it('is tried again after it did not come', async () => {
  let isAway = true
  const part = new LatePart(
    () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve('part')),
    always,
  )
  await expect(part.come()).rejects.toThrow('away')
  isAway = false
  await part.come()
  const asked: string[] = []
  part.use(name => asked.push(name))
  expect(asked).toEqual(['part'])
})

it('does not do to something else what was asked of it before', async () => {
  let subject = 'this'
  const part = new LatePart(
    () => Promise.resolve('part'),
    () => subject,
  )
  const asked: string[] = []
  part.use(name => asked.push(name))
  subject = 'that'
  await part.come()
  await next()
  await next()
  expect(asked).toEqual([])
})
