/** `npm run screenshot`: takes README's picture anew, of two people on a real board on a real server. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { BoardPage } from './board-page.ts'
import { CHROMIUM_ARGS, ensureChromium } from './browser.ts'
import { ServerProcess } from './server-process.ts'

const folder = join(import.meta.dirname, 'screenshots')
mkdirSync(folder, { recursive: true })
const server = new ServerProcess()
await server.start()
const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS })
const { id } = await server.createBoard('How a stroke travels')
const url = `${server.url}/b/${id}#view=0,0,1`
const ada = await person('Heron', 'orange', { width: 1280, height: 800 })
const bo = await person('Lynx', 'violet', { width: 1280, height: 800 })

await box('r', [330, 250], [480, 330], 'browser', 'Blue')
await box('r', [600, 250], [750, 330], 'room', 'Green')
await box('d', [835, 242], [975, 338], 'peers', 'Red')
await box('r', [610, 480], [740, 550], 'log', 'Violet')
for (const [from, to] of [
  [
    [405, 290],
    [675, 290],
  ],
  [
    [675, 290],
    [905, 290],
  ],
  [
    [675, 290],
    [675, 515],
  ],
] as const) {
  await ada.tool('a')
  await style(ada.page, 'Stroke', 'Ink')
  await ada.drag(from, to)
}
await note(405, 480, 'saved means on disk!')
await note(930, 480, '200 people, one core?')
await ada.write([330, 160], 'How a stroke travels')
await style(ada.page, 'Text size', 'Large')
await bo.tool('p')
await style(bo.page, 'Colour', 'Blue')
const circle = Array.from({ length: 40 }, (_, i): [number, number] => {
  const angle = (i / 39) * 2 * Math.PI - 1.5
  return [1070 + 78 * Math.cos(angle), 290 + 42 * Math.sin(angle)]
})
await bo.drag([1076, 247], ...circle)
await ada.page.keyboard.press('Escape')
await bo.tool('p')
const wave = Array.from({ length: 60 }, (_, i): [number, number] => [380 + i * 7, 640 + 25 * Math.sin(i / 4)])
await bo.press([380, 640], ...wave)
await ada.page.mouse.click(675, 250)
await ada.page.mouse.move(560, 400)
await ada.saved()
await ada.page.screenshot({ path: join(folder, 'together.png') })
await bo.page.mouse.up()
await browser.close()
await server.dispose()

async function person(
  name: string,
  color: string,
  viewport: { width: number; height: number },
): Promise<BoardPage> {
  const context = await browser.newContext({ viewport })
  await context.addInitScript(
    profile => localStorage.setItem('drawbridge.profile', profile),
    JSON.stringify({ name, color, chosen: true }),
  )
  const board = new BoardPage(await context.newPage())
  await board.open(url)
  return board
}

async function box(
  key: string,
  from: [number, number],
  to: [number, number],
  words: string,
  color: string,
): Promise<void> {
  await ada.tool(key)
  await style(ada.page, 'Stroke', color)
  await style(ada.page, 'Fill', color)
  await ada.drag(from, to)
  await ada.page.keyboard.press('Enter')
  await ada.page.keyboard.type(words)
  await ada.page.keyboard.press('Escape')
}

async function note(x: number, y: number, words: string): Promise<void> {
  await ada.tool('n')
  await ada.page.mouse.click(x, y)
  await ada.page.keyboard.type(words)
  await ada.page.keyboard.press('Escape')
}

async function style(page: Page, group: string, choice: string): Promise<void> {
  await page.getByRole('group', { name: group }).getByRole('button', { name: choice, exact: true }).click()
}
