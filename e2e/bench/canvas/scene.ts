/** A deterministic board of N shapes on a square grid, as an `.excalidraw` file, which everybody here can read: half pen strokes of 40 points,
 * a quarter rectangles and ellipses, the rest words and arrows. */
import { seeded } from '../../../server/testing/seeded.ts'

/** Of the grid, board units. */
export const CELL = 220
const STROKE_POINTS = 40
const COLORS = ['#1e1e1e', '#e03131', '#2f9e44', '#1971c2', '#f08c00']

type Element = Record<string, unknown>

export function sceneFile(count: number): {
  type: string
  version: number
  elements: Element[]
  files: object
} {
  const random = seeded(count)
  const columns = Math.ceil(Math.sqrt(count))
  const elements = Array.from({ length: count }, (_, i) => {
    const x = (i % columns) * CELL
    const y = Math.floor(i / columns) * CELL
    return { ...common(i, x, y), ...particular(i, random) }
  })
  return { type: 'excalidraw', version: 2, elements, files: {} }
}

const common = (i: number, x: number, y: number): Element => ({
  id: `e${i}`,
  x,
  y,
  angle: 0,
  strokeColor: COLORS[i % COLORS.length],
  backgroundColor: 'transparent',
  fillStyle: 'solid',
  strokeWidth: 2,
  strokeStyle: 'solid',
  roughness: 0,
  opacity: 100,
  groupIds: [],
  frameId: null,
  index: null,
  roundness: null,
  seed: i + 1,
  version: 1,
  versionNonce: i + 1,
  isDeleted: false,
  boundElements: null,
  updated: 1,
  link: null,
  locked: false,
})

function particular(i: number, random: () => number): Element {
  switch (i % 20) {
    case 10:
    case 12:
    case 14:
      return { type: 'ellipse', width: 100 + random() * 80, height: 60 + random() * 80 }
    case 11:
    case 13:
      return { type: 'rectangle', width: 100 + random() * 80, height: 60 + random() * 80 }
    case 15:
    case 16:
    case 17:
      return words(`Note number ${i}`)
    case 18:
    case 19:
      return arrow(140, 90 * random())
    default:
      return stroke(random)
  }
}

function stroke(random: () => number): Element {
  let y = 80
  const points = Array.from({ length: STROKE_POINTS }, (_, i) => {
    y += (random() - 0.5) * 24
    return [i * 4, Math.round(y * 10) / 10]
  })
  const heights = points.map(point => point[1] ?? 0)
  return {
    type: 'freedraw',
    strokeWidth: 1,
    points,
    pressures: [],
    simulatePressure: true,
    lastCommittedPoint: null,
    width: (STROKE_POINTS - 1) * 4,
    height: Math.max(...heights) - Math.min(...heights),
  }
}

const words = (text: string): Element => ({
  type: 'text',
  text,
  originalText: text,
  fontSize: 20,
  fontFamily: 5,
  textAlign: 'left',
  verticalAlign: 'top',
  width: 150,
  height: 25,
  containerId: null,
  lineHeight: 1.25,
  autoResize: true,
})

const arrow = (width: number, height: number): Element => ({
  type: 'arrow',
  width,
  height,
  points: [
    [0, 0],
    [width, height],
  ],
  lastCommittedPoint: null,
  startBinding: null,
  endBinding: null,
  startArrowhead: null,
  endArrowhead: 'arrow',
  elbowed: false,
})
