import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readShape, shapesOf } from '#shared/board/layout.ts'
import type { ImageShape } from '#shared/board/shape.ts'
import { Importer, type ImportOutcome, MAX_IMPORT_BYTES } from './importer.ts'

const fileOf = (elements: readonly object[]) => JSON.stringify({ type: 'excalidraw', version: 2, elements })

const rectangles = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `e${i}`,
    type: 'rectangle',
    x: i,
    y: 0,
    width: 9,
    height: 9,
  }))

const asItIs = async (outcome: ImportOutcome) => outcome

const bodyOf = (text: string) => new Blob([text]).stream()

describe('Importer', () => {
  it('makes a board of a file and counts what it left out', async () => {
    const elements = [
      ...rectangles(3),
      { id: 'p', type: 'image' },
      { id: 'q', type: 'embeddable' },
      { id: 'r', type: 'image' },
    ]
    const outcome = await new Importer().import(bodyOf(fileOf(elements)), undefined, asItIs)
    if (!outcome.ok) throw new Error(outcome.message)
    expect(outcome.skipped).toEqual({ image: 2, embeddable: 1 })
    expect(outcome.board.shapeCount).toBe(3)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, outcome.board.initialState)
    expect(shapesOf(doc).size).toBe(3)
  })

  describe('the pictures of a file', () => {
    const pngOf = (width: number) =>
      Uint8Array.from(
        Buffer.concat([
          Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
          Uint8Array.of(0, 0, width >> 8, width & 255, 0, 0, 0x60, 0),
        ]),
      )
    const PNG = pngOf(7)
    const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><desc>100 % ☃</desc></svg>'
    const base64 = (bytes: Uint8Array) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
    const FILES = {
      png: { dataURL: base64(PNG) },
      // Another id for the same bytes.
      again: { dataURL: base64(PNG).replace('image/png', 'text/html') },
      svg: { dataURL: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(SVG)}` },
      raw: { dataURL: `data:image/svg+xml,${SVG.replace('☃', '').replace('%', '%2')}` },
      bomb: { dataURL: base64(pngOf(22_000)) },
      page: { dataURL: 'data:image/png;base64,PGh0bWw+' },
      address: { dataURL: 'https://example.org/a.png' },
      empty: { dataURL: 'data:,' },
      none: null,
    }
    const imagesOf = (fileIds: readonly unknown[], more: object = {}) =>
      fileIds.map((fileId, i) => ({
        id: `e${i}`,
        type: 'image',
        ...{ x: i, y: 2, width: 30, height: 40, opacity: 50, strokeColor: 'transparent', strokeWidth: 1 },
        fileId,
        ...more,
      }))
    const importOf = async (elements: object[], limits?: ConstructorParameters<typeof Importer>[0]) => {
      const file = { type: 'excalidraw', elements, files: FILES }
      const outcome = await new Importer(limits).import(bodyOf(JSON.stringify(file)), undefined, asItIs)
      if (!outcome.ok) throw new Error(outcome.message)
      const doc = new Y.Doc()
      Y.applyUpdate(doc, outcome.board.initialState)
      const shapes = [...shapesOf(doc)].map(([id, entry]) => readShape(id, entry) as ImageShape)
      return { ...outcome, shapes: shapes.sort((a, b) => a.xy[0] - b.xy[0]) }
    }

    it('come in as they are, each once, however many elements show it', async () => {
      const { shapes, assets, skipped } = await importOf(imagesOf(['png', 'svg', 'again', 'png', 'raw']))
      expect(skipped).toEqual({})
      expect(assets.map(({ type }) => type)).toEqual(['image/png', 'image/svg+xml', 'image/svg+xml'])
      expect(assets[0]?.bytes).toEqual(PNG)
      expect(new TextDecoder().decode(assets[1]?.bytes)).toBe(SVG)
      // A percent sign that codes nothing is one.
      expect(new TextDecoder().decode(assets[2]?.bytes)).toBe(SVG.replace('☃', '').replace('%', '%2'))
      const [png, svg, raw] = assets.map(({ id }) => id)
      expect(shapes.map(({ asset }) => asset)).toEqual([png, svg, png, png, raw])
      expect(shapes[0]).toMatchObject({
        type: 'image',
        xy: [0, 2],
        wh: [30, 40],
        opacity: 0.5,
        stroke: 'ink',
      })
      expect(shapes[0]).not.toHaveProperty('crop')
      expect(shapes[0]).not.toHaveProperty('flip')
    })

    it('are cut and mirrored as they were', async () => {
      const crop = { x: 10, y: 0, width: 20, height: 50, naturalWidth: 40, naturalHeight: 100 }
      const [shape] = (await importOf(imagesOf(['png'], { crop, scale: [-1, 1] }))).shapes
      expect(shape).toMatchObject({ crop: [0.25, 0, 0.5, 0.5], flip: [true, false] })
      const odd = { crop: { ...crop, naturalWidth: 0 }, scale: 'x' }
      const [whole] = (await importOf(imagesOf(['png'], odd))).shapes
      expect(whole).not.toHaveProperty('crop')
      expect(whole).not.toHaveProperty('flip')
    })

    it('that are missing, no pictures or too large are counted and left out', async () => {
      const ids = ['gone', 'bomb', 'page', 'address', 'empty', 'none', '__proto__', undefined, 5, 'png']
      const { shapes, assets, skipped } = await importOf(imagesOf(ids))
      expect([shapes.length, assets.length, skipped]).toEqual([1, 1, { image: 9 }])
      const both = imagesOf(['svg', 'png'])
      const small = await importOf(both, { maxAssetBytes: PNG.length, maxBoardAssetBytes: 0 })
      expect(small.assets.map(({ type }) => type)).toEqual(['image/png'])
      const few = await importOf(both, { maxAssetBytes: 0, maxBoardAssetBytes: SVG.length + PNG.length })
      expect([few.assets.map(({ type }) => type), few.skipped]).toEqual([['image/svg+xml'], { image: 1 }])
    })
  })

  it('says what is wrong with a file, and where', async () => {
    const importer = new Importer()
    const broken = await importer.import(bodyOf('{"type":"excalidraw",,}'), undefined, asItIs)
    expect(broken).toMatchObject({ ok: false, message: expect.stringMatching(/not JSON.*position 21/) })
    const foreign = await importer.import(bodyOf('{"type":"something"}'), undefined, asItIs)
    expect(foreign).toMatchObject({ ok: false, message: expect.stringContaining('not an .excalidraw file') })
    expect(await importer.import(null, 0, asItIs)).toMatchObject({ ok: false })
    const tooMany = await importer.import(bodyOf(fileOf(Array(200_001).fill({}))), undefined, asItIs)
    expect(tooMany).toMatchObject({ ok: false, message: expect.stringContaining('200001 elements') })
  })

  it('refuses a file that is too large, before it is sent if it says so', async () => {
    const importer = new Importer()
    await expect(importer.import(null, MAX_IMPORT_BYTES + 1, asItIs)).rejects.toMatchObject({ status: 413 })
    const chunk = new Uint8Array(8 << 20)
    const endless = new ReadableStream<Uint8Array>({ pull: controller => controller.enqueue(chunk) })
    await expect(importer.import(endless, undefined, asItIs)).rejects.toMatchObject({ status: 413 })
    // What was refused holds no room.
    expect(await importer.import(bodyOf(fileOf(rectangles(1))), undefined, asItIs)).toMatchObject({
      ok: true,
    })
  })

  it('takes several files at once, in turns', async () => {
    const importer = new Importer()
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map(count => importer.import(bodyOf(fileOf(rectangles(count))), undefined, asItIs)),
    )
    expect(outcomes.map(outcome => outcome.ok && outcome.board.shapeCount)).toEqual([1, 2, 3, 4, 5])
  })

  it('does the work on another thread', async () => {
    const body = bodyOf(fileOf(rectangles(10_000)))
    let isDone = false
    let longestMs = 0
    const startedAtMs = performance.now()
    const importing = new Importer().import(body, undefined, asItIs).finally(() => {
      isDone = true
    })
    let lastMs = startedAtMs
    while (!isDone) {
      await new Promise(resolve => setImmediate(resolve))
      const nowMs = performance.now()
      longestMs = Math.max(longestMs, nowMs - lastMs)
      lastMs = nowMs
    }
    expect(await importing).toMatchObject({ ok: true })
    // Here it would be one turn that takes nearly all of the time, on a machine of any speed.
    expect(longestMs).toBeLessThan((lastMs - startedAtMs) / 2)
  })
})
