/** What kind of picture bytes are, by the bytes alone: what a browser or a file's name says of them is not asked. */

export const PICTURE_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/svg+xml',
] as const
export type PictureType = (typeof PICTURE_TYPES)[number]

/** Drawing programs put comments and a DOCTYPE of a few KB before the root. */
const SVG_HEAD_BYTES = 64 * 1024
/** @returns `undefined` for what is none of `PICTURE_TYPES`; whether the rest of it is sound only decoding tells */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg'
  if (/^GIF8[79]a$/.test(text(0, 6))) return 'image/gif'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  if (text(4, 8) === 'ftyp') return isAvif(text(8, Math.min(sizeOf(bytes), 256))) ? 'image/avif' : undefined
  return isSvg(new TextDecoder().decode(bytes.subarray(0, SVG_HEAD_BYTES))) ? 'image/svg+xml' : undefined
}

/** Of the first box of a file made of boxes, bytes. */
const sizeOf = ([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number =>
  ((a << 24) | (b << 16) | (c << 8) | d) >>> 0

/** @param brands  the main one, four characters of version, the compatible ones: four characters each */
const isAvif = (brands: string): boolean => /^(?:.{4}){0,62}avi[fs]/s.test(brands)

/** What may stand before an SVG's root, by how it begins, and how it ends. */
const BEFORE_ROOT: readonly (readonly [begin: string, end: string])[] = [
  ['<?', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE', '>'],
]

/** @param head  what the file begins with */
function isSvg(head: string): boolean {
  for (let at = skipSpace(head, 0); ; ) {
    const before = BEFORE_ROOT.find(([begin]) => head.startsWith(begin, at))
    if (!before) return /^<(\w+:)?svg[\s/>]/.test(head.slice(at, at + 100))
    // A DOCTYPE may declare entities in brackets, which have ends of their own.
    const brackets = before[0] === '<!DOCTYPE' ? head.slice(at, head.indexOf('>', at)).indexOf('[') : -1
    const from = brackets < 0 ? at : head.indexOf(']', at + brackets)
    const end = from < 0 ? -1 : head.indexOf(before[1], from)
    if (end < 0) return false
    at = skipSpace(head, end + before[1].length)
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (' \t\r\n\uFEFF'.includes(text[at] ?? '-')) at++
  return at
}
