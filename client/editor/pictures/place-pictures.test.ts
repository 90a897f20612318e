import { describe, expect, it } from 'vitest'
import { unionBoxes } from '#shared/geometry/box.ts'
import { newsOf } from './picture-news.ts'
import { placePictures } from './place-pictures.ts'

const VIEWPORT = { x: 0, y: 0, w: 1000, h: 800 }

describe('pictures that are added', () => {
  it('are as large as they are, around the point', () => {
    expect(placePictures([[300, 200]], [500, 400], VIEWPORT)).toEqual([{ x: 350, y: 300, w: 300, h: 200 }])
  })

  it('take half of what one sees at most, and keep their proportions', () => {
    expect(placePictures([[4000, 1000]], [0, 0], VIEWPORT)).toEqual([{ x: -250, y: -62.5, w: 500, h: 125 }])
    expect(placePictures([[100, 4000]], [0, 0], VIEWPORT)[0]?.h).toBe(400)
  })

  it('stand side by side, all in view, none on another', () => {
    const boxes = placePictures(Array(7).fill([400, 300]), [500, 400], VIEWPORT)
    const all = unionBoxes(boxes)
    expect(all?.w).toBeLessThanOrEqual(900)
    expect(all?.h).toBeLessThanOrEqual(720)
    for (const a of boxes)
      for (const b of boxes)
        if (a !== b)
          expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)
  })

  it('are told of only when they did not come as they were', () => {
    expect(newsOf(0, [], 3)).toBeUndefined()
    expect(newsOf(0, ['notes.txt'], 1)).toBe('“notes.txt” is not a picture that this browser can read.')
    expect(newsOf(1, ['a', 'b'], 3)).toBe(
      '2 of 3 files are not pictures that this browser can read. A picture was made smaller: at most 4096 px a side and 10 MiB.',
    )
  })
})
