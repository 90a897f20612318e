import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import * as slicer from '#shared/sliced-update.ts'
import { DocumentFeed } from './document-feed.ts'
import { UpdateIntake } from './update-intake.ts'

/** A board of so many entries, about 50 bytes each, as one update. */
function bigUpdate(count: number, key = 'e'): Uint8Array {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (let i = 0; i < count; i++)
      doc.getMap('shapes').set(`${key}${i}`, { xy: [i, i], words: 'some words' })
  })
  return Y.encodeStateAsUpdate(doc)
}

/** An intake whose every reading of the clock is 6 ms later, so that it pauses after every other slice until told to go on. */
function setUp() {
  const doc = new Y.Doc()
  const feed = new DocumentFeed(doc)
  let nowMs = 0
  const pauses: (() => void)[] = []
  const intake = new UpdateIntake(feed, {
    clock: () => {
      nowMs += 6
      return nowMs
    },
    pause: () => new Promise(resolve => pauses.push(resolve)),
    loadSlicer: async () => slicer,
  })
  const goOn = async () => {
    pauses.shift()?.()
    // Promises only; no time passes.
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  const finish = async () => {
    await goOn()
    while (pauses.length > 0) await goOn()
  }
  return { doc, feed, intake, pauses, goOn, finish, size: () => doc.getMap('shapes').size }
}

describe('UpdateIntake', () => {
  it('applies a small update at once', () => {
    const { intake, size } = setUp()
    const done = vi.fn()
    intake.take([bigUpdate(3)], 'server', done)
    expect(size()).toBe(3)
    expect(done).toHaveBeenCalledOnce()
  })

  it('applies a big one in slices, and says that it is done when all of it is there', async () => {
    const { doc, intake, goOn, finish, size } = setUp()
    const update = bigUpdate(5000)
    const done = vi.fn()
    intake.take([update], 'server', done)
    await goOn()
    const sizes = [size()]
    await goOn()
    sizes.push(size())
    expect(sizes[0]).toBeLessThan(sizes[1] ?? 0)
    expect(size()).toBeLessThan(5000)
    expect(done).not.toHaveBeenCalled()
    await finish()
    expect(size()).toBe(5000)
    expect(done).toHaveBeenCalledOnce()
    expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVectorFromUpdate(update))
  })

  it('keeps the order: what comes meanwhile waits', async () => {
    const { intake, finish, size } = setUp()
    const order: string[] = []
    intake.take([bigUpdate(3000)], 'server', () => order.push('big'))
    intake.take([bigUpdate(2, 'late')], 'server', () => order.push('small'))
    expect(order).toEqual([])
    await finish()
    expect(order).toEqual(['big', 'small'])
    expect(size()).toBe(3002)
  })

  it('[W18] waits for what is still being unpacked', async () => {
    const { intake, finish, size } = setUp()
    const order: string[] = []
    const { promise, resolve } = Promise.withResolvers<Uint8Array[]>()
    intake.take(promise, 'server', () => order.push('packed'))
    intake.take([bigUpdate(2, 'late')], 'server', () => order.push('small'))
    await Promise.resolve()
    expect(size()).toBe(0)
    resolve([bigUpdate(3000)])
    for (let i = 0; i < 5; i++) await Promise.resolve()
    await finish()
    expect(order).toEqual(['packed', 'small'])
    expect(size()).toBe(3002)
  })

  it('lets local changes through while a board comes in', async () => {
    const { doc, feed, intake, goOn, finish, size } = setUp()
    const local: Uint8Array[] = []
    feed.subscribe((update, origin) => {
      if (origin === 'me') local.push(update)
    })
    intake.take([bigUpdate(3000)], 'server')
    await goOn()
    doc.transact(() => doc.getMap('shapes').set('mine', 1), 'me')
    await finish()
    expect(size()).toBe(3001)
    const other = new Y.Doc()
    for (const update of local) Y.applyUpdate(other, update)
    expect(other.getMap('shapes').toJSON()).toEqual({ mine: 1 })
  })

  it('reports bytes that are no update and goes on', async () => {
    const report = vi.fn()
    vi.stubGlobal('reportError', report)
    const { intake, finish, size } = setUp()
    const done = vi.fn()
    const broken = bigUpdate(3000)
    intake.take([broken.subarray(0, broken.length - 5000), bigUpdate(2, 'next')], 'server', done)
    await finish()
    expect(report).toHaveBeenCalled()
    expect(done).toHaveBeenCalledOnce()
    expect(size()).toBeGreaterThanOrEqual(2)
    vi.unstubAllGlobals()
  })

  it('takes a big one whole when there is nothing to slice it with', async () => {
    const doc = new Y.Doc()
    const gone = () => Promise.reject(new Error('Failed to fetch dynamically imported module'))
    const intake = new UpdateIntake(new DocumentFeed(doc), { loadSlicer: gone })
    await new Promise<void>(done => intake.take([bigUpdate(3000)], 'server', done))
    expect(doc.getMap('shapes').size).toBe(3000)
  })

  it('stops when it is closed', async () => {
    const { intake, goOn, finish, size } = setUp()
    const done = vi.fn()
    intake.take([bigUpdate(5000)], 'server', done)
    await goOn()
    intake.close()
    const before = size()
    await goOn()
    await finish()
    expect(size()).toBe(before)
    expect(done).not.toHaveBeenCalled()
  })
})

describe('DocumentFeed', () => {
  it('tells of an incoming update as the bytes it came in, once', () => {
    const doc = new Y.Doc()
    const feed = new DocumentFeed(doc)
    const heard: [Uint8Array, unknown][] = []
    feed.subscribe((update, origin) => heard.push([update, origin]))
    const update = bigUpdate(2)
    feed.apply(update, 'server')
    expect(heard).toHaveLength(1)
    expect(heard[0]?.[0]).toBe(update)
    expect(heard[0]?.[1]).toBe('server')
  })

  it('tells of the own change that an observer makes in answer to an incoming one', () => {
    const doc = new Y.Doc()
    const feed = new DocumentFeed(doc)
    const origins: unknown[] = []
    const own: Uint8Array[] = []
    feed.subscribe((update, origin) => {
      origins.push(origin)
      if (origin === 'me') own.push(update)
    })
    doc.getMap('shapes').observe(event => {
      if (event.transaction.origin === 'server')
        doc.transact(() => doc.getMap('shapes').set('answer', 1), 'me')
    })
    feed.apply(bigUpdate(2), 'server')
    doc.transact(() => doc.getMap('shapes').set('later', 1), 'me')
    expect(origins).toEqual(['me', 'server', 'me'])
    const other = new Y.Doc()
    for (const update of own) Y.applyUpdate(other, update)
    expect(other.getMap('shapes').toJSON()).toEqual({ answer: 1, later: 1 })
  })

  it('goes on telling after bytes that are no update', () => {
    const doc = new Y.Doc()
    const feed = new DocumentFeed(doc)
    const heard = vi.fn()
    feed.subscribe(heard)
    expect(() => feed.apply(Uint8Array.of(9, 9, 9), 'server')).toThrow()
    doc.transact(() => doc.getMap('shapes').set('mine', 1), 'me')
    expect(heard).toHaveBeenCalledOnce()
  })
})
