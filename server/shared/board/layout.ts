/** How a board's shapes lie in a Y.Doc, and nothing else knows it.
 *
 *   meta    Y.Map   schemaVersion, name, background
 *   shapes  Y.Map   shape id → Y.Map {
 *     base    the shape as it was made: one plain object of the keys below, defaults left out
 *     <key>   one entry for every key that was changed since, which wins over `base`
 *     text    Y.Text, there from the start on every shape that can hold text, so two typists never make two of them
 *   }
 *
 * Comments, what a meeting has and what its owner holds in place are told beside it: comments.ts, meeting.ts, held.ts.
 *
 * `base` is one struct where a key each would be eight: half the memory and two thirds of the load time at 50,000 shapes
 * (README, "Decisions"), while two people changing different keys of a shape still both win.
 *
 * Any peer can write anything, so reading never throws: `readShape` gives a shape or `undefined`. */
import * as Y from 'yjs'
import { isAssetId, type ShapeId } from '../ids.ts'
import { decodeInk } from './ink.ts'
import { isColor } from './palette.ts'
import {
  type BoxShape,
  type Crop,
  DASHES,
  DEFAULT_STYLE,
  type Flip,
  FONTS,
  type ImageShape,
  isBoxType,
  isLineType,
  type LineEnd,
  type LineShape,
  type Point,
  SHAPE_TYPES,
  type Shape,
  type ShapeStyle,
  type ShapeType,
  type StrokeShape,
} from './shape.ts'

export const SCHEMA_VERSION = 1
export const MAX_NAME_LENGTH = 120
/** UTF-16 units in one shape: a long article. */
export const MAX_TEXT_LENGTH = 50_000
/** Of one stroke: `MAX_INK_POINTS` points take about half of it. */
export const MAX_INK_BYTES = 256 * 1024
/** On one board. */
export const MAX_SHAPES = 200_000
/** Far beyond any drawing, near enough that sums stay exact in a double and in the renderer's floats. */
export const MAX_COORDINATE = 10_000_000

export type ShapeMap = Y.Map<unknown>

export const metaOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('meta')
export const shapesOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap('shapes')

/** @returns the board's name, or '' when it has none yet */
export function readName(doc: Y.Doc): string {
  const name = metaOf(doc).get('name')
  return typeof name === 'string' ? name.slice(0, MAX_NAME_LENGTH) : ''
}

/** What can be changed of a shape after it was made. Text is not in it: that is edited in place, see `textOf`. */
export type ShapePatch = Partial<
  Omit<BoxShape, 'id' | 'type' | 'text'> &
    Omit<StrokeShape, 'id' | 'type'> &
    Omit<ImageShape, 'id' | 'type'> &
    Omit<LineShape, 'id' | 'type'> & { readonly type: ShapeType }
>

/** Every key a shape may have, and whether a value read for it is sound. */
const FIELD_CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: value => typeof value === 'string' && (SHAPE_TYPES as readonly string[]).includes(value),
  xy: value => isPoint(value),
  wh: value => isPoint(value) && value[0] >= 0 && value[1] >= 0,
  angle: value => isNumber(value),
  order: value => typeof value === 'string' && value.length > 0 && value.length <= 200,
  locked: value => typeof value === 'boolean',
  wrap: value => typeof value === 'boolean',
  parent: value => isId(value),
  by: value => isId(value),
  stroke: value => typeof value === 'string' && isColor(value),
  fill: value => typeof value === 'string' && (value === 'none' || isColor(value)),
  size: value => isNumber(value) && value > 0 && value <= 200,
  dash: value => (DASHES as readonly unknown[]).includes(value),
  opacity: value => isNumber(value) && value >= 0 && value <= 1,
  font: value => (FONTS as readonly unknown[]).includes(value),
  fontSize: value => isNumber(value) && value >= 1 && value <= 1000,
  points: value => value instanceof Uint8Array && value.length >= 5 && value.length <= MAX_INK_BYTES,
  asset: value => typeof value === 'string' && isAssetId(value),
  crop: value => isCrop(value),
  flip: value => Array.isArray(value) && value.length === 2 && value.every(is => typeof is === 'boolean'),
  from: value => readEnd(value) !== undefined,
  to: value => readEnd(value) !== undefined,
  via: value => Array.isArray(value) && value.length <= 10_000 && value.every(isPoint),
}

type Fields = Record<string, unknown>

/** @param entry  what stands under `id` in the `shapes` root
 * @returns the shape, or `undefined` when the entry is not one; an unsound style value reads as its default */
export function readShape(id: ShapeId, entry: unknown): Shape | undefined {
  if (!(entry instanceof Y.Map)) return undefined
  return shapeFromFields(id, fieldsOf(entry), readText(entry))
}

export function readText(entry: ShapeMap): string {
  const text = entry.get('text')
  return text instanceof Y.Text ? text.toString() : ''
}

/** @returns the mark of whoever made the shape, sound or not */
export function byOf(entry: ShapeMap): unknown {
  return fieldsOf(entry, entry.has('by') ? ['by'] : []).by
}

/** @returns the id of the group or frame that a shape stands in, sound or not */
export function parentOf(entry: ShapeMap): unknown {
  return fieldsOf(entry, entry.has('parent') ? ['parent'] : []).parent
}

/** What of an entry breaks the schema, for the server to mend. */
export interface Faults {
  /** No shape can be read of it, whatever is taken away. */
  readonly isBeyondRepair: boolean
  /** Changes that are not sound: without them the shape is as it was before. */
  readonly keys: readonly string[]
  /** Its text is longer than `MAX_TEXT_LENGTH`. */
  readonly hasLongText: boolean
}

/** @returns what is wrong with a shape's entry; `undefined` for a sound one, and for one that is not ours: other applications
 * may keep their own things beside our shapes, and only what has a `base` claims to be one */
export function faultsOf(id: ShapeId, entry: unknown): Faults | undefined {
  if (!(entry instanceof Y.Map) || !entry.has('base')) return undefined
  const keys = [...entry.keys()].filter(key => {
    const check = FIELD_CHECKS[key]
    return check !== undefined && !check(entry.get(key))
  })
  const fields = fieldsOf(entry)
  const base = fieldsOf(entry, ['base'])
  for (const key of keys) fields[key] = base[key]
  const shape = shapeFromFields(id, fields, '')
  const isBeyondRepair = !shape || (shape.type === 'stroke' && decodeInk(shape.points) === undefined)
  const text = entry.get('text')
  const hasLongText = text instanceof Y.Text && text.length > MAX_TEXT_LENGTH
  return isBeyondRepair || keys.length > 0 || hasLongText ? { isBeyondRepair, keys, hasLongText } : undefined
}

/** The same for fields that come from elsewhere: the clipboard, a live frame, a file. */
export function shapeFromFields(id: ShapeId, fields: Fields, text: string): Shape | undefined {
  const sound = (key: string): boolean =>
    fields[key] !== undefined && FIELD_CHECKS[key]?.(fields[key]) === true
  const read = <T>(key: string, fallback: T): T => (sound(key) ? (fields[key] as T) : fallback)
  if (!sound('type') || !sound('order')) return undefined
  const type = fields.type as ShapeType
  const common = {
    id,
    order: fields.order as string,
    locked: read('locked', false),
    ...(sound('parent') && { parent: fields.parent as string }),
    ...(sound('by') && { by: fields.by as string }),
    ...readStyle(read),
  }
  if (isLineType(type)) {
    const from = readEnd(fields.from)
    const to = readEnd(fields.to)
    return from && to && { ...common, type, from, to, via: read<readonly Point[]>('via', []) }
  }
  if (!sound('xy') || !sound('wh')) return undefined
  const boxed = { xy: fields.xy as Point, wh: fields.wh as Point, angle: read('angle', 0) }
  if (isBoxType(type)) return { ...common, ...boxed, type, text, wrap: read('wrap', false) }
  if (type === 'image') {
    if (!sound('asset')) return undefined
    const shown = {
      ...(sound('crop') && { crop: fields.crop as Crop }),
      ...(sound('flip') && { flip: fields.flip as Flip }),
    }
    return { ...common, ...boxed, type, asset: fields.asset as string, ...shown }
  }
  if (!sound('points')) return undefined
  return { ...common, ...boxed, type: 'stroke', points: fields.points as Uint8Array }
}

function readStyle(read: <T>(key: string, fallback: T) => T): ShapeStyle {
  return {
    stroke: read('stroke', DEFAULT_STYLE.stroke),
    fill: read('fill', DEFAULT_STYLE.fill),
    size: read('size', DEFAULT_STYLE.size),
    dash: read('dash', DEFAULT_STYLE.dash),
    opacity: read('opacity', DEFAULT_STYLE.opacity),
    font: read('font', DEFAULT_STYLE.font),
    fontSize: read('fontSize', DEFAULT_STYLE.fontSize),
  }
}

/** `base` with what was changed since.
 * @param keys  of the entry; all of them unless given */
function fieldsOf(entry: ShapeMap, keys: Iterable<string> = entry.keys()): Fields {
  const base = entry.get('base')
  const fields: Fields = typeof base === 'object' && base !== null ? { ...(base as Fields) } : {}
  for (const key of keys) {
    const value = entry.get(key)
    if (key !== 'base' && key !== 'text') fields[key] = value
  }
  return fields
}

const DEFAULT_FIELDS: Readonly<Fields> = { ...DEFAULT_STYLE, angle: 0, locked: false, wrap: false }

/** A shape's keys as plain values, without id, text and defaults: what `base` holds. */
export function fieldsFromShape(shape: Shape): Fields {
  const fields: Fields = {}
  for (const [key, value] of Object.entries(shape)) {
    if (key === 'id' || key === 'text' || value === undefined || value === DEFAULT_FIELDS[key]) continue
    if (key === 'via' && (value as readonly Point[]).length === 0) continue
    fields[key] = value
  }
  return fields
}

/** Puts a new shape into the document; replaces what stood under its id. Call inside a transaction. */
export function writeShape(shapes: Y.Map<unknown>, shape: Shape): void {
  const entry: ShapeMap = new Y.Map()
  entry.set('base', fieldsFromShape(shape))
  if (isBoxType(shape.type)) entry.set('text', new Y.Text((shape as BoxShape).text))
  shapes.set(shape.id, entry)
}

/** Changes keys of a shape that is there; keys that keep their value are not written. Call inside a transaction.
 * @returns whether anything changed */
export function writePatch(entry: ShapeMap, patch: ShapePatch): boolean {
  const current = fieldsOf(entry)
  let changed = false
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || isSame(current[key] ?? DEFAULT_FIELDS[key], value)) continue
    entry.set(key, value)
    changed = true
  }
  return changed
}

/** The text of a shape, made if an old or foreign shape has none. Call inside a transaction when it may be made. */
export function textOf(entry: ShapeMap): Y.Text {
  const text = entry.get('text')
  if (text instanceof Y.Text) return text
  const made = new Y.Text()
  entry.set('text', made)
  return made
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= MAX_COORDINATE

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) && value.length === 2 && isNumber(value[0]) && isNumber(value[1])

/** Shares of a picture, with room for what dividing pixels rounds. */
const isCrop = (value: unknown): value is Crop => {
  if (!Array.isArray(value) || value.length !== 4 || !value.every(isNumber)) return false
  const [x, y, w, h] = value as [number, number, number, number]
  return x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 1.000001 && y + h <= 1.000001
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64

function readEnd(value: unknown): LineEnd | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { xy, shape, anchor } = value as Fields
  if (!isPoint(xy)) return undefined
  return isId(shape) && isPoint(anchor) ? { xy, shape, anchor } : { xy }
}

/** Values are plain: numbers, strings, arrays and objects of them. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) return false
  return JSON.stringify(a) === JSON.stringify(b)
}
