import { readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip as gzipCompress } from 'node:zlib'
import { minify } from 'terser'
import type { Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

const brotli = promisify(brotliCompress)
const gzip = promisify(gzipCompress)

/** Where `npm run dev` finds the server (`PORT` as in the README's environment table). */
const serverUrl = `http://127.0.0.1:${process.env.PORT ?? '3000'}`

/** Konva's table of colour names, 1.9 KB of the first load: only its filters and tweens read it, and no colour here has a name. */
const COLOUR_NAMES = /COLORS = \{[^}]*\}/
const nothing = (names: readonly string[]): string =>
  names.map(name => `export const ${name} = () => undefined`).join('\n')
/** Of Konva, what it asks these for in passing has one answer here: nothing is dragged by it, it hears no pointer, and what is set is
 * checked by our types instead of its warnings. */
const KONVA_PARTS: ReadonlyMap<string, string> = new Map([
  [
    'DragAndDrop.js',
    `export const DD = { isDragging: false, node: undefined, _dragElements: new Map(), _listenToWindow() {} }`,
  ],
  [
    'PointerEvents.js',
    nothing([
      'getCapturedShape',
      'createEvent',
      'hasPointerCapture',
      'setPointerCapture',
      'releaseCapturesOf',
      'releaseCapture',
    ]),
  ],
  [
    'Validators.js',
    nothing([
      'RGBComponent',
      'getNumberValidator',
      'getNumberOrArrayOfNumbersValidator',
      'getNumberOrAutoValidator',
      'getStringValidator',
      'getStringOrGradientValidator',
      'getNumberArrayValidator',
      'getBooleanValidator',
      'getComponentValidator',
    ]),
  ],
])
const konvaWithoutTheUnused: Plugin = {
  name: 'konva-without-the-unused',
  apply: 'build',
  transform(code, id) {
    const part = KONVA_PARTS.get(id.split('/konva/lib/')[1] ?? '')
    if (part !== undefined) return { code: part, map: null }
    if (!id.endsWith('/konva/lib/Util.js')) return undefined
    if (!COLOUR_NAMES.test(code)) throw new Error("konva's colour names are not where they were")
    return { code: code.replace(COLOUR_NAMES, 'COLORS = {}'), map: null }
  },
}

/** What Vite's minifier leaves gets two hundredths smaller by this, which costs a few seconds: a first load of 150 KB has no room for the difference. */
const minifyAgain: Plugin = {
  name: 'minify-again',
  apply: 'build',
  enforce: 'post',
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue
      const { code } = await minify(chunk.code, { ecma: 2020, module: true, compress: { passes: 2 } })
      if (code === undefined) throw new Error(`${chunk.fileName} came out empty`)
      chunk.code = code
    }
  },
}

/** Beside each file its compressed forms, as small as they get: the server would make them when they are first asked for, while somebody waits. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  async writeBundle({ dir: root = '' }) {
    const files = await readdir(root, { recursive: true })
    const texts = files.filter(file => /\.(css|html|js|json|svg|webmanifest)$/.test(file))
    await Promise.all(
      texts.map(async file => {
        const plain = await readFile(join(root, file))
        await writeFile(`${join(root, file)}.br`, await brotli(plain))
        await writeFile(`${join(root, file)}.gz`, await gzip(plain, { level: 9 }))
      }),
    )
  },
}

const BOARD_ENTRY = 'client/editor/open-board.ts'
/** Module ids that always come with the editor of a board, with its page, and with any page. */
const boardIds = new Set<string>()
const boardPageIds = new Set<string>()
const mainIds = new Set<string>()
const homeIds = new Set<string>()
/** That come with the tools, on a desk and on a phone. */
const deskIds = new Set<string>()
const phoneIds = new Set<string>()
const staticImports: Plugin = {
  name: 'static-imports',
  apply: 'build',
  buildEnd() {
    const follow = (found: Set<string>, entry: string) => {
      const wanted = new Set([fileURLToPath(new URL(entry, import.meta.url))])
      for (const id of wanted) {
        found.add(id)
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) wanted.add(imported)
      }
    }
    follow(boardIds, BOARD_ENTRY)
    // Itself a part of its own, with its name in the list of the build.
    boardIds.delete(fileURLToPath(new URL(BOARD_ENTRY, import.meta.url)))
    follow(boardPageIds, 'client/app/board/BoardPage.tsx')
    follow(mainIds, 'client/main.tsx')
    follow(homeIds, 'client/app/home/HomePage.tsx')
    follow(deskIds, 'client/app/board/DeskTools.tsx')
    follow(phoneIds, 'client/app/board/PhoneBars.tsx')
  },
}

const isOfAnyPage = (id: string): boolean =>
  id.includes('node_modules')
    ? mainIds.has(id)
    : homeIds.has(id) && (boardPageIds.has(id) || boardIds.has(id))

/** What the tools of a desk, the tools of a phone and the board's page share, two of them at least, comes with every board too. */
const isOfBothTools = (id: string): boolean =>
  [deskIds, phoneIds, boardPageIds].filter(ids => ids.has(id)).length > 1

export default defineConfig({
  root: 'client',
  publicDir: 'public',
  // The unit tests have no Solid components, and this plugin would ask them for a DOM.
  plugins: process.env.VITEST ? [] : [solid(), konvaWithoutTheUnused, staticImports, minifyAgain, compressed],
  resolve: {
    alias: {
      'lib0/logging': fileURLToPath(new URL('client/sync/lib0-logging.ts', import.meta.url)),
      'lib0/broadcastchannel': fileURLToPath(
        new URL('client/sync/lib0-broadcastchannel.ts', import.meta.url),
      ),
    },
  },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    // Browsers that do not know such links (Safari before 17) load the same, one thing after the other.
    modulePreload: { polyfill: false },
    // Read by the service worker, which keeps every chunk for a page that is reloaded offline.
    manifest: 'build.json',
    rolldownOptions: {
      output: {
        codeSplitting: {
          // In few pieces, however many parts share some of each: they come whole with every board, and many small files compress worse.
          // What `main.tsx` brings is left where it is: the pages' styles come after its own.
          groups: [
            { name: 'page', test: isOfAnyPage, includeDependenciesRecursively: false },
            {
              name: 'islands',
              test: id => isOfBothTools(id) && !boardIds.has(id) && !mainIds.has(id),
              includeDependenciesRecursively: false,
            },
            {
              name: 'board',
              test: id => boardIds.has(id) && !mainIds.has(id),
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  // They import as the page does: parts that are rarely needed when they are.
  worker: { format: 'es' },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': serverUrl,
      '/live': { target: serverUrl, ws: true },
      '/healthz': serverUrl,
      '/readyz': serverUrl,
    },
  },
  test: {
    root: '.',
    // On two cores there would be one at a time, and many of the tests wait for processes, disks and databases.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: ['server', 'client'].map(name => ({
      test: { name, environment: 'node', include: [`${name}/**/*.test.ts`] },
    })),
  },
})
