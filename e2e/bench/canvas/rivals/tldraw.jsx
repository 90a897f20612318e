/** tldraw with a board that its API makes of a file: `?scene=URL`, or empty without. It has no format of its own that anybody else
 * writes, so loading and importing are the same here. `window.bench` is what the benchmark asks it. */
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { b64Vecs, createShapeId, Tldraw, toRichText } from 'tldraw'
import 'tldraw/tldraw.css'

const scene = new URLSearchParams(location.search).get('scene')
const COLORS = {
  '#1e1e1e': 'black',
  '#e03131': 'red',
  '#2f9e44': 'green',
  '#1971c2': 'blue',
  '#f08c00': 'orange',
}
const frame = () => new Promise(resolve => requestAnimationFrame(resolve))

function shapeOf({ id, type, x, y, width: w, height: h, strokeColor, points, text }) {
  const base = { id: createShapeId(id), x, y }
  const style = { color: COLORS[strokeColor], size: 's' }
  switch (type) {
    case 'freedraw': {
      const path = b64Vecs.encodePoints(points.map(([px, py]) => ({ x: px, y: py, z: 0.5 })))
      return {
        ...base,
        type: 'draw',
        props: { ...style, isComplete: true, segments: [{ type: 'free', path }] },
      }
    }
    case 'text':
      return { ...base, type: 'text', props: { ...style, richText: toRichText(text) } }
    case 'arrow':
      return { ...base, type: 'arrow', props: { ...style, start: { x: 0, y: 0 }, end: { x: w, y: h } } }
    default:
      return { ...base, type: 'geo', props: { ...style, geo: type, w, h, dash: 'solid' } }
  }
}

const onMount = editor => {
  const create = async url => {
    const file = await (await fetch(url)).json()
    const startMs = performance.now()
    editor.run(() => editor.createShapes(file.elements.map(shapeOf)), { history: 'ignore' })
    editor.setCamera({ x: 0, y: 0, z: 0.1 })
    return startMs
  }
  const shown = async count => {
    while (editor.getCurrentPageShapeIds().size < count) await frame()
    await frame()
    await frame()
    return performance.now()
  }
  window.bench = {
    shown,
    count: () => editor.getCurrentPageShapeIds().size,
    look: ({ x, y, zoom }) => editor.setCamera({ x: -x, y: -y, z: zoom }),
    import: async (url, count) => {
      const startMs = await create(url)
      return (await shown(count)) - startMs
    },
  }
  if (scene) void create(scene)
}

createRoot(document.getElementById('root')).render(
  createElement(Tldraw, { options: { maxShapesPerPage: 200_000 }, onMount }),
)
