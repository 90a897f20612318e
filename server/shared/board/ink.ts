/** Codec of ink: a stroke's points as delta bytes, about 2 bytes a point (2.5 with pressure).
 *
 *   ink      := flags • precision • count • firstX • firstY • (dx • dy)* • pressures?
 *   flags    := byte, bit 0: pressures follow, bit 1: constant width (no simulated pressure)
 *   precision:= byte k: coordinates are multiples of 2^-k board units, 0–10
 *   numbers  := LEB128 varints, zigzag where signed
 *   pressures:= first as one byte 0–255, then a nibble a point: the change in steps of 8, -8…7, low nibble first
 *
 * Two's-complement deltas of neighbours are small because a pen moves little between two samples. */
import type { InkPoint } from './shape.ts'

/** A stroke of this many points is twenty minutes of drawing; more is abuse. */
export const MAX_INK_POINTS = 50_000
const MAX_PRECISION = 10
const HAS_PRESSURE = 1
const CONSTANT_WIDTH = 2
/** Pressure steps of 8 of 255: 32 levels, finer than a width difference one can see. */
const PRESSURE_STEP = 8

export interface Ink {
  readonly points: readonly InkPoint[]
  /** From a real pen: `points` carry its pressure; otherwise pressure is 0.5 and the width is simulated from speed. */
  readonly hasPressure: boolean
  /** Drawn at one width. */
  readonly constantWidth: boolean
}

/** Binary digits after the point that keep a quarter of a screen pixel at this zoom, so that ink drawn zoomed in keeps its shape. */
export const inkPrecision = (zoom: number): number =>
  Math.min(MAX_PRECISION, Math.max(0, Math.ceil(Math.log2(Math.max(zoom, 0.01))) + 2))

/** @param ink  coordinates in board units relative to the shape's `xy`, |v| < 2^20
 * @param precision  see `inkPrecision`
 * @throws RangeError for no points, more than `MAX_INK_POINTS`, or a coordinate that is not a finite number */
export function encodeInk(ink: Ink, precision: number): Uint8Array {
  const { points } = ink
  if (points.length === 0 || points.length > MAX_INK_POINTS) {
    throw new RangeError(`ink has ${points.length} points, expected 1 to ${MAX_INK_POINTS}`)
  }
  const scale = 2 ** precision
  const out = new ByteWriter(points.length * 3 + 16)
  out.byte((ink.hasPressure ? HAS_PRESSURE : 0) | (ink.constantWidth ? CONSTANT_WIDTH : 0))
  out.byte(precision)
  out.varUint(points.length)
  let lastX = 0
  let lastY = 0
  for (const [px, py] of points) {
    const x = Math.round(px * scale)
    const y = Math.round(py * scale)
    if (!Number.isSafeInteger(x) || !Number.isSafeInteger(y))
      throw new RangeError(`ink point ${px}, ${py} is not finite`)
    out.varInt(x - lastX)
    out.varInt(y - lastY)
    lastX = x
    lastY = y
  }
  if (ink.hasPressure) writePressures(out, points)
  return out.bytes()
}

function writePressures(out: ByteWriter, points: readonly InkPoint[]): void {
  const level = (p: number) => Math.min(255, Math.max(0, Math.round(p * 255)))
  // `held` is what the decoder will have, so that rounding and clipping do not add up.
  let held = level(points[0]?.[2] ?? 0)
  out.byte(held)
  let low = -1
  for (let i = 1; i < points.length; i++) {
    const wanted = level(points[i]?.[2] ?? 0)
    const change = Math.min(7, Math.max(-8, Math.round((wanted - held) / PRESSURE_STEP)))
    held = Math.min(255, Math.max(0, held + change * PRESSURE_STEP))
    const nibble = change & 15
    if (low < 0) low = nibble
    else {
      out.byte(low | (nibble << 4))
      low = -1
    }
  }
  if (low >= 0) out.byte(low)
}

/** @returns the ink, or `undefined` when the bytes are not ink (any peer can write anything) */
export function decodeInk(bytes: Uint8Array): Ink | undefined {
  const input = new ByteReader(bytes)
  const head = readHead(input, bytes.length)
  if (!head) return undefined
  const { flags, unit, count } = head
  const points: [number, number, number][] = new Array(count)
  let x = 0
  let y = 0
  for (let i = 0; i < count; i++) {
    x += input.varInt()
    y += input.varInt()
    points[i] = [x * unit, y * unit, 0.5]
  }
  const hasPressure = (flags & HAS_PRESSURE) !== 0
  if (hasPressure) readPressures(input, points)
  return input.failed ? undefined : { points, hasPressure, constantWidth: (flags & CONSTANT_WIDTH) !== 0 }
}

/** Where a pen went, however hard it was pressed. */
export interface InkLine {
  /** x and y of each point by turns, board units; the first `count` pairs. Lent until the next call of `decodeInkLine`. */
  readonly xy: Float64Array
  readonly count: number
}

let lent = new Float64Array(2 * 512)

/** The same ink without its pressures, and without an object for each point, of which a board has millions.
 * @returns `undefined` when the bytes are not ink */
export function decodeInkLine(bytes: Uint8Array): InkLine | undefined {
  const input = new ByteReader(bytes)
  const head = readHead(input, bytes.length)
  if (!head) return undefined
  const { unit, count } = head
  if (lent.length < 2 * count) lent = new Float64Array(2 * count)
  let x = 0
  let y = 0
  for (let i = 0; i < 2 * count; i += 2) {
    x += input.varInt()
    y += input.varInt()
    lent[i] = x * unit
    lent[i + 1] = y * unit
  }
  return input.failed ? undefined : { xy: lent, count }
}

/** `unit`: what coordinates are multiples of, board units. */
function readHead(
  input: ByteReader,
  length: number,
): { flags: number; unit: number; count: number } | undefined {
  const flags = input.byte()
  const precision = input.byte()
  const count = input.varUint()
  // Every point takes two bytes at least: a count beyond that is refused before it allocates.
  const isInk = precision <= MAX_PRECISION && count > 0 && count <= MAX_INK_POINTS && count * 2 <= length
  return isInk && !input.failed ? { flags, unit: 2 ** -precision, count } : undefined
}

function readPressures(input: ByteReader, points: [number, number, number][]): void {
  let held = input.byte()
  const first = points[0]
  if (first) first[2] = held / 255
  let pair = 0
  for (let i = 1; i < points.length; i++) {
    if (i % 2 === 1) pair = input.byte()
    const nibble = i % 2 === 1 ? pair & 15 : pair >> 4
    const change = nibble > 7 ? nibble - 16 : nibble
    held = Math.min(255, Math.max(0, held + change * PRESSURE_STEP))
    const point = points[i]
    if (point) point[2] = held / 255
  }
}

class ByteWriter {
  #buffer: Uint8Array
  #length = 0
  constructor(capacity: number) {
    this.#buffer = new Uint8Array(capacity)
  }
  byte(value: number): void {
    if (this.#length === this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2)
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    this.#buffer[this.#length++] = value
  }
  varUint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.byte((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }
  varInt(value: number): void {
    this.varUint(value < 0 ? -2 * value - 1 : 2 * value)
  }
  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length)
  }
}

/** Reads past the end as zeros and remembers it in `failed`, so that one check at the end is enough. */
class ByteReader {
  failed = false
  readonly #bytes: Uint8Array
  #at = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }
  byte(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) this.failed = true
    return value ?? 0
  }
  varUint(): number {
    let value = 0
    let factor = 1
    for (let i = 0; i < 7; i++) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
    this.failed = true
    return 0
  }
  varInt(): number {
    const coded = this.varUint()
    return coded % 2 === 1 ? -(coded + 1) / 2 : coded / 2
  }
}
