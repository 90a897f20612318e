import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` finds the server (`PORT` as in the README's environment table). */
const serverUrl = `http://127.0.0.1:${process.env.PORT ?? '3000'}`

/** Konva's table of colour names, 1.9 KB of the first load: only its filters and tweens read it, and no colour here has a name. */
const COLOUR_NAMES = /COLORS = \{[^}]*\}/
/** Nothing is dragged by Konva here: what it asks its drag and drop in passing has one answer. */
const NO_DRAGGING = `export const DD = { isDragging: false, node: undefined, _dragElements: new Map(), _listenToWindow() {} }`
const konvaWithoutTheUnused: Plugin = {
  name: 'konva-without-the-unused',
  apply: 'build',
  transform(code, id) {
    if (id.endsWith('/konva/lib/DragAndDrop.js')) return { code: NO_DRAGGING, map: null }
    if (!id.endsWith('/konva/lib/Util.js')) return undefined
    if (!COLOUR_NAMES.test(code)) throw new Error("konva's colour names are not where they were")
    return { code: code.replace(COLOUR_NAMES, 'COLORS = {}'), map: null }
  },
}

export default defineConfig({
  root: 'client',
  publicDir: 'public',
  // The unit tests have no Solid components, and this plugin would ask them for a DOM.
  plugins: process.env.VITEST ? [] : [solid(), konvaWithoutTheUnused],
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
    // Read by the service worker, which keeps every chunk for a page that is reloaded offline.
    manifest: 'build.json',
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
    projects: ['server', 'client'].map(name => ({
      test: { name, environment: 'node', include: [`${name}/**/*.test.ts`] },
    })),
  },
})
