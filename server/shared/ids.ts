/** Identifiers. Random ones come from `crypto.getRandomValues`, which Node and browsers share. */

export type BoardId = string
export type ShapeId = string

/** 128 random bits, base64url without padding: 22 characters. */
const TOKEN = /^[A-Za-z0-9_-]{22}$/

export const createBoardId = (): BoardId => randomToken(16)
export const isBoardId = (text: string): text is BoardId => TOKEN.test(text)

/** Says "the same page as before" when a page reconnects; known only to that page and the server. */
export const createParticipantToken = (): string => randomToken(16)
export const isParticipantToken = (text: string): boolean => TOKEN.test(text)

/** Names a connection's participant to the others; no secret. */
export const createParticipantId = (): string => randomToken(9)

/** 72 random bits, 12 characters: unique within a board, short because every shape carries it. */
export const createShapeId = (): ShapeId => randomToken(9)

function randomToken(bytes: number): string {
  const raw = crypto.getRandomValues(new Uint8Array(bytes))
  return btoa(String.fromCharCode(...raw))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
