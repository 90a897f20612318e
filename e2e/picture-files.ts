/** Pictures for tests, made of bytes, and how a page gets them: pasted, dropped. */
import { crc32, deflateSync } from 'node:zlib'
import { expect, type Page } from '@playwright/test'

type Rgb = readonly [red: number, green: number, blue: number]

export interface PictureFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Left half and right half of one colour each, as PNG, second edition, writes it. */
export function pngFile(name: string, w: number, h: number, left: Rgb, right: Rgb = left): PictureFile {
  const row = Buffer.alloc(1 + 3 * w)
  for (let x = 0; x < w; x++) row.set(x < w / 2 ? left : right, 1 + 3 * x)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(w, 0)
  header.writeUInt32BE(h, 4)
  header.set([8, 2], 8)
  const buffer = Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array<Buffer>(h).fill(row)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
  return { name, mimeType: 'image/png', buffer }
}

/** One of the same size in another colour each time: no two have the same bytes. */
export const svgFile = (name: string, w: number, h: number, color: string): PictureFile => ({
  name,
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><rect width="100%" height="100%" fill="${color}"/></svg>`,
  ),
})

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** As the browser tells of Ctrl+V with pictures on the clipboard. */
export const pasteFiles = (page: Page, ...files: PictureFile[]): Promise<void> =>
  handOver(page, 'paste', files)

/** As the browser tells of files that are let go over the page. */
export const dropFiles = (page: Page, at: readonly [x: number, y: number], ...files: PictureFile[]) =>
  handOver(page, 'drop', files, at)

/** What takes files and pastes comes beside the board: it is there when the browser is told that files are welcome. */
export async function takesFiles(page: Page): Promise<void> {
  const isWelcome = (): Promise<boolean> =>
    page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([''], 'picture.png', { type: 'image/png' }))
      const init = { bubbles: true, cancelable: true, dataTransfer }
      return !document.dispatchEvent(new DragEvent('dragover', init))
    })
  await expect.poll(isWelcome).toBe(true)
}

async function handOver(
  page: Page,
  kind: 'paste' | 'drop',
  files: readonly PictureFile[],
  [clientX, clientY]: readonly [number, number] = [0, 0],
): Promise<void> {
  const packed = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    base64: buffer.toString('base64'),
  }))
  await takesFiles(page)
  await page.evaluate(
    ({ kind, packed, clientX, clientY }) => {
      const data = new DataTransfer()
      for (const { name, mimeType, base64 } of packed) {
        const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
        data.items.add(new File([bytes], name, { type: mimeType }))
      }
      const init = { bubbles: true, cancelable: true, clientX, clientY }
      const target = document.elementFromPoint(clientX, clientY) ?? document.body
      if (kind === 'paste')
        document.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: data }))
      else target.dispatchEvent(new DragEvent('drop', { ...init, dataTransfer: data }))
    },
    { kind, packed, clientX, clientY },
  )
}

/** The colour of one pixel of what the page shows, `#rrggbb`. */
export async function colorAt(page: Page, [x, y]: readonly [number, number]): Promise<string> {
  const clip = { x, y, width: 1, height: 1 }
  const png = (await page.screenshot({ clip, scale: 'css' })).toString('base64')
  return page.evaluate(async base64 => {
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    if (!context) throw new Error('no 2d context')
    context.drawImage(bitmap, 0, 0)
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
    return `#${[red, green, blue].map(part => part.toString(16).padStart(2, '0')).join('')}`
  }, png)
}

/** Waits until the page shows that colour there. */
export const expectColor = (page: Page, at: readonly [number, number], color: string): Promise<void> =>
  expect.poll(() => colorAt(page, at), { message: `the colour at ${at}` }).toBe(color)
