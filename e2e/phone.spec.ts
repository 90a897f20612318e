import type { CDPSession } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }

test('on a phone one finger draws, two fingers pan and zoom', async ({ join }) => {
  const ada = await join(PHONE)
  const bo = await join()
  const { page, board } = ada
  await page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name: 'Pen' }).tap()
  const touch = await fingers(page)
  await touch.down([100, 300])
  await touch.move([250, 300], 8)
  await bo.board.expectInk({ x: 150, y: 290, width: 60, height: 20 })
  await touch.up()
  await board.expectLabels('Pen stroke')
  await bo.board.expectLabels('Pen stroke')

  // Two fingers apart by 100, then 200: twice the zoom, and nothing drawn.
  await touch.down([145, 400], [245, 400])
  await touch.moveAll([
    [95, 400],
    [295, 400],
  ])
  await touch.up()
  await board.expectLabels('Pen stroke')
  await board.expectInk({ x: 40, y: 190, width: 60, height: 20 })

  await touch.down([145, 400], [245, 400])
  await touch.moveAll([
    [145, 500],
    [245, 500],
  ])
  await touch.up()
  await board.expectInk({ x: 40, y: 290, width: 60, height: 20 })
  await board.expectLabels('Pen stroke')
})

test('a second finger takes back what the first began to draw', async ({ join }) => {
  const { page, board } = await join(PHONE)
  await page.getByRole('button', { name: 'Pen' }).tap()
  const touch = await fingers(page)
  await touch.down([100, 300])
  await touch.move([160, 300], 4)
  await touch.down([160, 300], [260, 400])
  await touch.moveAll([
    [150, 290],
    [270, 410],
  ])
  await touch.up()
  await board.expectLabels()
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
})

test('the phone’s bars fit, can be reached and hold every tool', async ({ join }) => {
  const { page, board } = await join(PHONE)
  for (const name of [
    'Select',
    'Pen',
    'Eraser',
    'Sticky note',
    'Text',
    'Rectangle',
    'More tools',
    'Menu',
    'Share',
  ]) {
    const box = await page.getByRole('button', { name, exact: true }).first().boundingBox()
    expect(box, name).not.toBeNull()
    expect(box?.x, name).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0), name).toBeLessThanOrEqual(390)
    expect(box?.height, name).toBeGreaterThanOrEqual(36)
  }
  await page.getByRole('button', { name: 'More tools' }).tap()
  await page.getByRole('button', { name: 'Ellipse' }).tap()
  const touch = await fingers(page)
  await touch.down([100, 300])
  await touch.move([250, 400], 5)
  await touch.up()
  await board.expectLabels('Ellipse')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
})

test('a tap on a note writes in it, the bars stay usable', async ({ join }) => {
  const { page, board } = await join(PHONE)
  await page.getByRole('button', { name: 'Sticky note' }).tap()
  await page.touchscreen.tap(200, 350)
  await page.keyboard.type('by thumb')
  await page.touchscreen.tap(60, 600)
  await board.expectLabels('Sticky note: by thumb')
})

type At = readonly [number, number]

/** Real touches: Playwright's own touchscreen only taps. */
async function fingers(page: import('@playwright/test').Page) {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  let points: At[] = []
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd') =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : points.map(([x, y], id) => ({ x, y, id })),
    })
  return {
    down: async (...at: At[]) => {
      points = at
      await send('touchStart')
    },
    move: async ([x, y]: At, steps: number) => {
      const [from] = points
      if (!from) throw new Error('no finger is down')
      for (let i = 1; i <= steps; i++) {
        points = [[from[0] + ((x - from[0]) * i) / steps, from[1] + ((y - from[1]) * i) / steps]]
        await send('touchMove')
      }
    },
    moveAll: async (to: At[]) => {
      const from = points
      for (let i = 1; i <= 6; i++) {
        points = to.map(([x, y], k): At => {
          const [fx, fy] = from[k] ?? [x, y]
          return [fx + ((x - fx) * i) / 6, fy + ((y - fy) * i) / 6]
        })
        await send('touchMove')
      }
    },
    up: async () => {
      points = []
      await send('touchEnd')
    },
  }
}
