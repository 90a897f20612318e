import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { tokenReader } from './tokens.ts'

const SECRET = 'a secret that both sides of the wall know'
const NOW_MS = 1_800_000_000_000
const now = () => NOW_MS
const board = createBoardId()
const claims = { sub: 'ann', role: 'add-only', board, exp: NOW_MS / 1000 + 60 }

const sign = (payload: object, secret = SECRET, alg = 'HS256'): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean()
})

function reader() {
  const read = tokenReader({ jwtSecret: SECRET, jwksUrl: undefined }, now)
  if (!read) throw new Error('a reader was configured')
  return read
}

describe('tokens with a secret', () => {
  it('say who comes, with which role, until when', async () => {
    expect(await reader()(await sign(claims), board)).toEqual({
      ok: true,
      token: { subject: 'ann', role: 'add-only', expiresAtMs: NOW_MS + 60_000 },
    })
  })

  it.each([
    ['an expired one', { ...claims, exp: NOW_MS / 1000 - 1 }, 'expired'],
    ['one that never expires', { ...claims, exp: undefined }, 'invalid'],
    ['one without a person', { ...claims, sub: undefined }, 'invalid'],
    ['one with a role that is none', { ...claims, role: 'admin' }, 'invalid'],
    ['one without a role', { ...claims, role: undefined }, 'invalid'],
    ['one for another board', { ...claims, board: createBoardId() }, 'other-board'],
    ['one for any board', { ...claims, board: undefined }, 'invalid'],
    ['one that is not valid yet', { ...claims, nbf: NOW_MS / 1000 + 30 }, 'invalid'],
  ])('%s is none', async (_what, payload, reason) => {
    expect(await reader()(await sign(payload), board)).toEqual({ ok: false, reason })
  })

  it('forged ones are none', async () => {
    const read = reader()
    const [head = '', body = '', signature = ''] = (await sign(claims)).split('.')
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url')
    const richer = Buffer.from(JSON.stringify({ ...claims, role: 'owner' })).toString('base64url')
    for (const jwt of [
      await sign(claims, 'another secret, just as long as the right one'),
      `${head}.${richer}.${signature}`,
      `${unsigned}.${body}.`,
      `${head}.${body}.`,
      'nonsense',
      '',
    ]) {
      expect(await read(jwt, board)).toEqual({ ok: false, reason: 'invalid' })
    }
  })
})

describe('tokens with published keys', () => {
  async function published() {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const state = { status: 200 }
    const server = createServer((_request, response) => {
      response.writeHead(state.status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ keys: [jwk] }))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    cleanUp.push(() => new Promise(resolve => server.close(resolve)))
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
    const read = tokenReader({ jwtSecret: undefined, jwksUrl }, now)
    if (!read) throw new Error('a reader was configured')
    const signWith = (kid: string) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
    return { read, state, signWith, publicKey, jwk }
  }

  it('are read, and one signed by another key, or with the public key as a secret, is none', async () => {
    const { read, signWith, jwk } = await published()
    expect(await read(await signWith('one'), board)).toMatchObject({ ok: true, token: { subject: 'ann' } })
    expect(await read(await signWith('two'), board)).toEqual({ ok: false, reason: 'invalid' })
    expect(await read(await sign(claims, JSON.stringify(jwk)), board)).toEqual({
      ok: false,
      reason: 'invalid',
    })
  })

  it('cannot be judged while the keys cannot be had', async () => {
    const { read, state, signWith } = await published()
    state.status = 503
    expect(await read(await signWith('one'), board)).toEqual({ ok: false, reason: 'unavailable' })
  })
})

it('without a secret and without keys there are no tokens', () => {
  expect(tokenReader({ jwtSecret: undefined, jwksUrl: undefined }, now)).toBeUndefined()
})
