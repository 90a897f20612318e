import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Cursors } from './cursors.ts'
import { nothing } from './test-canvas.ts'

const CAMERA = { x: 0, y: 0, zoom: 1 }
const SCREEN = { widthPx: 1280, heightPx: 800, ratio: 1 }

/** Every assignment to a transform. */
let placedCount = 0
let timerCount = 0

function setUp(people: number) {
  const cursors = new Cursors(nothing())
  const move = (x: number) =>
    cursors.set(
      Array.from({ length: people }, (_, i) => ({
        clientId: i,
        name: 'Ada',
        words: '',
        color: 'red',
        at: [x, i] as const,
      })),
    )
  let nowMs = 0
  const frame = (camera = CAMERA) => {
    const before = placedCount
    nowMs += 16.7
    const isMoving = cursors.frame(nowMs, camera, SCREEN)
    return { placed: placedCount - before, isMoving }
  }
  const settle = () => {
    while (frame().isMoving);
  }
  return { cursors, move, frame, settle }
}

beforeEach(() => {
  vi.useFakeTimers()
  const style = () =>
    new Proxy({} as Record<string, unknown>, {
      set: (target, key, value) => {
        if (key === 'transform') placedCount++
        target[String(key)] = value
        return true
      },
    })
  const create = () => nothing({ style: style(), dataset: {} })
  vi.stubGlobal('document', { createElement: create, createElementNS: create })
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  vi.stubGlobal('window', {
    setTimeout: (act: () => void, ms: number) => {
      timerCount++
      return setTimeout(act, ms)
    },
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('cursors', () => {
  it('that rest are not placed again, unless the camera moves', () => {
    const { move, frame, settle } = setUp(5)
    move(100)
    settle()
    expect(frame()).toEqual({ placed: 0, isMoving: false })
    expect(frame({ ...CAMERA, x: 7 }).placed).toBe(5)
  })

  it('of a few people are placed in every frame while they move', () => {
    const { move, frame, settle } = setUp(5)
    move(100)
    settle()
    move(900)
    expect([frame().placed, frame().placed, frame().placed]).toEqual([5, 5, 5])
  })

  it('of a crowd are placed in every second frame, and all get there', () => {
    const { cursors, move, frame, settle } = setUp(50)
    move(100)
    settle()
    move(900)
    const placed = Array.from({ length: 8 }, () => frame().placed)
    expect(placed.filter(count => count === 50)).toHaveLength(4)
    expect(placed.filter(count => count === 0)).toHaveLength(4)
    settle()
    expect(frame()).toEqual({ placed: 0, isMoving: false })
    // Who leaves on the way is not waited for.
    move(100)
    cursors.set([])
    expect(frame().isMoving).toBe(false)
  })

  it('hide all their names with one timer', () => {
    const { move } = setUp(50)
    timerCount = 0
    for (let i = 0; i < 100; i++) move(i)
    expect(timerCount).toBe(1)
  })
})
