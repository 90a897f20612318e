import { expect, it } from 'vitest'
import { ReceivingRoom } from './receiving-room.ts'

const MIB = 1 << 20

it('one address has a part of it, all have the whole, and what is given back is there again', () => {
  const room = new ReceivingRoom()
  for (const address of ['a', 'b', 'c']) expect(room.enter(address).take(128 * MIB)).toBe(true)
  const another = room.enter('a')
  expect(another.take(1)).toBe(false)
  const last = room.enter('d')
  expect(last.take(128 * MIB)).toBe(true)
  const late = room.enter('e')
  expect(late.take(1)).toBe(false)
  last.leave()
  last.leave()
  expect(late.take(128 * MIB)).toBe(true)
  expect(late.take(1)).toBe(false)
  expect(another.take(1)).toBe(false)
})

it('a picture larger than an address’ part comes in, while others of that address wait', () => {
  const room = new ReceivingRoom()
  const [large, next] = [room.enter('a'), room.enter('a')]
  expect(next.take(MIB)).toBe(true)
  for (let i = 0; i < 4; i++) expect(large.take(64 * MIB)).toBe(true)
  expect(next.take(1)).toBe(false)
  expect(room.enter('b').take(128 * MIB)).toBe(true)
  large.leave()
  expect(next.take(127 * MIB)).toBe(true)
})
