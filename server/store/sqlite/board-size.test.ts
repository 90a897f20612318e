/** What boards take on the disk, measured on what the store says of itself (e2e/bench/RESULTS.md, "Big boards"). The numbers follow from
 * the code alone, whatever the machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeInk, inkPrecision } from '#shared/board/ink.ts'
import { DEFAULT_STYLE, type InkPoint, type StrokeShape } from '#shared/board/shape.ts'
import { createShapeId } from '#shared/ids.ts'
import { sceneFile } from '../../../e2e/bench/canvas/scenes/scene.ts'
import { Importer } from '../../http/importer.ts'
import { newBoard } from '../../live/new-board.ts'
import { seeded } from '../../shared/testing/seeded.ts'
import type { NewBoard } from '../store.ts'
import { openSqliteStore } from './sqlite-store.ts'

const MAX_SCENE_BYTES = 1_500_000
const MAX_BYTES_PER_POINT = 2.5
const STROKES = 400
const POINTS = 150

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drawbridge-size-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function bytesStored(board: NewBoard): Promise<number> {
  const store = await openSqliteStore(join(folder, board.id))
  try {
    await store.createBoard(board)
    return (await store.readBoard(board.id))?.bytes ?? Number.NaN
  } finally {
    await store.close()
  }
}

it(`the scene of 10,000 shapes takes at most ${MAX_SCENE_BYTES} bytes`, async () => {
  const body = new Blob([JSON.stringify(sceneFile({ name: 'grid', count: 10_000 }))]).stream()
  const outcome = await new Importer().import(body, undefined, async outcome => outcome)
  if (!outcome.ok) throw new Error(outcome.message)
  expect(outcome.board.shapeCount).toBe(10_000)
  const bytes = await bytesStored(outcome.board)
  expect(bytes).toBeLessThanOrEqual(MAX_SCENE_BYTES)
})

it.each([
  ['a mouse', false],
  ['a pen with pressure', true],
] as const)(
  `ink of %s takes at most ${MAX_BYTES_PER_POINT} bytes a point, its shapes included`,
  async (_pen, hasPressure) => {
    const random = seeded(7)
    const strokes = Array.from({ length: STROKES }, (_, i) => handwriting(i, hasPressure, random))
    const pointCount = STROKES * POINTS
    const bytes = await bytesStored(newBoard('', strokes))
    expect(bytes / pointCount).toBeLessThanOrEqual(MAX_BYTES_PER_POINT)
  },
)

/** Loops as in a written word: 1.5 s of a hand that is told 100 times a second, at 200 to 900 px/s, as a mouse (whole pixels) or a pen
 * (tenths) gives it. */
function handwriting(index: number, hasPressure: boolean, random: () => number): StrokeShape {
  const grain = hasPressure ? 10 : 1
  const points: InkPoint[] = []
  let [x, y, heading, pressure] = [0, 0, random() * 6, 0.3]
  let turn = 0
  for (let i = 0; i < POINTS; i++) {
    turn = turn * 0.9 + (random() - 0.4) * 0.12
    heading += turn
    const step = 2 + 7 * (0.5 + 0.5 * Math.sin(i / 9 + index))
    x += Math.cos(heading) * step
    y += Math.sin(heading) * step
    pressure = Math.min(0.9, Math.max(0.1, pressure + (random() - 0.48) * 0.06))
    points.push([Math.round(x * grain) / grain, Math.round(y * grain) / grain, hasPressure ? pressure : 0.5])
  }
  return {
    ...DEFAULT_STYLE,
    id: createShapeId(),
    type: 'stroke',
    order: `a${index.toString(36)}V`,
    locked: false,
    xy: [index * 300, 0],
    wh: [280, 280],
    angle: 0,
    points: encodeInk({ points, hasPressure, constantWidth: false }, inkPrecision(1)),
  }
}
