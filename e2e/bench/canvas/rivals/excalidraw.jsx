/** Excalidraw with a board that it loads from a file, as its own page would: `?scene=URL`, or empty without.
 * `window.bench` is what the benchmark asks it. */
import { Excalidraw, loadFromBlob } from '@excalidraw/excalidraw'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import '@excalidraw/excalidraw/index.css'

const scene = new URLSearchParams(location.search).get('scene')
/** 10 % zoom, at the grid's beginning: what the others show too. */
const appState = { zoom: { value: 0.1 }, scrollX: 0, scrollY: 0 }
const frame = () => new Promise(resolve => requestAnimationFrame(resolve))

const initialData = scene
  ? fetch(scene)
      .then(response => response.json())
      .then(({ elements, files }) => ({ elements, files, appState, scrollToContent: false }))
  : { elements: [], appState }

const excalidrawAPI = async api => {
  const shown = async count => {
    while (api.getSceneElements().length < count) await frame()
    await frame()
    await frame()
    return performance.now()
  }
  window.bench = {
    shown,
    count: () => api.getSceneElements().length,
    look: ({ x, y, zoom }) =>
      api.updateScene({ appState: { zoom: { value: zoom }, scrollX: -x, scrollY: -y } }),
    import: async (url, count) => {
      const blob = await (await fetch(url)).blob()
      const startMs = performance.now()
      const { elements, files } = await loadFromBlob(blob, null, null)
      api.addFiles(Object.values(files))
      api.updateScene({ elements, appState })
      return (await shown(count)) - startMs
    },
  }
}

createRoot(document.getElementById('root')).render(createElement(Excalidraw, { initialData, excalidrawAPI }))
