/** Clients that try to keep the server busy, over real sockets: what they ask for is refused or put off, and two people who draw
 * on the same board go on drawing. */
import { request } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { CLOSE } from '#shared/protocol.ts'
import { updateFrame } from './testing/open-room.ts'
import { cleanUp, openServer } from './testing/open-server.ts'
import { clientFrame, OPCODE } from './testing/raw-socket.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
afterEach(cleanUp)

/** An update of `count` structs of two bytes each, by one client. */
function twoByteStructs(count: number): Uint8Array {
  const varUint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varUint(n >> 7)])
  const head = [1, ...varUint(count), 1, 0]
  const update = new Uint8Array(head.length + count * 2 + 1)
  update.set(head)
  for (let i = 0; i < count; i++) update[head.length + i * 2 + 1] = 1
  return update
}

/** @returns the status with which an upgrade was answered */
const upgrade = (port: number, path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const attempt = request({
      port,
      path,
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': Buffer.alloc(16, 7).toString('base64'),
        ...headers,
      },
    })
    attempt.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      resolve(statusCode ?? 0)
    })
    attempt.on('response', ({ statusCode }) => resolve(statusCode ?? 0))
    attempt.on('error', reject)
    attempt.end()
  })

describe('changes that cost', () => {
  it('[W20] 8 million structs in 16 MB are refused and not made', async () => {
    const { exchange, raw, ends } = await openServer()
    const attacker = await raw()
    attacker.send(updateFrame(twoByteStructs(8_000_000)))
    expect(await attacker.closed).toBe(CLOSE.tooBig)
    await exchange()
    expect(await ends(1)).toEqual([CLOSE.tooBig])
  })

  it('[W20] a board of thousands of shapes comes in pieces, and a stroke of somebody else before its end', async () => {
    const { ann, ben, raw } = await openServer({ BYTES_PER_SECOND: '0' })
    const doc = new Y.Doc()
    doc.transact(() => {
      for (let i = 0; i < 30_000; i++) doc.getMap('drawn').set(`long ${i}`, { text: 'x'.repeat(100) })
    })
    const sender = await raw()
    const size = (): number => ben.peer.doc.getMap('drawn').size
    sender.send(updateFrame(Y.encodeStateAsUpdate(doc)))
    await ben.until(() => size() > 0)
    await ben.has(ann.draw())
    expect(size()).toBeLessThan(30_000)
    await ben.until(() => size() > 30_000)
    expect(sender.tcp.destroyed).toBe(false)
  })
})

describe('connections without end', () => {
  it('[W21] over what an address may open they get 429, the log has one line, and who is in stays in', async () => {
    const { exchange, port, path, log, metric } = await openServer({ MAX_CONNECTIONS_PER_IP: '50' })
    const answers = await Promise.all(Array.from({ length: 400 }, () => upgrade(port, path)))
    const refused = answers.filter(status => status === 429)
    expect(refused.length).toBeGreaterThan(200)
    expect(refused.length + answers.filter(status => status === 101).length).toBe(400)
    const told = log.lines.filter(({ event }) => event === 'connections.too_fast').length
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThan(10)
    expect(await metric('refusals_total{reason="address-too-fast"}')).toBe(refused.length)
    await exchange()
  })

  it('[W21] the address is the one that the trusted proxy saw', async () => {
    const { port, path } = await openServer({ MAX_CONNECTIONS_PER_IP: '50', TRUST_PROXY: '1' })
    const from = (address: string): Promise<number> =>
      upgrade(port, path, { 'X-Forwarded-For': `10.9.9.9, ${address}` })
    const answers = await Promise.all(Array.from({ length: 400 }, () => from('192.0.2.1')))
    expect(answers).toContain(429)
    expect(await from('192.0.2.2')).toBe(101)
  })
})

it('[W22] what is sent after a refusal is not read', async () => {
  const { exchange, raw, metric, ends } = await openServer()
  const attacker = await raw()
  attacker.tcp.removeAllListeners('data') // it does not even see that it is closed
  attacker.tcp.resume()
  const bytesRead = (): Promise<number> => metric('bytes_received_total{kind="other"}')
  attacker.send(Uint8Array.of(200))
  const frame = clientFrame(OPCODE.binary, new Uint8Array(60_000).fill(200))
  const isCut = new Promise<void>(resolve => attacker.tcp.once('close', () => resolve()))
  // 30 MB, more than the two ends of a TCP connection hold.
  let takenCount = 0
  for (let i = 0; i < 500; i++) {
    attacker.tcp.write(frame, error => {
      if (!error) takenCount++
    })
  }
  await exchange()
  await isCut
  expect(takenCount).toBeLessThan(400)
  expect(await bytesRead()).toBe(1)
  expect(await ends(1)).toEqual([CLOSE.badFrame])
  await exchange()
})
