/** What a person does on a big board, and how many frames come meanwhile. A frame counts when the page's own animation frame came: the
 * main thread kept up. All gestures are real input, sent to the browser one event each 8 to 16 ms. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from '@playwright/test'
import type { App } from './apps.ts'
import { CELL } from './scenes/grid.ts'
import type { Scene } from './scenes/scene.ts'

export interface Motion {
  readonly framesPerSecond: number
  readonly p95Ms: number
  readonly longestMs: number
  /** What the main thread worked for each frame; the rest of a missed frame is the compositor's and the machine's. */
  readonly mainMsPerFrame: number
}

interface Stage {
  readonly app: App
  readonly page: Page
  readonly session: CDPSession
}

export interface Phase {
  readonly name: string
  /** Needs other people on the board, whom only our own pages have. */
  readonly isOurs?: boolean
  /** Knows where things are on the scene of that name. */
  readonly isOnGrid?: boolean
  /** What is not measured. */
  prepare(stage: Stage): Promise<void>
  run(stage: Stage): Promise<void>
}

const SCREEN = { width: 1280, height: 800 }
const MIDDLE = { x: SCREEN.width / 2, y: SCREEN.height / 2 }
const FRAME_MS = 16
const GESTURE_MS = 3000
/** What a change of the view or of the board sets off is over. */
const SETTLE_MS = 1200
const CTRL = 2

/** Wheel events, one a frame, back and forth every half second. */
async function wheel(
  { session }: Stage,
  dx: number,
  dy: number,
  { x, y, ms, modifiers } = { ...MIDDLE, ms: GESTURE_MS, modifiers: 0 },
): Promise<void> {
  const endMs = performance.now() + ms
  for (let i = 0; performance.now() < endMs; i++) {
    const startMs = performance.now()
    const sign = Math.floor(i / 30) % 2 ? -1 : 1
    const deltas = { deltaX: dx * sign, deltaY: dy * sign, modifiers }
    await session.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, ...deltas })
    await sleep(Math.max(0, FRAME_MS - (performance.now() - startMs)))
  }
}

/** Moves the pressed mouse along a path. @param at  0 to 1 along the way */
async function move(
  { page }: Stage,
  at: (share: number) => [x: number, y: number],
  ms = GESTURE_MS,
): Promise<void> {
  const startMs = performance.now()
  for (let share = 0; share < 1; ) {
    share = Math.min(1, (performance.now() - startMs) / ms)
    await page.mouse.move(...at(share))
    await sleep(8)
  }
}

const look = async ({ app, page }: Stage, x: number, y: number, zoom: number): Promise<void> => {
  await app.look(page, { x, y, zoom })
  await sleep(SETTLE_MS)
}

const take = async ({ app, page }: Stage, tool: 'select' | 'pen' | 'eraser'): Promise<void> => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press(app.keys[tool])
}

/** A thousand shapes at 10 % zoom, in the part of the screen that no panel covers in any of the whiteboards. */
const FREE = { x: 250, y: 130 }
const CELL_PX = 0.1 * CELL
const THOUSAND = { columns: 37, rows: 27 }
const END = { x: FREE.x + THOUSAND.columns * CELL_PX, y: FREE.y + THOUSAND.rows * CELL_PX }
const lookAtThousand = (stage: Stage) => look(stage, -10 * FREE.x, -10 * FREE.y, 0.1)

const circle =
  (x: number, y: number, radius: number) =>
  (share: number): [number, number] => [
    x + radius * Math.sin(share * 12),
    y + radius * (1 - Math.cos(share * 12)),
  ]

const scribble = (share: number): [number, number] => [
  640 + 340 * Math.sin(share * 25),
  450 + 280 * Math.sin(share * 17 + 1),
]

const selectAll = async (stage: Stage): Promise<void> => {
  await look(stage, 0, 0, 0.1)
  await take(stage, 'select')
  // Excalidraw hears keys only when it has the focus.
  await stage.page.mouse.click(MIDDLE.x, MIDDLE.y)
  await stage.page.keyboard.press('Control+a')
  await sleep(SETTLE_MS)
}

const sleepAfter = (_stage: Stage): Promise<void> => sleep(2 * SETTLE_MS)

const press = async ({ page }: Stage, keys: string): Promise<void> => {
  await page.keyboard.press(keys)
  await sleep(GESTURE_MS)
}

/** A step by keys, back and forth. */
function stepPhases(
  what: string,
  { name, prepare, keys }: { name: string; prepare: Phase['prepare']; keys: string },
): Phase[] {
  return [
    { name, prepare, run: stage => press(stage, keys) },
    { name: `undo ${what}`, prepare: sleepAfter, run: stage => press(stage, 'Control+z') },
    { name: `redo ${what}`, prepare: sleepAfter, run: stage => press(stage, 'Control+Shift+z') },
    { name: `undo ${what} again`, prepare: sleepAfter, run: stage => press(stage, 'Control+z') },
  ]
}

export const PHASES: readonly Phase[] = [
  {
    name: 'pan, 10 %',
    prepare: stage => look(stage, 0, 0, 0.1),
    run: stage => wheel(stage, 12, 9),
  },
  {
    name: 'zoom, 10 %',
    prepare: stage => look(stage, 0, 0, 0.1),
    run: stage => wheel(stage, 0, 20, { ...MIDDLE, ms: GESTURE_MS, modifiers: CTRL }),
  },
  {
    name: 'pan, 100 %',
    prepare: stage => look(stage, 2000, 2000, 1),
    run: stage => wheel(stage, 20, 14),
  },
  {
    name: 'draw',
    prepare: async stage => {
      await look(stage, 2000, 2000, 1)
      await take(stage, 'pen')
    },
    run: async stage => {
      await stage.page.mouse.move(300, 400)
      await stage.page.mouse.down()
      await move(stage, share => [300 + 600 * share, 400 + 150 * Math.sin(share * 60)])
      await stage.page.mouse.up()
    },
  },
  {
    name: 'draw for long',
    prepare: async stage => {
      const { mouse } = stage.page
      await look(stage, 2000, 2000, 1)
      await take(stage, 'pen')
      await mouse.move(300, 400)
      await mouse.down()
      // The browser makes a sample of each step.
      for (let i = 0; i < 12; i++) await mouse.move(...scribble(i / 12), { steps: 250 })
    },
    run: async stage => {
      await move(stage, share => scribble(share * 6))
      await stage.page.mouse.up()
    },
  },
  {
    name: 'drag 1',
    isOnGrid: true,
    prepare: async stage => {
      // A text, which is hit anywhere.
      await look(stage, 15 * CELL - 300, -300, 1)
      await take(stage, 'select')
      await stage.page.mouse.move(340, 312)
      await stage.page.mouse.down()
    },
    run: async stage => {
      await move(stage, circle(340, 312, 150))
      await stage.page.mouse.up()
    },
  },
  {
    name: 'drag 1,000',
    isOnGrid: true,
    prepare: async stage => {
      const { mouse } = stage.page
      await lookAtThousand(stage)
      await take(stage, 'select')
      await mouse.move(FREE.x - 8, FREE.y - 8)
      await mouse.down()
      await mouse.move(END.x - 8, END.y - 8, { steps: 4 })
      await mouse.up()
      await sleep(SETTLE_MS)
      // On one of the strokes' rows, within the selection.
      await mouse.move(FREE.x + 8.5 * CELL_PX, FREE.y + 8.5 * CELL_PX)
      await mouse.down()
    },
    run: async stage => {
      await move(stage, circle(FREE.x + 8.5 * CELL_PX, FREE.y + 8.5 * CELL_PX, 40))
      await stage.page.mouse.up()
    },
  },
  {
    name: 'erase 1,000',
    isOnGrid: true,
    prepare: async stage => {
      await lookAtThousand(stage)
      await take(stage, 'eraser')
      await stage.page.mouse.move(FREE.x, FREE.y)
    },
    run: async stage => {
      await stage.page.mouse.down()
      await move(stage, share => {
        const row = Math.floor(share * THOUSAND.rows)
        const along = share === 1 ? 1 : (share * THOUSAND.rows) % 1
        const x = FREE.x + (END.x - FREE.x) * (row % 2 ? 1 - along : along)
        return [x, FREE.y + (row + 0.4) * CELL_PX]
      })
      await stage.page.mouse.up()
      await sleep(300)
    },
  },
  {
    name: 'box-select all',
    prepare: async stage => {
      await look(stage, -20 * FREE.x, -20 * FREE.y, 0.05)
      await take(stage, 'select')
      await stage.page.mouse.move(FREE.x - 4, FREE.y - 4)
    },
    // The board is larger than the screen: it is scrolled along.
    run: async stage => {
      await stage.page.mouse.down()
      await move(stage, share => [FREE.x + 800 * share, FREE.y + 600 * share], GESTURE_MS / 2)
      await wheel(stage, 12, 12, { x: FREE.x + 800, y: FREE.y + 600, ms: GESTURE_MS / 2, modifiers: 0 })
      await stage.page.mouse.up()
    },
  },
  ...stepPhases('a delete of all', { name: 'delete all', prepare: selectAll, keys: 'Delete' }),
  ...stepPhases('nudging all', { name: 'nudge all', prepare: selectAll, keys: 'ArrowRight' }),
  {
    name: 'hold an arrow key on all',
    prepare: selectAll,
    // As fast as keys repeat.
    run: async ({ page }) => {
      const endMs = performance.now() + GESTURE_MS
      while (performance.now() < endMs) {
        await page.keyboard.down('ArrowRight')
        await sleep(33)
      }
      await page.keyboard.up('ArrowRight')
    },
  },
  ...stepPhases('duplicating all', { name: 'duplicate all', prepare: selectAll, keys: 'Control+d' }),
  ...stepPhases('pasting all', {
    name: 'paste all',
    prepare: async stage => {
      await selectAll(stage)
      await stage.page.keyboard.press('Control+c')
      await sleep(2 * SETTLE_MS)
    },
    keys: 'Control+v',
  }),
  {
    name: 'restyle all',
    isOurs: true,
    prepare: selectAll,
    run: async ({ page }) => {
      await page.getByRole('button', { name: 'Red', exact: true }).first().click()
      await sleep(GESTURE_MS)
    },
  },
  {
    name: 'undo restyling all',
    isOurs: true,
    prepare: sleepAfter,
    run: stage => press(stage, 'Control+z'),
  },
  {
    name: 'drop all',
    isOnGrid: true,
    prepare: async stage => {
      const { mouse } = stage.page
      await selectAll(stage)
      await mouse.move(FREE.x + 8.5 * CELL_PX, FREE.y + 8.5 * CELL_PX)
      await mouse.down()
      await mouse.move(FREE.x + 12.5 * CELL_PX, FREE.y + 8.5 * CELL_PX, { steps: 4 })
      await sleep(2 * SETTLE_MS)
    },
    run: async stage => {
      await stage.page.mouse.up()
      await sleep(GESTURE_MS)
    },
  },
  {
    name: 'another moves 200',
    isOurs: true,
    prepare: async stage => {
      await look(stage, 0, 0, 0.1)
      await take(stage, 'select')
    },
    run: async ({ app }) => app.others?.moveShapes(200, 30, GESTURE_MS),
  },
  {
    name: '50 cursors',
    isOurs: true,
    prepare: stage => look(stage, 0, 0, 0.1),
    run: async ({ app }) => app.others?.moveCursors(50, 20, GESTURE_MS),
  },
]

declare global {
  interface Window {
    frameGapsMs?: number[]
  }
}

/** Opens the board once and goes through the phases. @returns by the phase's name */
export async function measureMoving(
  app: App,
  browser: Browser,
  options: { readonly scene: Scene; readonly throttle: number; readonly phases: readonly Phase[] },
): Promise<Map<string, Motion>> {
  const context = await browser.newContext({ viewport: SCREEN })
  const results = new Map<string, Motion>()
  try {
    const importer = await context.newPage()
    await app.import(importer, options.scene)
    const page = await context.newPage()
    await importer.close()
    await app.open(page, options.scene)
    await sleep(SETTLE_MS)
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    await watchFrames(page)
    if (options.throttle > 1) await session.send('Emulation.setCPUThrottlingRate', { rate: options.throttle })
    const stage = { app, page, session }
    for (const phase of options.phases) {
      if (phase.isOurs && !app.others) continue
      await phase.prepare(stage)
      results.set(phase.name, await measure(stage, phase))
    }
    return results
  } finally {
    await context.close()
  }
}

async function measure(stage: Stage, phase: Phase): Promise<Motion> {
  const { page, session } = stage
  const taskSeconds = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  }
  await page.evaluate(() => window.frameGapsMs?.splice(0))
  const before = await taskSeconds()
  const startMs = performance.now()
  await phase.run(stage)
  const seconds = (performance.now() - startMs) / 1000
  const gapsMs = (await page.evaluate(() => window.frameGapsMs)) ?? []
  const mainMs = (await taskSeconds()) * 1000 - before * 1000
  const sorted = [...gapsMs].sort((a, b) => a - b)
  return {
    framesPerSecond: gapsMs.length / seconds,
    p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    longestMs: sorted.at(-1) ?? 0,
    mainMsPerFrame: mainMs / Math.max(1, gapsMs.length),
  }
}

async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const gapsMs: number[] = []
    window.frameGapsMs = gapsMs
    let last: number | undefined
    const tick = (nowMs: number): void => {
      if (last !== undefined) gapsMs.push(nowMs - last)
      last = nowMs
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
}
