import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { uploadsKey } from './asset-names.ts'
import { Assets } from './assets.ts'

/** A server that answers as it is told, and counts. It stands where `fetch` is; the real one is tried in e2e/pictures.spec.ts. */
let answers: (method: string, path: string, signal: AbortSignal) => Response | Promise<Response>
let cacheModes: (string | undefined)[] = []
let calls: string[] = []
let kept = new Map<string, string>()
let waiting: number[] = []
let refused: string[] = []

const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
}
const there = () => new Response('bytes', { status: 200 })
const missing = () => new Response('{"error":"no such picture"}', { status: 404 })
const away = () => Promise.reject(new TypeError('no network'))

const abortOf = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

let isMoving = false

const open = (): Assets =>
  new Assets({
    boardId: 'board',
    storage,
    isMoving: () => isMoving,
    waitingChanged: count => waiting.push(count),
    refused: (asset, message) => refused.push(`${asset}: ${message}`),
  })

const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  calls = []
  cacheModes = []
  kept = new Map()
  waiting = []
  refused = []
  answers = there
  vi.stubGlobal('reportError', () => {}) // there is no IndexedDB here
  vi.stubGlobal('location', { search: '?key=k%2F1&token=t' })
  vi.stubGlobal('fetch', async (url: string, init: RequestInit & { signal: AbortSignal }) => {
    const { method = 'GET', headers, cache, signal } = init
    calls.push(`${method} ${url} ${new Headers(headers).get('authorization')}`)
    cacheModes.push(cache)
    return Promise.race([answers(method, url, signal), abortOf(signal)])
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('a picture that is to be seen', () => {
  it('is fetched once, by the right that the page came with', async () => {
    const assets = open()
    const [one, two] = [assets.blobOf('cat'), assets.blobOf('cat')]
    expect(await (await one).text()).toBe('bytes')
    expect(await two).toBe(await one)
    expect(calls).toEqual(['GET /api/boards/board/assets/cat?key=k%2F1 Bearer t'])
    expect(cacheModes).toEqual(['no-store'])
  })

  it('is asked for again as long as nobody has sent it, later and later', async () => {
    answers = missing
    const assets = open()
    const blob = assets.blobOf('cat')
    await vi.advanceTimersByTimeAsync(8000)
    // At 0, 1, 3 and 7 s.
    expect(calls).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(3_600_000)
    // Then every four to five minutes.
    expect(calls.length).toBeGreaterThan(20)
    expect(calls.length).toBeLessThan(28)
    answers = there
    await vi.advanceTimersByTimeAsync(300_000)
    expect(await (await blob).text()).toBe('bytes')
  })

  it('is asked for every half minute when the server cannot say', async () => {
    answers = () => new Response('', { status: 503 })
    const blob = open().blobOf('cat')
    await vi.advanceTimersByTimeAsync(600_000)
    answers = there
    const before = calls.length
    expect(before).toBeGreaterThan(20)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await (await blob).text()).toBe('bytes')
    expect(calls).toHaveLength(before + 1)
  })

  it('that nobody has sent is asked for at once when the connection is back', async () => {
    answers = missing
    const assets = open()
    const blob = assets.blobOf('cat')
    await vi.advanceTimersByTimeAsync(3_600_000)
    answers = there
    assets.connected()
    await settle()
    expect(await (await blob).text()).toBe('bytes')
  })

  it('is asked for at once when the connection is back', async () => {
    answers = away
    const assets = open()
    const blob = assets.blobOf('cat')
    await vi.advanceTimersByTimeAsync(60_000)
    answers = there
    const before = calls.length
    assets.connected()
    expect(await (await blob).text()).toBe('bytes')
    expect(calls).toHaveLength(before + 1)
  })

  it('is asked for again when the answer does not come, or breaks off', async () => {
    const begun = (signal: AbortSignal) =>
      new ReadableStream({ start: body => void abortOf(signal).catch(reason => body.error(reason)) })
    answers = (_method, _path, signal) => {
      if (calls.length === 1) return new Promise(() => {})
      return calls.length === 2 ? new Response(begun(signal)) : there()
    }
    const blob = open().blobOf('cat')
    await vi.advanceTimersByTimeAsync(62_000)
    expect(calls).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(63_000)
    expect(calls).toHaveLength(3)
    expect(await (await blob).text()).toBe('bytes')
  })

  it('does not wait behind those that do not come', async () => {
    answers = (_method, path) => (path.includes('gone') ? missing() : there())
    const assets = open()
    for (let i = 0; i < 10; i++) void assets.blobOf(`gone${i}`)
    expect(await (await assets.blobOf('cat')).text()).toBe('bytes')
  })

  it('waits for the one before it while something moves', async () => {
    const ends: (() => void)[] = []
    answers = () =>
      new Promise(resolve => {
        ends.push(() => resolve(there()))
      })
    const assets = open()
    isMoving = true
    for (let i = 0; i < 10; i++) void assets.blobOf(`p${i}`)
    await settle()
    expect(calls).toHaveLength(1)
    isMoving = false
    ends[0]?.()
    await settle()
    expect(calls).toHaveLength(5)
  })

  it('is there at once when it is brought here meanwhile', async () => {
    answers = (method, path) => (method === 'GET' ? missing() : new Response(path, { status: 201 }))
    const assets = open()
    const wanted = assets.blobOf('cat')
    await settle()
    const blob = new Blob(['brought'])
    await assets.add('cat', blob)
    expect(await wanted).toBe(blob)
  })
})

describe('a picture that was added', () => {
  it('waits until the server has it, and says so', async () => {
    let sent = (_response: Response) => {}
    answers = () =>
      new Promise(resolve => {
        sent = resolve
      })
    const assets = open()
    await assets.add('cat', new Blob(['x'], { type: 'image/png' }))
    expect(waiting.at(-1)).toBe(1)
    expect(kept.has(uploadsKey('board'))).toBe(true)
    sent(new Response('{}', { status: 201 }))
    await settle()
    expect(waiting.at(-1)).toBe(0)
    expect(kept.size).toBe(0)
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['no network', away],
    ['a server that is busy', () => new Response('', { status: 503 })],
    ['too many at a time', () => new Response('', { status: 429 })],
  ])('is sent again after %s', async (_what, answer) => {
    answers = answer
    const assets = open()
    await assets.add('cat', new Blob(['x']))
    await vi.advanceTimersByTimeAsync(500)
    expect(waiting.at(-1)).toBe(1)
    answers = () => new Response('{}', { status: 201 })
    await vi.advanceTimersByTimeAsync(1000)
    expect(waiting.at(-1)).toBe(0)
    expect(refused).toEqual([])
  })

  it('that the server will never take is not sent again, nor shown', async () => {
    answers = () => new Response('{"error":"the board is full of pictures"}', { status: 413 })
    const assets = open()
    await assets.add('cat', new Blob(['x']))
    await settle()
    expect(refused).toEqual(['cat: The board is full of pictures.'])
    expect(waiting.at(-1)).toBe(0)
    await expect(assets.blobOf('cat')).rejects.toThrow('did not take')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toHaveLength(1)
  })

  it.each([401, 403, 404])(
    'without the right to (%i) is told once, not waited for, and sent when the right is back',
    async status => {
      answers = () => new Response('{"error":"as viewer you may not do that"}', { status })
      const assets = open()
      const blob = new Blob(['x'])
      await assets.add('cat', blob)
      await vi.advanceTimersByTimeAsync(600_000)
      expect(calls).toHaveLength(1)
      expect(waiting.at(-1)).toBe(0)
      expect(kept.has(uploadsKey('board'))).toBe(true)
      expect(await assets.blobOf('cat')).toBe(blob)
      assets.connected()
      await settle()
      expect(calls).toHaveLength(2)
      expect(refused).toEqual(['cat: As viewer you may not do that.'])
      answers = () => new Response('{}', { status: 201 })
      assets.connected()
      await settle()
      expect(kept.has(uploadsKey('board'))).toBe(false)
      expect(waiting.at(-1)).toBe(0)
    },
  )

  it('is refused by a proxy that does not say why, too', async () => {
    answers = () => new Response('<h1>413</h1>', { status: 413 })
    const assets = open()
    await assets.add('cat', new Blob(['x']))
    await settle()
    expect(refused).toEqual(['cat: The server did not take it.'])
  })

  it('by an earlier page is not waited for when this browser cannot say which', async () => {
    kept.set(uploadsKey('board'), '1')
    open()
    await settle()
    expect(waiting).toEqual([0])
  })

  it('goes out with at most one other', async () => {
    answers = () => new Promise(() => {})
    const assets = open()
    for (const asset of ['one', 'two', 'three', 'four']) void assets.add(asset, new Blob([asset]))
    await settle()
    expect(calls).toHaveLength(2)
    expect(waiting.at(-1)).toBe(4)
  })
})
