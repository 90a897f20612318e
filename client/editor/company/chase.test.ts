import { expect, it } from 'vitest'
import { CameraControl } from '../camera.ts'
import { cameraOn, isHeldBack, stepTowards } from './chase.ts'

const SCREEN = [800, 600] as const

it.each([
  ['wider', { x: -100, y: 50, w: 1600, h: 600 }],
  ['taller', { x: 0, y: 0, w: 400, h: 900 }],
  ['of the same shape', { x: 10, y: 20, w: 80, h: 60 }],
])('a screen that is %s than one’s own is seen whole, in the middle', (_name, box) => {
  const { x, y, zoom } = cameraOn(box, SCREEN)
  const [w, h] = [SCREEN[0] / zoom, SCREEN[1] / zoom]
  expect(x).toBeLessThanOrEqual(box.x + 1e-9)
  expect(y).toBeLessThanOrEqual(box.y + 1e-9)
  expect(x + w).toBeGreaterThanOrEqual(box.x + box.w - 1e-9)
  expect(y + h).toBeGreaterThanOrEqual(box.y + box.h - 1e-9)
  expect(x + w / 2).toBeCloseTo(box.x + box.w / 2)
  expect(y + h / 2).toBeCloseTo(box.y + box.h / 2)
  // No further out than needed.
  expect(Math.min(w - box.w, h - box.h)).toBeCloseTo(0)
})

it('comes nearer with every step, and arrives', () => {
  const target = { x: 5000, y: -300, zoom: 4 }
  let camera = { x: 0, y: 0, zoom: 0.25 }
  let offBefore = Number.POSITIVE_INFINITY
  for (let frame = 0; frame < 200; frame++) {
    const step = stepTowards(camera, target, SCREEN, 16)
    camera = step.camera
    const off = Math.abs(Math.log(target.zoom / camera.zoom))
    expect(off).toBeLessThanOrEqual(offBefore)
    offBefore = off
    if (!step.isThere) continue
    expect(camera).toEqual(target)
    expect(frame).toBeLessThan(60)
    return
  }
  throw new Error('the camera never arrived')
})

it('with reduced motion one step is all the way', () => {
  const target = { x: 1, y: 2, zoom: 3 }
  const { camera } = stepTowards({ x: 0, y: 0, zoom: 1 }, target, SCREEN, Number.POSITIVE_INFINITY)
  expect(camera.zoom).toBeCloseTo(3)
  expect(camera.x).toBeCloseTo(1)
  expect(camera.y).toBeCloseTo(2)
})

it.each([
  ['goes on after a frame of no length', { x: 5000, y: -300, zoom: 4 }, 0, false],
  ['goes on where it moves', { x: 5000, y: -300, zoom: 4 }, 16, false],
  ['stays at the edge of the board', { x: 2e7, y: 2e7, zoom: 1 }, 1e4, true],
])('%s', (_name, target, elapsedMs, expected) => {
  const control = new CameraControl()
  control.sizePx = SCREEN
  if (expected) control.set(target)
  const before = control.value
  const { camera } = stepTowards(before, target, SCREEN, elapsedMs)
  control.set(camera)
  expect(isHeldBack(before, camera, control.value)).toBe(expected)
})
