import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import { Importer, MAX_IMPORT_BYTES } from './importer.ts'

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

const bodyOf = (text: string) => new Blob([text]).stream()

describe('Importer', () => {
  it('makes a board of a file and counts what it left out', async () => {
    const elements = [
      ...rectangles(3),
      { id: 'p', type: 'image' },
      { id: 'q', type: 'embeddable' },
      { id: 'r', type: 'image' },
    ]
    const outcome = await new Importer().import(bodyOf(fileOf(elements)), undefined)
    if (!outcome.ok) throw new Error(outcome.message)
    expect(outcome.skipped).toEqual({ image: 2, embeddable: 1 })
    expect(outcome.board.shapeCount).toBe(3)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, outcome.board.initialState)
    expect(shapesOf(doc).size).toBe(3)
  })

  it('says what is wrong with a file, and where', async () => {
    const importer = new Importer()
    const broken = await importer.import(bodyOf('{"type":"excalidraw",,}'), undefined)
    expect(broken).toMatchObject({ ok: false, message: expect.stringMatching(/not JSON.*position 21/) })
    const foreign = await importer.import(bodyOf('{"type":"something"}'), undefined)
    expect(foreign).toMatchObject({ ok: false, message: expect.stringContaining('not an .excalidraw file') })
    expect(await importer.import(null, 0)).toMatchObject({ ok: false })
    const tooMany = await importer.import(bodyOf(fileOf(Array(200_001).fill({}))), undefined)
    expect(tooMany).toMatchObject({ ok: false, message: expect.stringContaining('200001 elements') })
  })

  it('refuses a file that is too large, before it is sent if it says so', async () => {
    const importer = new Importer()
    await expect(importer.import(null, MAX_IMPORT_BYTES + 1)).rejects.toMatchObject({ status: 413 })
    const chunk = new Uint8Array(8 << 20)
    const endless = new ReadableStream<Uint8Array>({ pull: controller => controller.enqueue(chunk) })
    await expect(importer.import(endless, undefined)).rejects.toMatchObject({ status: 413 })
    // What was refused holds no room.
    expect(await importer.import(bodyOf(fileOf(rectangles(1))), undefined)).toMatchObject({ ok: true })
  })

  it('takes several files at once, in turns', async () => {
    const importer = new Importer()
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map(count => importer.import(bodyOf(fileOf(rectangles(count))), undefined)),
    )
    expect(outcomes.map(outcome => outcome.ok && outcome.board.shapeCount)).toEqual([1, 2, 3, 4, 5])
  })

  it('does the work on another thread', async () => {
    const body = bodyOf(fileOf(rectangles(10_000)))
    let isDone = false
    let longestMs = 0
    const startedAtMs = performance.now()
    const importing = new Importer().import(body, undefined).finally(() => {
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
