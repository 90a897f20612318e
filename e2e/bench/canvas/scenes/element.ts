/** Elements of an `.excalidraw` file (format version 2), with every key that its own editor writes: what all scenes are made of. */

export type Element = Record<string, unknown>
export type Point = readonly [x: number, y: number]

export const COLORS = ['#1e1e1e', '#e03131', '#2f9e44', '#1971c2', '#f08c00']
export const FILLS = ['#ffc9c9', '#b2f2bb', '#a5d8ff', '#ffec99']

export const common = (i: number, x: number, y: number): Element => ({
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

/** @param points  the first is the element's place */
export function stroke(points: readonly Point[]): Element {
  const xs = points.map(point => point[0])
  const ys = points.map(point => point[1])
  return {
    type: 'freedraw',
    strokeWidth: 1,
    points,
    pressures: [],
    simulatePressure: true,
    lastCommittedPoint: null,
    width: Math.max(...xs) - Math.min(...xs),
    height: Math.max(...ys) - Math.min(...ys),
  }
}

/** @param text  as it is broken into lines; with `originalText` it was written on one, and wraps */
export const words = (text: string, width = 150, originalText = text): Element => ({
  type: 'text',
  text,
  originalText,
  fontSize: 20,
  fontFamily: 5,
  textAlign: 'left',
  verticalAlign: 'top',
  width,
  height: text.split('\n').length * 25,
  containerId: null,
  lineHeight: 1.25,
  autoResize: text === originalText,
})

/** From the element's place to a point relative to it. */
export const arrow = (width: number, height: number): Element => ({
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
