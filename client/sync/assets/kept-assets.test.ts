import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { uploadsKey } from './asset-names.ts'
import { Assets } from './assets.ts'
import { TestIndexedDb } from './test-indexed-db.ts'

let answers: (method: string) => Response | Promise<Response>
let calls: string[] = []
let kept = new Map<string, string>()
let waiting: number[] = []
let refused: string[] = []
let database = new TestIndexedDb()

const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
}
const taken = () => new Response('{}', { status: 201 })
const away = () => Promise.reject(new TypeError('no network'))

const open = (): Assets =>
  new Assets({
    boardId: 'board',
    storage,
    isMoving: () => false,
    waitingChanged: count => waiting.push(count),
    refused: (asset, message) => refused.push(`${asset}: ${message}`),
  })

const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  calls = []
  kept = new Map()
  waiting = []
  refused = []
  answers = taken
  database = new TestIndexedDb()
  vi.stubGlobal('indexedDB', database)
  vi.stubGlobal('reportError', () => {})
  vi.stubGlobal('location', { search: '' })
  vi.stubGlobal('fetch', async (url: string, { method = 'GET' }: RequestInit) => {
    calls.push(`${method} ${url.split('/').at(-1)}`)
    return answers(method)
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('what this browser keeps of pictures', () => {
  it('is sent by the next page, and only once', async () => {
    answers = away
    const before = open()
    await before.add('cat', new Blob(['x']))
    before.close()
    expect(database.keysOf('uploads')).toEqual(['cat'])
    answers = taken
    calls = []
    open()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual(['POST assets'])
    expect(waiting.at(-1)).toBe(0)
    expect(database.keysOf('uploads')).toEqual([])
    expect(kept.has(uploadsKey('board'))).toBe(false)
  })

  it('is sent by another page, open before, when the one it was brought to is closed', async () => {
    const other = open()
    await settle()
    answers = away
    const closing = open()
    await closing.add('cat', new Blob(['x']))
    closing.close()
    answers = taken
    calls = []
    other.connected()
    await settle()
    expect(calls).toEqual(['POST assets'])
    expect(database.keysOf('uploads')).toEqual([])
    expect(kept.has(uploadsKey('board'))).toBe(false)
  })

  it('is not forgotten by the mark because another page has sent all of its own', async () => {
    const other = open()
    await settle()
    answers = away
    await open().add('cat', new Blob(['x']))
    answers = taken
    await other.add('dog', new Blob(['y']))
    await settle()
    expect(database.keysOf('uploads')).toEqual(['cat'])
    expect(kept.has(uploadsKey('board'))).toBe(true)
  })

  it('is known to other pages that were open before', async () => {
    answers = away
    const other = open()
    const wanted = other.blobOf('cat')
    await settle()
    await open().add('cat', new Blob(['x']))
    expect(await (await other.known('cat'))?.text()).toBe('x')
    await vi.advanceTimersByTimeAsync(2000)
    expect(await (await wanted).text()).toBe('x')
  })

  it('stays there when this person may not send it now', async () => {
    answers = () => new Response('', { status: 403 })
    const assets = open()
    await assets.add('cat', new Blob(['x']))
    await settle()
    expect(database.keysOf('uploads')).toEqual(['cat'])
    expect(database.keysOf('bytes')).toEqual(['cat'])
    expect(waiting.at(-1)).toBe(0)
  })

  it('does not hold up a picture when its connection has closed', async () => {
    const assets = open()
    await settle()
    database.closeAll(false)
    await assets.add('cat', new Blob(['x']))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toEqual(['POST assets'])
    expect(waiting.at(-1)).toBe(0)
  })

  it('is opened again when the browser has closed it', async () => {
    const assets = open()
    await settle()
    database.closeAll(true)
    answers = away
    await assets.add('cat', new Blob(['x']))
    expect(database.keysOf('uploads')).toEqual(['cat'])
  })
})
