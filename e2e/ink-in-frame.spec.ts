/** Nothing waits between the pen and its ink: what a pointer event brings is on the canvas before that frame is shown. */
import { expect, test } from './fixtures.ts'

test('ink is at the pen’s point in the frame of its event', async ({ join }) => {
  const { board, page } = await join({ hash: '#view=0,0,1' })
  await board.tool('p')
  await page.evaluate(() => {
    const inked: boolean[] = []
    Object.assign(window, { inked })
    const hasInk = (x: number, y: number): boolean =>
      [...document.querySelectorAll<HTMLCanvasElement>('.konvajs-content > canvas')].some(canvas => {
        const { left, top, width } = canvas.getBoundingClientRect()
        if (width === 0) return false
        const ratio = canvas.width / width
        const [px, py] = [Math.round((x - left) * ratio), Math.round((y - top) * ratio)]
        const pixels = canvas.getContext('2d')?.getImageData(px - 1, py - 1, 3, 3).data ?? []
        return [...pixels].some((value, i) => i % 4 === 3 && value > 0)
      })
    // It hears of the event after the board has, so its turn in the same frame comes after the board's.
    window.addEventListener('pointermove', ({ buttons, clientX, clientY }) => {
      if (buttons === 1) requestAnimationFrame(() => inked.push(hasInk(clientX, clientY)))
    })
  })
  await board.press([300, 300], [420, 340], [500, 260], [620, 420])
  await page.mouse.up()
  const inked = await page.evaluate(() => (window as unknown as { inked: boolean[] }).inked)
  expect(inked.length).toBeGreaterThan(3)
  expect(inked).toEqual(inked.map(() => true))
})
