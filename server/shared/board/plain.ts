/** Checks of plain values that come out of a document. Any peer can write anything, so nothing here throws. */

export type Fields = Readonly<Record<string, unknown>>

/** Ids and marks: ours have 12 to 22 characters. */
const MAX_ID_LENGTH = 64

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

export const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH

/** A moment, ms since 1970, or a length of time, ms. */
export const isMs = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER

export const isTextUpTo = (value: unknown, maxLength: number): value is string =>
  typeof value === 'string' && value.length <= maxLength
