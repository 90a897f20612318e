import { fileURLToPath } from 'node:url'
import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

/** Where `npm run dev` finds the server (`PORT` as in the README's environment table). */
const serverUrl = `http://127.0.0.1:${process.env.PORT ?? '3000'}`

export default defineConfig({
  root: 'client',
  publicDir: 'public',
  // The unit tests have no Solid components, and this plugin would ask them for a DOM.
  plugins: process.env.VITEST ? [] : [solid()],
  resolve: {
    alias: { 'lib0/logging': fileURLToPath(new URL('client/sync/lib0-logging.ts', import.meta.url)) },
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
