import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_STYLE, type ImageShape } from '#shared/board/shape.ts'
import { type PackableShape, unpackShapes } from './packed-shapes.ts'
import { PaintingWorker, type TilePaint, type WorkerLike } from './painting-worker.ts'
import type { FromWorker, PaintedTile, TileJob, ToWorker } from './tile-job.ts'

const isFontLoaded = vi.hoisted(() => vi.fn(() => true))
vi.mock('./fonts.ts', () => ({ isFontLoaded }))

const common = { ...DEFAULT_STYLE, order: 'a0', locked: false, angle: 0 }
const box = (id: string, text = ''): PackableShape => ({
  ...common,
  id,
  type: 'rectangle',
  xy: [0, 0],
  wh: [50, 50],
  text,
  wrap: false,
})
const arrowTo = (id: string, shape: string): PackableShape => ({
  ...common,
  id,
  type: 'arrow',
  from: { xy: [200, 25] },
  to: { xy: [0, 0], shape, anchor: [0.5, 0.5] },
  via: [],
})

const PAINT: TilePaint & { isHidden: (id: string) => boolean } = {
  theme: 'light',
  scale: 1,
  lookup: () => undefined,
  faded: new Set(),
  useFont: () => {},
  isHidden: () => false,
}

/** Tiles have canvases, which cannot be copied. */
const TILE = { col: 1, row: 2, canvas: () => {} }

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null
  onerror: WorkerLike['onerror'] = null
  readonly heard: ToWorker[] = []
  isTerminated = false
  postMessage(message: ToWorker): void {
    // As a worker does it: what cannot be copied throws.
    this.heard.push(structuredClone(message))
  }
  terminate(): void {
    this.isTerminated = true
  }
  say(data: FromWorker): void {
    this.onmessage?.call(this as never, { data } as MessageEvent)
  }
  get jobs(): TileJob[] {
    return this.heard.filter((message): message is TileJob => typeof message === 'object' && 'job' in message)
  }
  /** Shapes as they came, by number. */
  get shapes(): [number, PackableShape][] {
    return this.heard.flatMap(message =>
      typeof message === 'object' && 'ink' in message ? [...unpackShapes(message)] : [],
    )
  }
}

function setUp(isReady = true) {
  const fake = new FakeWorker()
  const worker = new PaintingWorker(fake)
  if (isReady) fake.say('ready')
  const back: (PaintedTile | undefined)[] = []
  const paint = (shapes: readonly PackableShape[], options: Partial<typeof PAINT> = {}) => {
    const packing = worker.pack(TILE, shapes, { ...PAINT, ...options }, tile => back.push(tile))
    while (packing.step());
  }
  const answer = () => {
    const { job } = fake.jobs.at(-1) as TileJob
    fake.say({ job, bitmap: { close: () => {} } as ImageBitmap, paintedCount: 1, skippedCount: 0 })
  }
  return { fake, worker, back, paint, answer }
}

beforeEach(() => {
  vi.useFakeTimers()
  isFontLoaded.mockReturnValue(true)
})
afterEach(() => vi.useRealTimers())

describe('the worker that paints', () => {
  it('gets nothing before its code has come, however long that takes', () => {
    const { fake, worker } = setUp(false)
    expect(worker.hasRoom).toBe(false)
    expect(worker.isOpen).toBe(false)
    vi.advanceTimersByTime(60_000)
    fake.say('ready')
    expect(worker.hasRoom).toBe(true)
  })

  it('gets every shape once, and a changed one again', () => {
    const { fake, paint } = setUp()
    const [a, b] = [box('a'), box('b')]
    paint([a, b])
    paint([b, a])
    expect(fake.shapes).toHaveLength(2)
    const [first, second] = fake.jobs
    expect([...(second?.shapes ?? [])]).toEqual([...(first?.shapes ?? [])].reverse())
    paint([{ ...a }])
    expect(fake.shapes).toHaveLength(3)
  })

  it('gets a line that hangs on something each time, as it goes then', () => {
    const { fake, paint } = setUp()
    const arrow = arrowTo('arrow', 'a')
    paint([arrow], { lookup: () => box('a') })
    paint([arrow], { lookup: () => ({ ...box('a'), xy: [0, 300] }) as PackableShape })
    const ends = fake.shapes.map(([, shape]) => 'to' in shape && shape.to.xy[1])
    expect(ends[1]).toBeGreaterThan(Number(ends[0]) + 200)
  })

  it('is told what fades and whose text is being typed; what a draft stands in for it does not get', () => {
    const { fake, paint } = setUp()
    const [a, b, c] = [box('a', 'x'), box('b'), box('c')]
    paint([a, b, c], {
      faded: new Set(['b']),
      textHidden: 'a',
      isHidden: id => id === 'c',
    })
    const [job] = fake.jobs
    const numbers = [...(job?.shapes ?? [])]
    expect(numbers).toHaveLength(2)
    expect(job?.faded).toEqual([numbers[1]])
    expect(job?.textHidden).toBe(numbers[0])
  })

  it('is not given text to be read before it has the font that the page has', () => {
    const { fake, worker } = setUp()
    const text = [box('a', 'words')]
    isFontLoaded.mockReturnValue(false)
    expect(worker.canPaint(text, PAINT)).toBe(false)
    expect(fake.heard).toEqual([])
    isFontLoaded.mockReturnValue(true)
    expect(worker.canPaint(text, PAINT)).toBe(false)
    expect(worker.canPaint(text, PAINT)).toBe(false)
    expect(fake.heard).toEqual([{ font: 'hand' }])
    fake.say({ font: 'hand' })
    expect(worker.canPaint(text, PAINT)).toBe(true)
  })

  it('is not given pictures', () => {
    const { worker } = setUp()
    const asset = 'A'.repeat(43)
    const picture: ImageShape = { ...common, id: 'p', type: 'image', xy: [0, 0], wh: [9, 9], asset }
    expect(worker.canPaint([box('a'), picture], PAINT)).toBe(false)
  })

  it('is given text that is bars, and the page is told that its font will be wanted', () => {
    const { worker } = setUp()
    isFontLoaded.mockReturnValue(false)
    const useFont = vi.fn()
    expect(worker.canPaint([box('a', 'words')], { scale: 0.1, useFont })).toBe(true)
    expect(useFont).toHaveBeenCalledWith('hand', false)
  })

  it('has two tiles at most, and room again when one has come', () => {
    const { worker, paint, answer, back } = setUp()
    paint([box('a')])
    expect(worker.hasRoom).toBe(true)
    paint([box('b')])
    expect(worker.hasRoom).toBe(false)
    answer()
    expect(worker.hasRoom).toBe(true)
    expect(back).toHaveLength(1)
  })

  it('forgets what it has when that is too much, and gets it anew', () => {
    const { fake, paint, answer } = setUp()
    const many = Array.from({ length: 30_001 }, (_, i) => box(`s${i}`))
    paint(many)
    answer()
    expect(fake.heard.at(-1)).toBe('forget')
    paint(many.slice(0, 3))
    expect(fake.shapes).toHaveLength(30_004)
  })

  it('that comes to harm or falls silent gives back what it had, and gets no more', () => {
    for (const harm of ['error', 'silence']) {
      const { fake, worker, back, paint } = setUp()
      paint([box('a')])
      if (harm === 'error') fake.onerror?.call(fake as never, {} as ErrorEvent)
      else vi.advanceTimersByTime(5001)
      expect(back).toEqual([undefined])
      expect(worker.isOpen).toBe(false)
      expect(worker.hasRoom).toBe(false)
      expect(fake.isTerminated).toBe(true)
    }
  })

  it('has time, as long as tiles come', () => {
    const { worker, paint, answer } = setUp()
    paint([box('a')])
    vi.advanceTimersByTime(4000)
    paint([box('b')])
    vi.advanceTimersByTime(4000)
    answer()
    vi.advanceTimersByTime(4000)
    expect(worker.isOpen).toBe(true)
  })
})
