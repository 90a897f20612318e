/** Pictures everywhere: 200 distinct ones, PNG up to 2 MB and SVG, which all elements share. */
import { crc32, deflateSync } from 'node:zlib'
import { seeded } from '../../../../server/shared/testing/seeded.ts'
import { common, type Element } from './element.ts'

const PICTURES = 200
/** One in so many is as large as a photograph, one in so many is an SVG. */
const LARGE_EVERY = 20
const VECTOR_EVERY = 8
/** Pixels; noise, which nothing packs: 1.9 MB and 92 KB. */
const LARGE = { w: 900, h: 700 }
const SMALL = { w: 192, h: 160 }
/** Board units. */
const CELL = { w: 320, h: 260 }

interface Picture {
  readonly id: string
  readonly mimeType: string
  readonly dataURL: string
  readonly created: number
}

export function images(count: number): Element[] {
  const random = seeded(count)
  const columns = Math.ceil(Math.sqrt(count))
  return Array.from({ length: count }, (_, i) => ({
    ...common(i, (i % columns) * CELL.w, Math.floor(i / columns) * CELL.h),
    type: 'image',
    width: 160 + random() * 120,
    height: 130 + random() * 100,
    fileId: idOf(i % PICTURES),
    status: 'saved',
    scale: [1, 1],
    crop: null,
  }))
}

const idOf = (picture: number): string => picture.toString(16).padStart(40, '0')

/** The files beside the elements, by id. */
export function pictures(): Record<string, Picture> {
  const random = seeded(1)
  return Object.fromEntries(
    Array.from({ length: PICTURES }, (_, i) => {
      const isVector = i % VECTOR_EVERY === VECTOR_EVERY - 1
      const mimeType = isVector ? 'image/svg+xml' : 'image/png'
      const bytes = isVector ? svg(i, random) : png(i % LARGE_EVERY === 0 ? LARGE : SMALL, random)
      const dataURL = `data:${mimeType};base64,${bytes.toString('base64')}`
      return [idOf(i), { id: idOf(i), mimeType, dataURL, created: 1 }]
    }),
  )
}

function svg(i: number, random: () => number): Buffer {
  const circles = Array.from({ length: 40 }, () => {
    const [x, y, hue] = [random() * 300, random() * 200, Math.floor(random() * 360)]
    return `<circle cx="${x}" cy="${y}" r="${5 + random() * 40}" fill="hsl(${hue} 70% 60%)"/>`
  })
  const size = 'width="300" height="200" viewBox="0 0 300 200"'
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}><title>${i}</title>${circles.join('')}</svg>`,
  )
}

/** True colour without filters, as PNG, second edition, writes it. */
function png({ w, h }: typeof LARGE, random: () => number): Buffer {
  const rows = Buffer.alloc(h * (1 + 3 * w))
  for (let y = 0; y < h; y++)
    for (let at = 1; at <= 3 * w; at++) rows[y * (1 + 3 * w) + at] = Math.floor(random() * 256)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(w, 0)
  header.writeUInt32BE(h, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
