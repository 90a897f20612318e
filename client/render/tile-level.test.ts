import { describe, expect, it } from 'vitest'
import { TileLevel } from './tile-level.ts'

const RANGE = { left: 0, top: 0, right: 1, bottom: 0 }

function paintedLevel(): TileLevel {
  const level = new TileLevel(1)
  for (const col of [0, 1]) level.take(col, 0).isPainted = true
  return level
}

describe('a level', () => {
  it('is fresh when all its tiles in view are painted and none is dirty', () => {
    const level = paintedLevel()
    expect(level.isFresh(RANGE)).toBe(true)
    expect(level.isFresh({ ...RANGE, right: 2 })).toBe(false)
    level.markDirty({ x: 10, y: 10, w: 5, h: 5 })
    expect(level.isFresh(RANGE)).toBe(false)
  })

  it('gathers what is dirty on a tile into one box, and leaves other tiles alone', () => {
    const level = paintedLevel()
    level.markDirty({ x: 10, y: 10, w: 5, h: 5 })
    level.markDirty({ x: 30, y: 12, w: 5, h: 5 })
    expect(level.get(0, 0)?.dirty).toEqual({ x: 10, y: 10, w: 25, h: 7 })
    expect(level.get(1, 0)?.dirty).toBeUndefined()
  })

  it('does not mark tiles that are yet to be painted', () => {
    const level = new TileLevel(1)
    const tile = level.take(0, 0)
    level.markDirty({ x: 10, y: 10, w: 5, h: 5 })
    expect(tile.dirty).toBeUndefined()
  })

  it('takes a box as large as the world, as a bad shape has, without visiting every place in it', () => {
    const level = paintedLevel()
    level.markDirty({ x: -1e9, y: -1e9, w: 2e9, h: 2e9 })
    expect(level.get(0, 0)?.dirty).toBeDefined()
    expect(level.get(1, 0)?.dirty).toBeDefined()
  })
})
