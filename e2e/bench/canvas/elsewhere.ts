/** How long a stroke takes from one person's pen to another person's screen: from the pointer event in the one page until the frame in which
 * the other page has ink at that place. Both on this machine, by the server's own socket. */
import type { Browser, Page } from '@playwright/test'
import { ServerProcess } from '../../server-process.ts'

const SAMPLES = 200
const STEP_PX = 5
/** As a hand draws: a sample a frame. */
const PAUSE_MS = 16
/** Below the style panel, where a pen meets the board. */
const [LEFT, TOP] = [60, 400]
const ROW_SAMPLES = 100

/** @returns ms, one for each sample, smallest first */
export async function measureElsewhere(browser: Browser): Promise<number[]> {
  const server = new ServerProcess({})
  await server.start()
  try {
    const { id } = await server.createBoard('Elsewhere')
    const [one, other] = [await open(browser, server, id), await open(browser, server, id)]
    await one.keyboard.press('p')
    await watchPen(one)
    const delays: number[] = []
    for (let row = 0; row < SAMPLES / ROW_SAMPLES; row++)
      delays.push(...(await drawRow(one, other, TOP + row * 80)))
    return delays.sort((a, b) => a - b)
  } finally {
    await server.dispose()
  }
}

async function open(browser: Browser, server: ServerProcess, id: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage()
  await page.goto(`${server.url}/b/${id}#view=0,0,1`)
  await page.locator('main[aria-busy="false"]').waitFor()
  return page
}

/** Notes when each pointer event came, by the wall clock, ms. */
const watchPen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const events: number[] = []
    Object.assign(window, { events })
    addEventListener('pointermove', ({ timeStamp }) => events.push(performance.timeOrigin + timeStamp), {
      capture: true,
    })
  })

async function drawRow(one: Page, other: Page, y: number): Promise<number[]> {
  const xs = Array.from({ length: ROW_SAMPLES }, (_, i) => LEFT + (i + 1) * STEP_PX)
  await one.mouse.move(LEFT, y)
  await one.mouse.down()
  const seen = other.evaluate(
    ([places, at]) =>
      new Promise<number[]>(resolve => {
        const times: number[] = []
        const hasInk = (x: number): boolean =>
          [...document.querySelectorAll<HTMLCanvasElement>('.konvajs-content > canvas')].some(canvas => {
            const { left, top, width } = canvas.getBoundingClientRect()
            if (width === 0) return false
            const ratio = canvas.width / width
            const pixels = canvas
              .getContext('2d')
              ?.getImageData(
                Math.round((x - left) * ratio) - 1,
                Math.round((at - top) * ratio) - 1,
                3,
                3,
              ).data
            return pixels?.some((value, i) => i % 4 === 3 && value > 0) ?? false
          })
        // After whatever else is done in the frame: it is shown with that.
        const { port1: afterFrame, port2: frame } = new MessageChannel()
        const look = (): void => {
          for (let x = places[times.length]; x !== undefined && hasInk(x); x = places[times.length])
            times.push(performance.timeOrigin + performance.now())
          if (times.length < places.length) nextFrame()
          else resolve(times)
        }
        afterFrame.onmessage = look
        const nextFrame = () => requestAnimationFrame(() => frame.postMessage(undefined))
        nextFrame()
      }),
    [xs, y] as const,
  )
  await one.evaluate(() => {
    ;(window as unknown as { events: number[] }).events.length = 0
  })
  for (const x of xs) {
    await one.mouse.move(x, y)
    await one.waitForTimeout(PAUSE_MS)
  }
  const shown = await seen
  await one.mouse.up()
  const told = await one.evaluate(() => (window as unknown as { events: number[] }).events)
  return shown.map((at, i) => at - (told[i] ?? Number.NaN))
}
