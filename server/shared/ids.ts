/** Identifiers. Random ones come from `crypto.getRandomValues`, which Node and browsers share. */

export type BoardId = string
export type ShapeId = string
/** The SHA-256 of a picture's bytes, base64url without padding: the same picture has the same id everywhere. See asset-id.ts. */
export type AssetId = string

/** 128 random bits, base64url without padding: 22 characters. */
const TOKEN = /^[A-Za-z0-9_-]{22}$/

export const createBoardId = (): BoardId => randomToken(16)
export const isBoardId = (text: string): text is BoardId => TOKEN.test(text)

/** 256 bits: 43 characters, of which the last holds four bits. */
const ASSET = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

export const isAssetId = (text: string): text is AssetId => ASSET.test(text)

/** Says "the same page as before" when a page reconnects; known only to that page and the server. */
export const createParticipantToken = (): string => randomToken(16)
export const isParticipantToken = (text: string): boolean => TOKEN.test(text)

/** Names a connection's participant to the others; no secret. */
export const createParticipantId = (): string => randomToken(9)

const SHAPE_ID_BYTES = 9
/** Random bytes for the next shape ids: asked for one by one they are most of what copying a shape takes. */
const shapeIdBytes = new Uint8Array(500 * SHAPE_ID_BYTES)
let usedBytes = shapeIdBytes.length

/** 72 random bits, 12 characters: unique within a board, short because every shape carries it. */
export function createShapeId(): ShapeId {
  if (usedBytes === shapeIdBytes.length) {
    crypto.getRandomValues(shapeIdBytes)
    usedBytes = 0
  }
  usedBytes += SHAPE_ID_BYTES
  return toBase64Url(shapeIdBytes.subarray(usedBytes - SHAPE_ID_BYTES, usedBytes))
}

function randomToken(bytes: number): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** Without padding. */
export const toBase64Url = (raw: Uint8Array): string =>
  btoa(String.fromCharCode(...raw))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
