/** Reads `.excalidraw` files (excalidraw's file format version 2). Any file can say anything: what is not understood is counted
 * by its type and left out, and the rest comes in. */
import { boxAround } from '../geometry/box.ts'
import { add, rotate } from '../geometry/vec.ts'
import { type AssetId, createShapeId, type ShapeId } from '../ids.ts'
import { encodeInk, inkPrecision, MAX_INK_POINTS } from './ink.ts'
import { MAX_SHAPES, shapeFromFields } from './layout.ts'
import { ordersBetween } from './order.ts'
import { isColor } from './palette.ts'
import type { InkPoint, LineEnd, Point, Shape } from './shape.ts'

/** The file as a whole is not one we can read; the message is for the person. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}

export interface Imported {
  readonly shapes: readonly Shape[]
  /** How many elements of which type were left out. */
  readonly skipped: Readonly<Record<string, number>>
}

type Element = Record<string, unknown>

/** Excalidraw's stock colours under their names here, so that they follow the theme. */
const STROKES: Readonly<Record<string, string>> = {
  '#1e1e1e': 'ink',
  '#000000': 'ink',
  '#e03131': 'red',
  '#2f9e44': 'green',
  '#1971c2': 'blue',
  '#f08c00': 'orange',
}
const FILLS: Readonly<Record<string, string>> = {
  '#ffc9c9': 'red',
  '#b2f2bb': 'green',
  '#a5d8ff': 'blue',
  '#ffec99': 'yellow',
}
/** Font family numbers of excalidraw; the rest is handwriting. */
const FONT_NAMES: Readonly<Record<number, string>> = { 2: 'sans', 3: 'mono', 6: 'sans', 8: 'mono', 9: 'sans' }
/** Excalidraw's pen is drawn 4.25 times its stroke width, ours twice its size. */
const INK_SIZE_FACTOR = 2

/** Takes a picture's bytes, as a `data:` URL, and says what they are called; `undefined` for what is no picture or too much. */
export type TakePicture = (dataUrl: string) => AssetId | undefined

/** @param file  the parsed JSON
 * @param takePicture  is asked once for each picture that the elements show; without it they are left out
 * @throws ImportError when it is not an excalidraw file */
export function importExcalidraw(file: unknown, takePicture: TakePicture = () => undefined): Imported {
  if (typeof file !== 'object' || file === null || (file as Element).type !== 'excalidraw') {
    throw new ImportError('This is not an .excalidraw file: its "type" is not "excalidraw".')
  }
  const elements = (file as Element).elements
  if (!Array.isArray(elements)) throw new ImportError('This .excalidraw file has no list of elements.')
  const live = elements.filter(
    (e): e is Element => typeof e === 'object' && e !== null && e.isDeleted !== true,
  )
  if (live.length > MAX_SHAPES) {
    throw new ImportError(`This file has ${live.length} elements; a board holds ${MAX_SHAPES} shapes.`)
  }
  const ids = new Map<unknown, ShapeId>(live.map(element => [element.id, createShapeId()]))
  // Words on an arrow, or on something that does not come along, stand on their own.
  const containers = new Set(live.filter(holdsText).map(({ id }) => id))
  const isLabel = (element: Element): boolean =>
    element.type === 'text' && element.containerId !== null && containers.has(element.containerId)
  const labels = new Map<unknown, string>()
  for (const element of live) if (isLabel(element)) labels.set(element.containerId, textOf(element))
  const assetOf = assetsOf((file as Element).files, takePicture)
  const orders = ordersBetween(null, null, live.length)
  const shapes: Shape[] = []
  const skipped: Record<string, number> = {}
  live.forEach((element, i) => {
    if (isLabel(element)) return
    const id = ids.get(element.id)
    const converted = element.type === 'image' ? convertImage(element, assetOf) : convert(element, ids)
    const shape =
      id &&
      converted &&
      shapeFromFields(
        id,
        { ...styleOf(element), ...converted.fields, order: orders[i] },
        converted.text ?? labels.get(element.id) ?? '',
      )
    if (shape) shapes.push(shape)
    else skipped[typeName(element)] = (skipped[typeName(element)] ?? 0) + 1
  })
  return { shapes, skipped }
}

const holdsText = ({ type }: Element): boolean =>
  type === 'rectangle' || type === 'ellipse' || type === 'diamond'

/** The words without the line breaks that only excalidraw's own wrapping put there. */
const textOf = ({ originalText, text }: Element): string => String(originalText ?? text ?? '')

/** Types come from the file: only word-like ones are repeated back. */
const typeName = (element: Element): string =>
  typeof element.type === 'string' && /^[\w-]{1,40}$/.test(element.type) ? element.type : 'unknown'

interface Converted {
  fields: Element
  text?: string
}

function convert(element: Element, ids: ReadonlyMap<unknown, ShapeId>): Converted | undefined {
  switch (element.type) {
    case 'rectangle':
    case 'ellipse':
    case 'diamond':
      return { fields: { type: element.type, ...boxFields(element) } }
    case 'text':
      return {
        fields: { type: 'text', ...boxFields(element), wrap: element.autoResize === false },
        text: textOf(element),
      }
    case 'freedraw':
      return convertInk(element)
    case 'line':
    case 'arrow':
      return convertLine(element, ids)
    default:
      return undefined
  }
}

const boxFields = ({ x, y, width, height, angle }: Element): Element => ({
  xy: [x, y],
  wh: [width, height],
  angle: angle ?? 0,
})

function styleOf(element: Element): Element {
  const opacity = typeof element.opacity === 'number' ? element.opacity / 100 : 1
  const locked = element.locked === true
  // Of a picture's the rest shows nowhere.
  if (element.type === 'image') return { opacity, locked }
  const stroke = String(element.strokeColor ?? '').toLowerCase()
  const fill = String(element.backgroundColor ?? '').toLowerCase()
  const width = typeof element.strokeWidth === 'number' ? element.strokeWidth : 2
  return {
    stroke: STROKES[stroke] ?? (isColor(stroke) ? stroke : 'ink'),
    fill: FILLS[fill] ?? (isColor(fill) ? fill : 'none'),
    size: element.type === 'freedraw' ? width * INK_SIZE_FACTOR : width,
    dash: element.strokeStyle,
    opacity,
    font: FONT_NAMES[element.fontFamily as number] ?? 'hand',
    fontSize: element.fontSize,
    locked,
  }
}

/** @returns the picture of a file's id, taken when the first element asks for it */
function assetsOf(files: unknown, takePicture: TakePicture): (fileId: unknown) => AssetId | undefined {
  const taken = new Map<unknown, AssetId | undefined>()
  return fileId => {
    if (taken.has(fileId)) return taken.get(fileId)
    const isThere = typeof files === 'object' && files !== null && typeof fileId === 'string'
    const file: unknown = isThere && Object.hasOwn(files, fileId) ? (files as Element)[fileId] : undefined
    const dataUrl = (file as Element | undefined | null)?.dataURL
    const asset = typeof dataUrl === 'string' ? takePicture(dataUrl) : undefined
    taken.set(fileId, asset)
    return asset
  }
}

function convertImage(
  element: Element,
  assetOf: (fileId: unknown) => AssetId | undefined,
): Converted | undefined {
  const { fileId, scale } = element
  const asset = assetOf(fileId)
  const flip = [0, 1].map(axis => Array.isArray(scale) && scale[axis] < 0)
  if (asset === undefined) return undefined
  return {
    fields: {
      type: 'image',
      ...boxFields(element),
      asset,
      crop: cropOf(element.crop),
      ...(flip.includes(true) && { flip }),
    },
  }
}

type CropKey = 'x' | 'y' | 'width' | 'height' | 'naturalWidth' | 'naturalHeight'

/** @param crop  in the picture's pixels */
function cropOf(crop: unknown): readonly number[] | undefined {
  if (typeof crop !== 'object' || crop === null) return undefined
  const { x, y, width, height, naturalWidth: w, naturalHeight: h } = crop as Record<CropKey, number>
  // Where one is no number, none comes of it, which is then left out as unsound.
  return [x / w, y / h, width / w, height / h]
}

function convertInk(element: Element): Converted | undefined {
  const points = pointsOf(element)
  const origin = originOf(element)
  if (!points || !origin || points.length === 0 || points.length > MAX_INK_POINTS) return undefined
  const pressures = Array.isArray(element.pressures) ? element.pressures : []
  const hasPressure = element.simulatePressure !== true && pressures.length === points.length
  const box = boxAround(points)
  const ink = points.map(([x, y], i): InkPoint => {
    const pressure: unknown = pressures[i]
    return [x - box.x, y - box.y, hasPressure && typeof pressure === 'number' ? pressure : 0.5]
  })
  return {
    fields: {
      type: 'stroke',
      xy: add(origin, [box.x, box.y]),
      wh: [box.w, box.h],
      angle: element.angle ?? 0,
      points: encodeInk({ points: ink, hasPressure, constantWidth: false }, inkPrecision(1)),
    },
  }
}

function convertLine(element: Element, ids: ReadonlyMap<unknown, ShapeId>): Converted | undefined {
  const points = pointsOf(element)
  const origin = originOf(element)
  if (!points || !origin || points.length < 2) return undefined
  const angle = typeof element.angle === 'number' ? element.angle : 0
  const box = boxAround(points)
  const centre: Point = [box.x + box.w / 2, box.y + box.h / 2]
  const path = points.map(p => add(origin, rotate(p, centre, angle)))
  const first = path[0]
  const last = path.at(-1)
  if (!first || !last) return undefined
  return {
    fields: {
      type: element.type,
      from: endOf(first, element.startBinding, ids),
      to: endOf(last, element.endBinding, ids),
      via: path.slice(1, -1),
    },
  }
}

function endOf(xy: Point, binding: unknown, ids: ReadonlyMap<unknown, ShapeId>): LineEnd {
  if (typeof binding !== 'object' || binding === null) return { xy }
  const { elementId, fixedPoint } = binding as Element
  const shape = ids.get(elementId)
  if (shape === undefined) return { xy }
  const isFixed = Array.isArray(fixedPoint) && fixedPoint.length === 2 && fixedPoint.every(Number.isFinite)
  return { xy, shape, anchor: isFixed ? (fixedPoint as unknown as Point) : [0.5, 0.5] }
}

const originOf = ({ x, y }: Element): Point | undefined =>
  typeof x === 'number' && typeof y === 'number' ? [x, y] : undefined

function pointsOf(element: Element): Point[] | undefined {
  const { points } = element
  if (!Array.isArray(points)) return undefined
  const sound = points.every(
    (p): p is Point => Array.isArray(p) && p.length >= 2 && Number.isFinite(p[0]) && Number.isFinite(p[1]),
  )
  return sound ? points.map(([x, y]): Point => [x, y]) : undefined
}
