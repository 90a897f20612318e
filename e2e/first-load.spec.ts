/** What a first visit needs until one can draw, compressed as servers do at most: the page, its code and its styles, without the fonts, for
 * which nothing waits. Whatever is more belongs into a part that comes when it is wanted (client/app/LazyPart.tsx). */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test } from './fixtures.ts'

const MAX_FIRST_LOAD_BYTES = 150_000
const BUILD = new URL('../dist/client/', import.meta.url)

interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  /** Keys of the chunks that come with it. */
  readonly imports?: readonly string[]
}

/** @returns the files that come with these entries of Vite's manifest, paths below the build's folder */
function filesOf(entries: readonly string[]): Set<string> {
  const chunks: Record<string, Chunk> = JSON.parse(readFileSync(new URL('build.json', BUILD), 'utf8'))
  const files = new Set(['index.html', 'theme.js'])
  const wanted = new Set(entries)
  for (const key of wanted) {
    const chunk = chunks[key]
    if (!chunk) throw new Error(`the build has no entry "${key}"; has its source moved?`)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    for (const imported of chunk.imports ?? []) wanted.add(imported)
  }
  return files
}

const BOARD = ['index.html', 'app/board/BoardPage.tsx', 'editor/open-board.ts']

for (const [where, viewport, entries] of [
  ['a desk', { width: 1280, height: 800 }, [...BOARD, 'app/board/DeskTools.tsx']],
  ['a phone', { width: 390, height: 844 }, [...BOARD, 'app/board/PhoneBars.tsx']],
] as const) {
  test(`${MAX_FIRST_LOAD_BYTES} bytes are enough to draw the first stroke on ${where}`, async ({
    person,
    server,
    boardId,
  }) => {
    const needed = filesOf(entries)
    const sizes = [...needed].map(
      file => [file, gzipSync(readFileSync(new URL(file, BUILD)), { level: 9 }).length] as const,
    )
    const total = sizes.reduce((sum, [, size]) => sum + size, 0)
    console.log(`first load on ${where}: ${total} bytes`)
    expect(total, sizes.map(([file, size]) => `${size} ${file}`).join('\n')).toBeLessThanOrEqual(
      MAX_FIRST_LOAD_BYTES,
    )
    // Everything else never comes, and one draws all the same.
    const { page, board } = await person({ viewport, serviceWorkers: 'block' })
    await page.route(
      url => /^\/assets\/.*\.(js|css)$/.test(url.pathname) && !needed.has(url.pathname.slice(1)),
      () => {},
    )
    await board.open(`${server.url}/b/${boardId}`)
    await board.tool('p')
    await board.drag([100, 300], [300, 400])
    await board.expectInk({ x: 90, y: 290, width: 220, height: 120 })
  })
}

test('the page of a board says what will be wanted, and all of that is, once', async ({
  join,
  server,
  boardId,
}) => {
  const response = await fetch(`${server.url}/b/${boardId}`)
  const links = [
    ...(response.headers.get('link') ?? '').matchAll(/<\/([^>]*)>; rel=(modulepreload|preload)/g),
  ]
  const told = links.map(([, file]) => file ?? '')
  const needed = filesOf(BOARD)
  for (const file of ['index.html', 'theme.js']) needed.delete(file)
  expect(told.sort()).toEqual([...needed].sort())
  // The page where one begins wants other things.
  expect((await fetch(server.url)).headers.get('link')).toBeNull()
  const { page } = await join()
  const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
  const assets = urls.filter(url => url.includes('/assets/'))
  expect(assets.length).toBeGreaterThanOrEqual(told.length)
  expect(assets).toEqual([...new Set(assets)])
})
