/** Builds the rivals' pages, out of the way of git and linters. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const page = (name: string) => fileURLToPath(new URL(`rivals/${name}.html`, import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('rivals', import.meta.url)),
  build: {
    outDir: '../node_modules/.rivals',
    emptyOutDir: true,
    chunkSizeWarningLimit: 100_000,
    rollupOptions: { input: [page('excalidraw'), page('tldraw')] },
  },
  // Excalidraw asks for it.
  define: { 'process.env.IS_PREACT': '"false"' },
})
