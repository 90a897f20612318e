import { describe, expect, it } from 'vitest'
import { isSamePicture, overlayOffset } from './overlay-place.ts'
import { EMPTY_OVERLAY, type Overlay } from './scene.ts'

const camera = { x: 0, y: 0, zoom: 2 }
const screen = { widthPx: 1000, heightPx: 600, ratio: 1.5 }
const frame = { box: { x: 0, y: 0, w: 10, h: 10 }, angle: 0, handles: [] }
const overlay: Overlay = { ...EMPTY_OVERLAY, frame, shift: [0, 0] }
const painted = { overlay, camera, screen, isWhole: true }

describe('chrome that only stands elsewhere', () => {
  it('is the same picture when but its shift differs', () => {
    expect(isSamePicture(overlay, { ...overlay, shift: [5, 5] })).toBe(true)
    expect(isSamePicture(overlay, { ...overlay, frame: { ...frame } })).toBe(false)
    expect(isSamePicture(overlay, { ...overlay, target: 'a' })).toBe(false)
    expect(isSamePicture({ ...EMPTY_OVERLAY, frame }, overlay)).toBe(false)
  })

  it('is moved with its shapes and with the board', () => {
    expect(overlayOffset(painted, { ...overlay, shift: [10, -4] }, camera, screen)).toEqual([30, -12])
    expect(overlayOffset(painted, overlay, { ...camera, x: 10 }, screen)).toEqual([-30, 0])
  })

  it('is painted again where it was cut off, at another zoom, and when others’ selections stay behind', () => {
    expect(overlayOffset({ ...painted, isWhole: false }, overlay, camera, screen)).toBeUndefined()
    expect(overlayOffset(painted, overlay, { ...camera, zoom: 2.1 }, screen)).toBeUndefined()
    const others = [{ color: 'red', ids: ['a'] }]
    const shared = { ...overlay, others }
    const sharedPainted = { ...painted, overlay: shared }
    expect(overlayOffset(sharedPainted, { ...shared, shift: [1, 1] }, camera, screen)).toBeUndefined()
    expect(overlayOffset(sharedPainted, shared, { ...camera, y: -1 }, screen)).toEqual([0, 3])
  })
})
