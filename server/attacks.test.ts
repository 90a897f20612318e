/** Tries to get at a board without the right to, one by one, over raw sockets and the API. */
import { SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { shapesOf } from '#shared/board/layout.ts'
import { createBoardId, createParticipantToken } from '#shared/ids.ts'
import { CLOSE, encodeSync, PARTICIPANT_PREFIX, SUBPROTOCOL, SYNC } from '#shared/protocol.ts'
import { drawRectangle, type Line, openMeeting, type Visitor } from './testing/meeting.ts'
import { afterwards, cleanUp } from './testing/open-server.ts'
import { clientFrame, OPCODE, RawSocket } from './testing/raw-socket.ts'

// Real sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

const closeOf = async (line: Line) => {
  const { code, reason } = await line.closed
  return { code, reason, frames: line.received.length }
}
const NO_BOARD = { code: CLOSE.noSuchBoard, reason: 'There is no board at this link.', frames: 0 }

async function closedMeeting(options?: Parameters<typeof openMeeting>[0]) {
  const meeting = await openMeeting(options)
  await meeting.set({ anyone: 'nobody' })
  return meeting
}

describe('[W23] who has no right', () => {
  it('learns of a board neither that it is there nor anything else, however it is asked for', async () => {
    const { id, owner, visitor, addLink } = await closedMeeting()
    const other: string = (await owner.call('POST', '/api/boards')).json.id
    await owner.call('PATCH', `/api/boards/${other}`, { body: { anyone: 'nobody' } })
    const { key } = (await owner.call('POST', `/api/boards/${other}/links`, { body: { role: 'editor' } }))
      .json
    await addLink('editor')
    const stranger = visitor()
    await stranger.call('POST', '/api/boards')
    for (const rest of ['', `?key=${key}`, '?key=', `?key=${'x'.repeat(5000)}`, '?token=x', '?key=%00']) {
      const here = await closeOf(stranger.connect(id + rest))
      expect([rest, here]).toEqual([rest, NO_BOARD])
      expect(await closeOf(stranger.connect(createBoardId() + rest))).toEqual(here)
    }
    const seen = async (boardId: string, who: Visitor) => {
      const answers = await Promise.all([
        who.call('GET', `/b/${boardId}?key=${key}`),
        who.call('GET', `/api/boards/${boardId}?key=${key}`),
        who.call('POST', `/api/boards/${boardId}/enter`, { body: { key } }),
        who.call('DELETE', `/api/boards/${boardId}/links/x`),
      ])
      return answers.map(({ status, json }) => [status, JSON.stringify(json)])
    }
    const atBoard = await seen(id, stranger)
    expect(atBoard.map(([status]) => status)).toEqual([404, 404, 404, 404])
    expect(await seen(createBoardId(), stranger)).toEqual(atBoard)
  })

  it('is not let in by frames that come with the handshake, and they change nothing', async () => {
    const { id, port, join } = await closedMeeting()
    const { line: watching } = await join('owner')
    const forged = new Y.Doc()
    drawRectangle('forged', 'x')(shapesOf(forged))
    const frame = encodeSync(SYNC.update, Y.encodeStateAsUpdate(forged))
    const first = Buffer.concat([clientFrame(OPCODE.binary, frame), clientFrame(OPCODE.binary, frame)])
    const raw = await RawSocket.open(port, `/live/${id}`, first)
    expect(await raw.closed).toBe(CLOSE.noSuchBoard)
    await watching.sync()
    expect(shapesOf(watching.doc).has('forged')).toBe(false)
  })

  it('is not let in by somebody else’s cookie for another board, nor by a cookie that was tampered with', async () => {
    const { id, owner, visitor } = await closedMeeting()
    const cookie = owner.cookie ?? ''
    const [name = '', value = ''] = cookie.split('=', 2)
    const [session = '', signature = ''] = decodeURIComponent(value).split('.')
    const other = visitor()
    await other.call('POST', '/api/boards')
    const othersSignature = decodeURIComponent(other.cookie ?? '').split('.')[1] ?? ''
    const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    const tampered = [
      other.cookie,
      `${name}=${encodeURIComponent(`${flip(session)}.${signature}`)}`,
      `${name}=${encodeURIComponent(`${session}.${flip(signature)}`)}`,
      `${name}=${encodeURIComponent(`${session}.${othersSignature}`)}`,
      `${name}=${session}`,
      `${name}=${session}.`,
      `${name}=`,
      `${name}=%`,
      `${name}=${encodeURIComponent(`session:${session}.${signature}`)}`,
      `${name}=${'x'.repeat(4000)}`,
    ]
    for (const each of tampered) {
      expect([each, await closeOf(visitor(each).connect(id))]).toEqual([each, NO_BOARD])
      const { status } = await visitor(each).call('GET', `/api/boards/${id}/links`)
      expect([each, status]).toEqual([each, 404])
    }
    // The board is its owner's all the same.
    expect((await visitor(cookie).connect(id).next('welcome')).welcome.role).toBe('owner')
  })

  it('a cookie of another server, signed with another secret, is nobody', async () => {
    const [here, there] = [await closedMeeting(), await closedMeeting()]
    expect(await closeOf(here.visitor(there.owner.cookie).connect(here.id))).toEqual(NO_BOARD)
  })

  it('a page of another site cannot use the owner’s cookie: not on a socket, not with a call', async () => {
    const evil = { origin: 'https://evil.example' }
    const { id, path, owner, store } = await closedMeeting()
    expect((await closeOf(owner.connect(id, evil))).code).toBe(CLOSE.forbidden)
    const before = await store.readAccess(id)
    for (const [method, rest, body] of [
      ['PATCH', '', { anyone: 'editor' }],
      ['POST', '/end', undefined],
      ['POST', '/links', { role: 'editor' }],
      ['POST', '/owner', { person: 'x' }],
      ['DELETE', '/people/x', undefined],
    ] as const) {
      const answer = await owner.call(method, path + rest, { body, headers: evil })
      expect([rest, answer.status]).toEqual([rest, 403])
    }
    expect(await store.readAccess(id)).toEqual(before)
    // As a form of another site sends it, were there no Origin.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'Content-Type': type }
      const answer = await owner.call('PATCH', path, { body: '{"anyone":"editor"}', headers })
      expect(answer.status).toBe(415)
    }
    expect(await store.readAccess(id)).toEqual(before)
  })

  it('a page that may use this server is still not the owner', async () => {
    const friend = { origin: 'https://friend.example' }
    const env = { ALLOWED_ORIGINS: 'https://friend.example' }
    const { id, path, owner, set } = await openMeeting({ env })
    expect((await owner.connect(id, friend).next('welcome')).welcome.role).toBe('editor')
    expect((await owner.call('PATCH', path, { body: { anyone: 'nobody' }, headers: friend })).status).toBe(
      403,
    )
    await set({ anyone: 'nobody' })
    expect(await closeOf(owner.connect(id, friend))).toEqual(NO_BOARD)
    expect((await owner.call('GET', path, { headers: friend })).status).toBe(404)
  })

  it('a made-up key of right length, a hash of the key and the key of another board open nothing', async () => {
    const { id, visitor, addLink, store } = await closedMeeting()
    const { key, id: linkId } = await addLink('editor')
    const hash = (await store.readAccess(id))?.links[0]?.keyHash ?? ''
    expect(hash).not.toContain(key)
    expect(Buffer.from(key, 'base64url').length).toBe(16)
    for (const guess of [hash, linkId, key.slice(0, -1), `${key}A`, key.toLowerCase(), ` ${key}`]) {
      expect([guess, await closeOf(visitor().connect(`${id}?key=${encodeURIComponent(guess)}`))]).toEqual([
        guess,
        NO_BOARD,
      ])
    }
    expect((await visitor().connect(`${id}?key=${key}`).next('welcome')).welcome.role).toBe('editor')
  })
})

describe('who has lost their right', () => {
  it('a revoked link ends at once and opens nothing any more; its holder is told', async () => {
    const { path, id, owner, visitor, addLink, join } = await closedMeeting()
    const { line: watching } = await join('owner')
    const { key, id: linkId } = await addLink('editor')
    const line = visitor().connect(`${id}?key=${key}`)
    await line.sync()
    expect((await owner.call('DELETE', `${path}/links/${linkId}`)).status).toBe(204)
    expect(await line.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('revoked') })
    expect((await closeOf(visitor().connect(`${id}?key=${key}`))).code).toBe(CLOSE.forbidden)
    expect((await visitor().call('GET', `${path}?key=${key}`)).status).toBe(403)
    expect((await visitor().call('POST', `${path}/enter`, { body: { key } })).status).toBe(403)
    // For good: it cannot be changed into a good one.
    expect((await owner.call('PATCH', `${path}/links/${linkId}`, { body: { role: 'editor' } })).status).toBe(
      404,
    )
    expect(watching.isOpen).toBe(true)
  })

  it('fifty people through one link are out, and fifty whose role changes are told, within a second', async () => {
    const { path, id, owner, visitor, addLink } = await closedMeeting()
    const [edit, view] = [await addLink('editor'), await addLink('viewer')]
    const through = async (key: string) => {
      const lines = Array.from({ length: 50 }, () => visitor().connect(`${id}?key=${key}`))
      await Promise.all(lines.map(line => line.sync()))
      return lines
    }
    const [editors, viewers] = [await through(edit.key), await through(view.key)]
    const startMs = performance.now()
    await Promise.all([
      owner.call('DELETE', `${path}/links/${edit.id}`),
      owner.call('PATCH', `${path}/links/${view.id}`, { body: { role: 'commenter' } }),
    ])
    const closes = await Promise.all(editors.map(line => line.closed))
    await Promise.all(viewers.map(line => line.next('role', ({ role }) => role === 'commenter')))
    expect(performance.now() - startMs).toBeLessThan(1000)
    expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([CLOSE.forbidden]))
    expect(viewers.every(line => line.isOpen)).toBe(true)
  })

  it('a downgrade in the middle of a stream of changes holds from there on', async () => {
    const { path, id, owner, visitor, addLink, join } = await closedMeeting()
    const { line: watching } = await join('owner')
    const { key, id: linkId } = await addLink('editor')
    const line = visitor().connect(`${id}?key=${key}`)
    const { by } = (await line.next('welcome')).welcome
    await line.sync()
    let count = 0
    let isStreaming = true
    const stream = (): void => {
      if (!isStreaming) return
      line.draw(drawRectangle(`s${count++}`, by))
      setImmediate(stream)
    }
    stream()
    await watching.has('s5')
    await owner.call('PATCH', `${path}/links/${linkId}`, { body: { role: 'viewer' } })
    await line.next('role', ({ role }) => role === 'viewer')
    const told = count
    await line.until(() => line.received.some(frame => frame.type === 'refused'))
    isStreaming = false
    await line.sync()
    await watching.sync()
    const landed = [...shapesOf(watching.doc).keys()].filter(each => each.startsWith('s')).length
    expect(landed).toBeGreaterThan(5)
    // What was sent before the word of it arrived may be in; nothing after.
    expect(landed).toBeLessThanOrEqual(told)
    line.draw(drawRectangle('late', by))
    await line.sync()
    await watching.sync()
    expect(shapesOf(watching.doc).has('late')).toBe(false)
  })

  it('lock, end and reopen reach everybody who is there; the owner goes on', async () => {
    const { id, path, owner, set, join } = await closedMeeting()
    const { line: watching } = await join('owner')
    const { line, target, who } = await join('editor')
    await set({ state: 'locked' })
    await line.next('role', ({ role }) => role === 'viewer')
    line.draw(drawRectangle('locked', 'x'))
    await line.next('refused', ({ refusal }) => refusal.code === 'read-only')
    watching.draw(drawRectangle('owners', 'owner'))
    await line.has('owners')
    await set({ state: 'open' })
    await line.next('role', ({ role }) => role === 'editor')
    expect((await owner.call('POST', `${path}/end`)).json).toEqual({ anyone: 'nobody', state: 'ended' })
    expect(await line.closed).toMatchObject({ code: 4403, reason: 'The meeting has ended.' })
    expect((await closeOf(who.connect(target))).code).toBe(CLOSE.forbidden)
    expect(await closeOf(who.connect(id))).toEqual(NO_BOARD)
    expect(watching.isOpen).toBe(true)
    await set({ state: 'open' })
    await who.connect(target).sync()
  })

  it('what anyone may do changes for who came by the address alone', async () => {
    const { id, set, visitor } = await openMeeting()
    const line = visitor().connect(id)
    expect((await line.next('welcome')).welcome.role).toBe('editor')
    await set({ anyone: 'commenter' })
    await line.next('role', ({ role }) => role === 'commenter')
    await set({ anyone: 'nobody' })
    expect(await line.closed).toMatchObject({ code: CLOSE.forbidden })
    expect(await closeOf(visitor().connect(id))).toEqual(NO_BOARD)
  })

  it('a person who was removed is out on all connections, and stays out, until that is taken back', async () => {
    const { path, owner, join } = await closedMeeting()
    const { line, who, target, welcome } = await join('editor')
    const second = who.connect(target)
    await second.sync()
    const { line: other } = await join('editor')
    const person = `${path}/people/${welcome.by}`
    expect((await owner.call('DELETE', person)).status).toBe(204)
    for (const each of [line, second]) {
      expect(await each.closed).toMatchObject({ code: 4403, reason: 'You were removed from this board.' })
    }
    expect((await closeOf(who.connect(target))).code).toBe(CLOSE.forbidden)
    const key = target.split('=')[1]
    expect((await who.call('POST', `${path}/enter`, { body: { key } })).status).toBe(403)
    expect(other.isOpen).toBe(true)
    expect((await owner.call('PATCH', person, { body: { role: null } })).status).toBe(200)
    await who.connect(target).sync()
  })

  it('who keeps no cookie has a mark for as long as the page lives, and nobody else has it', async () => {
    const { id, visitor } = await openMeeting()
    const markWith = async (token: string) => {
      const line = visitor().connect(id, {}, [SUBPROTOCOL, PARTICIPANT_PREFIX + token])
      return (await line.next('welcome')).welcome.by
    }
    const [one, other] = [createParticipantToken(), createParticipantToken()]
    const marks = [await markWith(one), await markWith(one), await markWith(other)]
    expect(marks[0]).toBe(marks[1])
    expect(marks[2]).not.toBe(marks[0])
    expect(marks).not.toContain(one)
  })

  it('who keeps no cookie can be put out, too', async () => {
    const { id, path, owner, visitor } = await openMeeting()
    const line = visitor().connect(id)
    const { welcome } = await line.next('welcome')
    await line.sync()
    expect(
      (await owner.call('PATCH', `${path}/people/${welcome.by}`, { body: { role: 'viewer' } })).status,
    ).toBe(404)
    expect((await owner.call('DELETE', `${path}/people/${welcome.by}`)).status).toBe(204)
    expect(await line.closed).toMatchObject({ code: 4403, reason: 'You were removed from this board.' })
  })

  it('a link that expires ends for who is there at its moment, and for who comes after', async () => {
    const { id, owner, path, visitor, addLink } = await closedMeeting()
    const atMs = Date.now() + 700
    const { key } = await addLink('editor', { expiresAt: new Date(atMs).toISOString() })
    const stays = visitor().connect(`${id}?key=${(await addLink('viewer')).key}`)
    const line = visitor().connect(`${id}?key=${key}`)
    await Promise.all([line.sync(), stays.sync()])
    expect(await line.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('expired') })
    expect(Date.now() - atMs).toBeGreaterThanOrEqual(0)
    expect(Date.now() - atMs).toBeLessThan(1000)
    expect((await closeOf(visitor().connect(`${id}?key=${key}`))).code).toBe(CLOSE.forbidden)
    expect((await visitor().call('POST', `${path}/enter`, { body: { key } })).status).toBe(403)
    expect(stays.isOpen).toBe(true)
    const past = new Date(atMs).toISOString()
    const refused = await owner.call('POST', `${path}/links`, { body: { role: 'editor', expiresAt: past } })
    expect(refused.status).toBe(400)
  })
})

describe('a link with a password', () => {
  it('opens with it, for good, and with a new one only for who knows that', async () => {
    const { id, path, owner, visitor, addLink } = await closedMeeting()
    const { key, id: linkId } = await addLink('editor', { password: 'open sesame' })
    const ali = visitor()
    await ali.call('GET', '/')
    expect(await ali.connect(`${id}?key=${key}`).closed).toMatchObject({ code: CLOSE.unauthorized })
    expect((await ali.call('GET', `${path}?key=${key}`)).status).toBe(401)
    for (const password of [undefined, '', 'open sesam', 'OPEN SESAME']) {
      const answer = await ali.call('POST', `${path}/enter`, { body: { key, password } })
      expect([password, answer.status]).toEqual([password, 401])
    }
    const entered = await ali.call('POST', `${path}/enter`, { body: { key, password: 'open sesame' } })
    expect([entered.status, entered.json]).toEqual([200, { role: 'editor' }])
    const line = ali.connect(`${id}?key=${key}`)
    await line.sync()
    // By what was opened, without the key in the address.
    await ali.connect(id).sync()
    expect(await visitor().connect(`${id}?key=${key}`).closed).toMatchObject({ code: CLOSE.unauthorized })
    await owner.call('PATCH', `${path}/links/${linkId}`, { body: { password: 'another' } })
    expect(await line.closed).toMatchObject({ code: CLOSE.unauthorized })
    await owner.call('PATCH', `${path}/links/${linkId}`, { body: { password: null } })
    await visitor().connect(`${id}?key=${key}`).sync()
  })

  it('cannot be guessed at any speed, from one address or many', async () => {
    const { path, visitor, addLink } = await closedMeeting({ env: { TRUST_PROXY: '1' } })
    const { key } = await addLink('editor', { password: 'right' })
    const guess = async (address: string, password: string) => {
      const headers = { 'x-forwarded-for': address }
      return (await visitor().call('POST', `${path}/enter`, { body: { key, password }, headers })).status
    }
    const ofOne = await Promise.all(Array.from({ length: 30 }, (_, i) => guess('1.1.1.1', `wrong ${i}`)))
    expect(ofOne.filter(status => status === 401).length).toBeLessThanOrEqual(12)
    expect(ofOne.filter(status => status === 429).length).toBeGreaterThanOrEqual(18)
    expect(await guess('1.1.1.1', 'right')).toBe(429)
    expect(await guess('2.2.2.2', 'right')).toBe(200)
    const ofMany = await Promise.all(Array.from({ length: 150 }, (_, i) => guess(`3.3.3.${i}`, 'wrong')))
    expect(ofMany.filter(status => status === 401).length).toBeLessThan(110)
    expect(ofMany).toContain(429)
  })
})

it('an owner cannot keep the server busy with hashing, and is let on after a while', async () => {
  const { path, owner } = await openMeeting()
  const body = { role: 'editor', password: 'x' }
  const answers = await Promise.all(
    Array.from({ length: 140 }, () => owner.call('POST', `${path}/links`, { body })),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter(status => status === 201).length).toBeLessThan(135)
  const refused = answers.find(({ status }) => status === 429)
  expect(refused?.headers.get('retry-after')).toBe('10')
  // Looking is not changing.
  expect((await owner.call('GET', `${path}/links`)).status).toBe(200)
})

describe('[W23] embedders', () => {
  const SECRET = 'what the embedder and this server share'
  const sign = (claims: object, secret = SECRET) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))
  const env = { JWT_SECRET: SECRET }
  const inAMinute = () => Math.floor(Date.now() / 1000) + 60

  it('say with a token who comes, with which role; the same person has the same mark', async () => {
    const { id, path, visitor } = await closedMeeting({ env })
    const token = await sign({ sub: 'kim', role: 'add-only', board: id, exp: inAMinute() })
    const [one, two] = [visitor().connect(`${id}?token=${token}`), visitor().connect(`${id}?token=${token}`)]
    const [first, second] = [(await one.next('welcome')).welcome, (await two.next('welcome')).welcome]
    expect(first).toMatchObject({ role: 'add-only', by: second.by })
    const headers = { authorization: `Bearer ${token}` }
    expect((await visitor().call('GET', path, { headers })).json).toMatchObject({
      role: 'add-only',
      by: first.by,
    })
    const boss = await sign({ sub: 'boss', role: 'owner', board: id, exp: inAMinute() })
    const people = await visitor().call('GET', `${path}/people`, {
      headers: { authorization: `Bearer ${boss}` },
    })
    expect(people.json.people).toContainEqual(expect.objectContaining({ id: first.by, subject: 'kim' }))
  })

  it.each([
    ['of another board', { board: createBoardId() }, SECRET, CLOSE.forbidden],
    ['that has expired', { exp: 1000 }, SECRET, CLOSE.unauthorized],
    ['signed by somebody else', {}, 'what somebody else has made up by himself', CLOSE.unauthorized],
    ['with a role there is not', { role: 'god' }, SECRET, CLOSE.unauthorized],
  ])('a token %s opens nothing, not even what the address alone would', async (_what, more, secret, code) => {
    const { id, visitor } = await openMeeting({ env })
    const token = await sign({ sub: 'kim', role: 'editor', board: id, exp: inAMinute(), ...more }, secret)
    expect((await closeOf(visitor().connect(`${id}?token=${token}`))).code).toBe(code)
  })

  it('a token’s expiry ends the connection', async () => {
    const { id, visitor } = await openMeeting({ env })
    const exp = Math.floor(Date.now() / 1000) + 2
    const line = visitor().connect(
      `${id}?token=${await sign({ sub: 'kim', role: 'editor', board: id, exp })}`,
    )
    await line.sync()
    const closed = await line.closed
    expect(closed).toMatchObject({ code: CLOSE.unauthorized, reason: expect.stringContaining('Sign in') })
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
  })

  it('may show boards in frames if they are named, and nobody else', async () => {
    const named = await openMeeting({ env: { EMBED_ORIGINS: 'https://school.example' } })
    const { headers } = await named.visitor().call('GET', `/b/${named.id}`)
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'self' https://school.example")
    expect(headers.get('x-frame-options')).toBeNull()
    const nobody = await openMeeting()
    const plain = await nobody.visitor().call('GET', `/b/${nobody.id}`)
    expect(plain.headers.get('content-security-policy')).toMatch(/frame-ancestors 'self'(;|$)/)
    expect(plain.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  })
})

it('a stock client comes in through a link, and is put out when it is revoked, for good', async () => {
  const { id, host, path, owner, addLink, join } = await closedMeeting()
  const { line: watching } = await join('owner')
  const { key, id: linkId } = await addLink('editor')
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://${host}/live`, id, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
    params: { key },
  })
  afterwards(() => provider.destroy())
  drawRectangle('stock', 'anything')(shapesOf(doc))
  await watching.has('stock')
  const closed = new Promise<{ code: number }>(resolve => provider.on('closed', resolve))
  await owner.call('DELETE', `${path}/links/${linkId}`)
  expect((await closed).code).toBe(CLOSE.forbidden)
  expect(provider.shouldConnect).toBe(false)
})

describe('the owner', () => {
  it('is who made the board, in every tab, by a cookie that scripts and other sites cannot use', async () => {
    const { id, owner, visitor } = await openMeeting()
    for (const line of [owner.connect(id), owner.connect(id)]) {
      expect((await line.next('welcome')).welcome.role).toBe('owner')
    }
    const made = await visitor().call('POST', '/api/boards')
    const [cookie = ''] = made.headers.getSetCookie()
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/)
    const https = await openMeeting({ env: { PUBLIC_URL: 'https://draw.example.org' } })
    const secure = await https.visitor().call('POST', '/api/boards')
    expect(secure.headers.getSetCookie()[0]).toContain('; Secure')
    const page = await visitor().call('GET', '/')
    expect(page.headers.getSetCookie().length).toBe(1)
    expect(page.headers.get('cache-control')).toContain('private')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('hands the board on, and is an editor then', async () => {
    const { id, path, owner, join } = await closedMeeting()
    const { line: before } = await join('owner')
    const { who, line, welcome } = await join('viewer')
    expect((await owner.call('POST', `${path}/owner`, { body: { person: 'nobody' } })).status).toBe(404)
    expect((await owner.call('POST', `${path}/owner`, { body: { person: welcome.by } })).status).toBe(204)
    await line.next('role', ({ role }) => role === 'owner')
    await before.next('role', ({ role }) => role === 'editor')
    expect((await owner.call('GET', `${path}/links`)).status).toBe(403)
    expect((await who.call('GET', `${path}/links`)).status).toBe(200)
    // Without the link it came by.
    expect((await who.connect(id).next('welcome')).welcome.role).toBe('owner')
  })

  it('sees who is here, by which right, under which presence', async () => {
    const { path, owner, join } = await closedMeeting()
    const { who, line, welcome, target } = await join('add-only')
    const key = target.split('=')[1]
    await who.call('POST', `${path}/enter`, { body: { key } })
    line.send(Uint8Array.of(1, 6, 1, 42, 1, 2, 123, 125))
    await line.next('awareness', ({ states }) => states[42] === '{}')
    const { people } = (await owner.call('GET', `${path}/people`)).json
    expect(people).toEqual([
      expect.objectContaining({ isOwner: true, role: 'owner', connections: [] }),
      {
        id: welcome.by,
        role: 'add-only',
        isOwner: false,
        isKnown: true,
        isRemoved: false,
        links: [{ id: expect.any(String), name: '' }],
        connections: [{ participantId: welcome.participantId, clientId: 42 }],
      },
    ])
    expect(JSON.stringify(people)).not.toContain(who.cookie?.split('=')[1]?.slice(0, 20))
    await owner.call('PATCH', `${path}/people/${welcome.by}`, { body: { role: 'editor' } })
    await line.next('role', ({ role }) => role === 'editor')
    await owner.call('PATCH', `${path}/people/${welcome.by}`, { body: { role: null } })
    await line.until(() => line.received.filter(({ type }) => type === 'role').length === 2)
    const own = people[0].id
    expect((await owner.call('DELETE', `${path}/people/${own}`)).status).toBe(409)
    expect((await owner.call('PATCH', `${path}/people/${own}`, { body: { role: 'viewer' } })).status).toBe(
      409,
    )
  })

  it.each([
    ['PATCH', '', { anyone: 'owner' }],
    ['PATCH', '', { anyone: 'god' }],
    ['PATCH', '', { state: 'closed' }],
    ['PATCH', '', { anyone: 'viewer', owner: 'me' }],
    ['PATCH', '', []],
    ['PATCH', '', '{'],
    ['POST', '/links', { role: 'owner' }],
    ['POST', '/links', {}],
    ['POST', '/links', { role: 'editor', name: 'x'.repeat(101) }],
    ['POST', '/links', { role: 'editor', expiresAt: 'tomorrow' }],
    ['POST', '/links', { role: 'editor', password: '' }],
    ['POST', '/links', { role: 'editor', password: 7, key: 'mine' }],
    ['PATCH', '/people/x', { role: 'owner' }],
    ['POST', '/owner', { person: 7 }],
    ['POST', '/enter', { key: 'x'.repeat(200) }],
  ])('%s %s with %j is answered with what is wrong, and changes nothing', async (method, rest, body) => {
    const { id, path, owner, store } = await openMeeting()
    const before = await store.readAccess(id)
    const answer = await owner.call(method, path + rest, { body })
    expect(answer.status).toBe(400)
    expect(answer.json.error).toEqual(expect.any(String))
    expect(await store.readAccess(id)).toEqual(before)
    expect((await owner.call(method, path + rest, { body: 'x'.repeat(20_000) })).status).toBe(413)
  })
})

it('no secret is in a log, a metric, an error, the document or what others are told', async () => {
  const SECRET = 'what the embedder and this server share'
  const { id, path, owner, visitor, addLink, join, log, store } = await closedMeeting({
    env: { JWT_SECRET: SECRET },
  })
  const { line: watching } = await join('owner')
  const { key, id: linkId } = await addLink('editor', { password: 'open sesame' })
  const token = await new SignJWT({ role: 'editor', board: id, sub: 'kim@example.org' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(SECRET))
  const guest = visitor()
  const answers = [
    await guest.call('POST', `${path}/enter`, { body: { key, password: 'wrong guess' } }),
    await guest.call('POST', `${path}/enter`, { body: { key, password: 'open sesame' } }),
    await guest.call('GET', `${path}?key=${key}&token=${token}x`),
    await guest.call('GET', `${path}?key=${key}`),
    await owner.call('GET', `${path}/links`),
    await owner.call('GET', `${path}/people`),
    await owner.call('POST', `${path}/links`, { body: { role: 'editor', password: ['hunter2'] } }),
  ]
  const line = guest.connect(`${id}?key=${key}`)
  const { by } = (await line.next('welcome')).welcome
  await line.sync()
  line.draw(drawRectangle('drawn', by))
  await watching.has('drawn')
  const signed = visitor().connect(`${id}?token=${token}`)
  await signed.sync()
  await owner.call('DELETE', `${path}/links/${linkId}`)
  const { reason } = await line.closed
  await log.until('connection.closed', 1)
  const metrics = await visitor().call('GET', '/metrics')
  const session = (visitor: Visitor) =>
    decodeURIComponent(visitor.cookie?.split('=')[1] ?? '').split('.')[0] ?? ''
  const stored = await store.load(id)
  const told = JSON.stringify([
    log.lines,
    metrics.json,
    answers.map(({ json }) => json),
    reason,
    watching.received,
    Buffer.concat([stored?.snapshot ?? Buffer.of(), ...(stored?.updates ?? [])]).toString('latin1'),
    Buffer.from(Y.encodeStateAsUpdate(watching.doc)).toString('latin1'),
  ])
  expect(told).toContain('drawn')
  for (const secret of [
    key,
    token,
    'open sesame',
    'wrong guess',
    'hunter2',
    SECRET,
    session(guest),
    session(owner),
  ]) {
    expect(secret.length).toBeGreaterThan(5)
    expect([secret, told.includes(secret)]).toEqual([secret, false])
  }
  // A board's id opens it where anyone may: logs have a hash of it.
  expect(JSON.stringify(log.lines)).not.toContain(id)
})

it('boards from before there were owners are nobody’s and open to anyone; nobody can take them', async () => {
  const { visitor, store } = await openMeeting()
  const id = createBoardId()
  await store.createBoard({ id, name: '', shapeCount: 0, initialState: Uint8Array.of(0, 0) })
  const line = visitor().connect(id)
  expect((await line.next('welcome')).welcome.role).toBe('editor')
  expect((await visitor().call('PATCH', `/api/boards/${id}`, { body: { anyone: 'nobody' } })).status).toBe(
    403,
  )
  await line.sync()
  line.draw(drawRectangle('old', 'x'))
  const other = visitor().connect(id)
  await other.sync()
  await other.has('old')
})
