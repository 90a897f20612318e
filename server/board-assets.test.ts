/** Boards' pictures as pages bring and get them: over http, with what the internet may try. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { systemClock } from './live/clock.ts'
import { StoreError } from './store/store.ts'
import { openMeeting, pictureOf } from './testing/meeting.ts'
import { afterwards, cleanUp, openServer } from './testing/open-server.ts'

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

const pngOf = (width: number, height: number): Uint8Array<ArrayBuffer> => {
  const bytes = Uint8Array.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0', letter =>
    letter.charCodeAt(0),
  )
  new DataView(bytes.buffer).setUint32(16, width)
  new DataView(bytes.buffer).setUint32(20, height)
  return bytes
}
const PNG = pngOf(4, 3)

async function openAlbum(env = {}) {
  const meeting = await openMeeting({ env })
  const assets = `${meeting.path}/assets`
  const { owner } = meeting
  return {
    ...meeting,
    assets,
    add: (body: unknown, headers?: Record<string, string>) =>
      owner.call('POST', assets, { body, ...(headers && { headers }) }),
    /** With its bytes, unlike `owner.call`. */
    get: (id: string, init: RequestInit = {}) =>
      fetch(`http://${meeting.host}${assets}/${id}`, {
        ...init,
        headers: { Cookie: owner.cookie ?? '', ...init.headers },
      }),
  }
}

describe('a picture', () => {
  it('comes back byte for byte to whoever is on the board', async () => {
    const { add, get, visitor, assets, path, log } = await openAlbum()
    const { id, bytes } = pictureOf('a')
    const added = await add(bytes)
    expect([added.status, added.json]).toEqual([
      201,
      { asset: id, type: 'image/svg+xml', bytes: bytes.length },
    ])
    const response = await get(id)
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-length': String(bytes.length),
      'cache-control': 'private, no-cache',
      etag: `"${id}"`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    const stranger = await visitor().call('GET', `${assets}/${id}`)
    expect(stranger.status).toBe(200)
    expect((await visitor().call('GET', path)).json).toMatchObject({ assetBytes: bytes.length })
    expect(log.lines.find(({ event }) => event === 'asset.added')?.fields).toMatchObject({
      type: 'image/svg+xml',
      bytes: bytes.length,
    })
    expect(JSON.stringify(log.lines)).not.toContain(id)
  })

  it('is what its bytes say, whatever is said of them, and is there once', async () => {
    const { add, get, path, owner } = await openAlbum()
    for (const type of ['image/gif', 'application/octet-stream', 'image/png; x=y']) {
      const { status, json } = await add(PNG, { 'Content-Type': type })
      expect([status, json.type]).toEqual([201, 'image/png'])
      expect((await get(json.asset)).headers.get('content-type')).toBe('image/png')
    }
    expect((await owner.call('GET', path)).json.assetBytes).toBe(PNG.length)
  })

  it('is not sent again to who has it, and a HEAD says what a GET would', async () => {
    const { add, get } = await openAlbum()
    const { json } = await add(PNG)
    const etag = `"${json.asset}"`
    for (const tags of [etag, `"x", W/${etag}`, '*']) {
      const response = await get(json.asset, { headers: { 'If-None-Match': tags } })
      expect([response.status, await response.text()]).toEqual([304, ''])
    }
    expect((await get(json.asset, { headers: { 'If-None-Match': '"x"' } })).status).toBe(200)
    const head = await get(json.asset, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(PNG.length),
      '',
    ])
  })

  it('with scripts in it runs none of them when it is opened by itself', async () => {
    const { add, get } = await openAlbum()
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
    const { json } = await add(new TextEncoder().encode(svg))
    const policy = (await get(json.asset)).headers.get('content-security-policy')
    expect(policy).toMatch(/^default-src 'none';/)
    expect(policy).toMatch(/; sandbox$/)
    expect(policy).not.toContain('script')
  })

  it('is read from the store once for all who ask at the same time', async () => {
    const { get, store, id: boardId } = await openAlbum()
    const { id, bytes } = pictureOf('a')
    await store.addAsset(boardId, { id, type: 'image/svg+xml', bytes }, 1000)
    store.assetReadCount = 0
    const responses = await Promise.all(Array.from({ length: 20 }, () => get(id)))
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(store.assetReadCount).toBe(1)
  })

  it('is counted', async () => {
    const { add, get, host } = await openAlbum()
    const { json } = await add(PNG)
    await (await get(json.asset)).arrayBuffer()
    await add(Uint8Array.of(1))
    const metrics = await (await fetch(`http://${host}/metrics`)).text()
    for (const line of [
      'pictures_received_total 1',
      'pictures_sent_total 1',
      `picture_bytes_received_total ${PNG.length}`,
      `picture_bytes_sent_total ${PNG.length}`,
      'refusals_total{reason="no-picture"} 1',
    ])
      expect(metrics).toContain(`\ndrawbridge_${line}\n`)
  })
})

describe('is refused', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a page', new TextEncoder().encode('<!doctype html><svg></svg><script>alert(1)</script>')],
    ['a program', new TextEncoder().encode('#!/bin/sh')],
    ['half of a beginning', PNG.slice(0, 7)],
  ])('%s, as no picture', async (_what, body) => {
    const { add, store, id } = await openAlbum()
    const { status, json } = await add(body, { 'Content-Type': 'image/png' })
    expect([status, json]).toEqual([415, { error: expect.stringMatching(/not a picture; expected PNG/) }])
    expect((await store.readBoard(id))?.assetBytes).toBe(0)
  })

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'what a form could send: %s',
    async type => {
      const { add } = await openAlbum()
      const { status, json } = await add(PNG, { 'Content-Type': type })
      expect([status, json]).toEqual([415, { error: expect.stringContaining('application/octet-stream') }])
    },
  )

  it('what is too large, before it is sent if it says so, and while it comes if not', async () => {
    const { add, assets, host, owner } = await openAlbum({ MAX_ASSET_BYTES: '1048576' })
    const largest = new Uint8Array(1 << 20)
    largest.set(PNG)
    expect((await add(largest)).status).toBe(201)
    const tooLarge = { status: 413, json: { error: 'the picture is larger than 1 MB' } }
    const larger = new Uint8Array((1 << 20) + 1)
    larger.set(PNG)
    expect(await add(larger)).toMatchObject(tooLarge)
    const chunk = new Uint8Array(1 << 16)
    const endless = new ReadableStream<Uint8Array>({ pull: controller => controller.enqueue(chunk) })
    const headers = { 'Content-Type': 'image/png', Cookie: owner.cookie ?? '' }
    // What Node's types of `fetch` lack.
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body: endless, headers, duplex: 'half' }
    const answer = await fetch(`http://${host}${assets}`, init)
    expect([answer.status, await answer.json()]).toEqual([413, tooLarge.json])
  })

  it('what would take every page gigabytes to decode', async () => {
    const { add, store, id } = await openAlbum()
    expect((await add(pngOf(8000, 8000))).status).toBe(201)
    const { assetBytes } = (await store.readBoard(id)) ?? {}
    const svg = new TextEncoder().encode(`<svg>${' '.repeat(2 << 20)}</svg>`)
    for (const [bytes, error] of [
      [pngOf(22_000, 22_000), 'the picture has more than 64 megapixels'],
      [PNG.slice(0, 20), 'the picture does not say how many pixels it has'],
      [svg, 'the SVG is larger than 2 MB'],
    ])
      expect(await add(bytes)).toMatchObject({ status: 413, json: { error } })
    expect((await store.readBoard(id))?.assetBytes).toBe(assetBytes)
  })

  it('what there is no room for on the board; what is there needs none', async () => {
    const { add, get } = await openAlbum({ MAX_BOARD_ASSET_BYTES: String(PNG.length + 1) })
    expect((await add(PNG)).status).toBe(201)
    const { id, bytes } = pictureOf('a')
    const message = `the pictures of this board would take more than ${PNG.length + 1} bytes together`
    expect(await add(bytes)).toMatchObject({ status: 413, json: { error: message } })
    expect((await get(id)).status).toBe(404)
    expect((await add(PNG)).status).toBe(201)
  })

  it('while the disk takes nothing, with a word that it may be sent again', async () => {
    const { add, store } = await openAlbum()
    store.failure = new StoreError('full', 'no space left')
    expect(await add(PNG)).toMatchObject({ status: 503, json: { error: expect.stringContaining('again') } })
    store.failure = undefined
    expect((await add(PNG)).status).toBe(201)
  })
})

describe('nobody gets', () => {
  it('a picture of one board by another, or by a name that is none', async () => {
    const { add, owner, assets } = await openAlbum()
    const { asset } = (await add(PNG)).json
    const other: string = (await owner.call('POST', '/api/boards')).json.id
    const nothing = { status: 404, json: { error: 'this board has no such picture' } }
    expect(await owner.call('GET', `/api/boards/${other}/assets/${asset}`)).toMatchObject(nothing)
    const names = [pictureOf('x').id, `${asset}x`, asset.slice(1), '..%2f..%2fetc%2fpasswd', '%00', 'null']
    for (const name of names) expect(await owner.call('GET', `${assets}/${name}`)).toMatchObject(nothing)
    for (const path of [`${assets}/..%2f${asset}`, `${assets}/${asset}/..%2f..`, `${assets}/`, assets]) {
      const { status, json } = await owner.call('GET', path)
      expect([path, status, typeof json.error]).toEqual([path, 404, 'string'])
    }
  })

  it('a word that what they have is still right, once the board is closed to them', async () => {
    const { add, visitor, set, assets } = await openAlbum()
    const { asset } = (await add(PNG)).json
    const headers = { 'If-None-Match': `"${asset}"` }
    const guest = visitor()
    expect((await guest.call('GET', `${assets}/${asset}`, { headers })).status).toBe(304)
    await set({ anyone: 'nobody' })
    expect((await guest.call('GET', `${assets}/${asset}`, { headers })).status).toBe(404)
  })

  it('of a board that is not there more than of one that is not for them', async () => {
    const { add, visitor, set, assets } = await openAlbum()
    const { asset } = (await add(PNG)).json
    await set({ anyone: 'nobody' })
    const here = await visitor().call('GET', `${assets}/${asset}`)
    const nowhere = await visitor().call('GET', `/api/boards/${createBoardId()}/assets/${asset}`)
    expect([here.status, here.json]).toEqual([404, nowhere.json])
    const sent = await visitor().call('POST', assets, { body: PNG })
    expect([sent.status, sent.json]).toEqual([404, nowhere.json])
  })

  it('to add one to a board that is locked or ended, but its owner', async () => {
    const { add, set, visitor, assets } = await openAlbum()
    for (const [state, status] of [
      ['locked', 403],
      ['ended', 403],
      ['open', 201],
    ]) {
      await set({ state })
      expect([state, (await visitor().call('POST', assets, { body: PNG })).status]).toEqual([state, status])
      expect([state, (await add(PNG)).status]).toEqual([state, 201])
    }
  })

  it('to add one by a page of another site', async () => {
    const { add, store, id } = await openAlbum()
    expect((await add(PNG, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await store.readBoard(id))?.assetBytes).toBe(0)
  })
})

it('who hangs up in the middle leaves nothing behind', async () => {
  const { assets, port, add, log, store, id } = await openAlbum()
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    `POST ${assets} HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n`,
  )
  socket.write(PNG)
  socket.destroy()
  await once(socket, 'close')
  expect((await add(PNG)).status).toBe(201)
  expect((await store.readBoard(id))?.assetBytes).toBe(PNG.length)
  expect(log.lines.filter(({ event }) => event === 'request.failed')).toEqual([])
})

it('who takes a picture too slowly is cut off, and nobody who does not', async () => {
  const deadlines: { ms: number; run: () => void; isOver: boolean }[] = []
  const after = (ms: number, run: () => void) => {
    // Those of the sockets are shorter.
    if (ms <= 60_000) return systemClock.after(ms, run)
    const deadline = { ms, run, isOver: false }
    deadlines.push(deadline)
    const cancel = (): void => {
      deadline.isOver = true
    }
    return { cancel }
  }
  const { port, path } = await openServer({}, { ...systemClock, after })
  const assets = `/api/boards/${path.split('/').at(-1)}/assets`
  // More than the system takes in on the way.
  const body = new Uint8Array(10 << 20)
  body.set(PNG)
  const headers = { 'Content-Type': 'image/png' }
  const added = await fetch(`http://127.0.0.1:${port}${assets}`, { method: 'POST', headers, body })
  const { asset } = (await added.json()) as { asset: string }
  const fetched = await fetch(`http://127.0.0.1:${port}${assets}/${asset}`)
  expect((await fetched.arrayBuffer()).byteLength).toBe(body.length)
  const slow = connect(port, '127.0.0.1')
  afterwards(() => slow.destroy())
  slow.write(`GET ${assets}/${asset} HTTP/1.1\r\nHost: x\r\n\r\n`)
  // The head of the answer, and no more for now.
  await once(slow, 'readable')
  const seen = () => deadlines.map(({ ms, isOver }) => [Math.round(ms / 1000), isOver])
  await expect.poll(seen).toEqual([
    [715, true],
    [715, false],
  ])
  deadlines[1]?.run()
  let size = 0
  slow
    .on('error', () => {})
    .on('data', chunk => {
      size += chunk.length
    })
  await once(slow, 'close')
  expect(size).toBeLessThan(body.length)
})
