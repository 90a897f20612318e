import { expect, it } from 'vitest'
import { ReceivingRoom } from './receiving-room.ts'

const MIB = 1 << 20

it('one address has a part of it, all have the whole, and what is given back is there again', () => {
  const room = new ReceivingRoom()
  for (const address of ['a', 'b', 'c']) expect(room.take(address, 128 * MIB)).toBe(true)
  expect(room.take('a', 1)).toBe(false)
  expect(room.take('d', 100 * MIB)).toBe(true)
  expect(room.take('e', 28 * MIB + 1)).toBe(false)
  room.giveBack('a', 1)
  expect(room.take('e', 28 * MIB + 1)).toBe(true)
  expect(room.take('a', 1)).toBe(false)
  room.giveBack('e', 28 * MIB + 1)
  expect(room.take('a', 1)).toBe(true)
})
