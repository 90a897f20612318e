/** tldraw with a board that its API makes of a file: `?scene=URL`, or empty without. It has no format of its own that anybody else
 * writes, so loading and importing are the same here. What it draws is all there, but simpler: words of a box stand on it by themselves, groups are left out,
 * arrows are bound to nothing. `window.bench` is what the benchmark asks it. */
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { AssetRecordType, b64Vecs, createShapeId, Tldraw, toRichText } from 'tldraw'
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

function shapeOf({ id, type, x, y, width: w, height: h, strokeColor, points, ...rest }) {
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
      return {
        ...base,
        type: 'text',
        props: { ...style, richText: toRichText(rest.originalText), autoSize: rest.autoResize, w },
      }
    case 'arrow':
      return { ...base, type: 'arrow', props: { ...style, start: { x: 0, y: 0 }, end: { x: w, y: h } } }
    case 'frame':
      return { ...base, type: 'frame', props: { w, h, name: rest.name } }
    case 'image':
      return { ...base, type: 'image', props: { w, h, assetId: AssetRecordType.createId(rest.fileId) } }
    default:
      return { ...base, type: 'geo', props: { ...style, geo: type, w, h, dash: 'solid' } }
  }
}

const assetOf = ({ id, dataURL, mimeType }) => ({
  id: AssetRecordType.createId(id),
  typeName: 'asset',
  type: 'image',
  props: { name: id, src: dataURL, w: 300, h: 200, mimeType, isAnimated: false },
  meta: {},
})

const onMount = editor => {
  const create = async url => {
    const file = await (await fetch(url)).json()
    const startMs = performance.now()
    editor.createAssets(Object.values(file.files).map(assetOf))
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
