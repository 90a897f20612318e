/** What `/metrics` says after things have happened. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createBoardId } from '#shared/ids.ts'
import { CLOSE, encodeAwareness, encodeLiveToServer, encodeSync, SYNC } from '#shared/protocol.ts'
import { createApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { Heartbeat } from '../live/heartbeat.ts'
import { newBoard } from '../live/new-board.ts'
import { Registry } from '../live/registry.ts'
import { type Socket, SocketConnection } from '../live/socket-connection.ts'
import { StoreError } from '../store/store.ts'
import { asEditor } from '../testing/admit.ts'
import { ManualClock, settle } from '../testing/manual-clock.ts'
import { MemoryStore } from '../testing/memory-store.ts'
import { updateFrame, updatesOf } from '../testing/open-room.ts'
import { recordLog } from '../testing/quiet-log.ts'
import { LiveSockets } from './live-sockets.ts'

class FakeSocket implements Socket {
  bufferedAmount = 0
  messageCount = 0
  send(): void {
    this.messageCount++
  }
  sendAll(messages: readonly Uint8Array[]): void {
    this.messageCount += messages.length
  }
  close(): void {}
  terminate(): void {}
  ping(): void {}
}

async function open() {
  const clock = new ManualClock()
  const store = new MemoryStore()
  const log = recordLog()
  const config = readConfig({ MAX_PARTICIPANTS_PER_BOARD: '2', BOARDS_PER_HOUR_PER_IP: '1' })
  const registry = new Registry({ store, clock, log, limits: config.limits, serverVersion: 'test' })
  const heartbeat = new Heartbeat(clock)
  const sockets = new LiveSockets(clock, 0)
  const state = { isDraining: false }
  const app = createApp({
    ...{ config, store, registry, clock, log, heartbeat, sockets },
    now: Date.now,
    secret: 'a secret of the tests, long enough to be one',
    serverVersion: '1.2.3',
    clientDir: import.meta.dirname,
    isDraining: () => state.isDraining,
  })
  const board = newBoard('Harbour')
  await store.createBoard(board)
  const join = async (boardId = board.id) => {
    const socket = new FakeSocket()
    const facts = { token: undefined, speaksDrawbridge: true }
    const connection = new SocketConnection(socket, facts, { registry, heartbeat, clock, log, ...config })
    sockets.add(connection, 'somewhere')
    await connection.join(boardId, asEditor)
    connection.receive(encodeSync(SYNC.step1, Uint8Array.of(0)))
    const end = (code: number): void => {
      connection.closed(code, '')
      sockets.delete(connection)
    }
    return { socket, connection, end }
  }
  const scrape = async () => {
    const response = await app.request('/metrics')
    const text = await response.text()
    /** @param series  the name and labels of a sample, without the prefix */
    const value = (series: string): number | undefined => {
      const line = text.split('\n').find(line => line.startsWith(`drawbridge_${series} `))
      return line === undefined ? undefined : Number(line.split(' ').at(-1))
    }
    return { response, text, value }
  }
  return { app, board, clock, store, registry, sockets, state, join, scrape }
}

const edit = (key: string): Uint8Array => {
  const doc = new Y.Doc()
  const [update = new Uint8Array()] = updatesOf(doc, () => doc.getMap('shapes').set(key, 1))
  return updateFrame(update)
}

describe('GET /metrics', () => {
  it('is Prometheus text with the process’s own numbers, and everything at 0 from the start', async () => {
    const { scrape } = await open()
    const { response, text, value } = await scrape()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(value('info{version="1.2.3"}')).toBe(1)
    expect(value('connections')).toBe(0)
    expect(value('refusals_total{reason="too-big"}')).toBe(0)
    expect(value('saved_seconds_bucket{le="+Inf"}')).toBe(0)
    expect(value('heals_total')).toBe(0)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
    expect(text).toContain('drawbridge_nodejs_eventloop_lag_p99_seconds')
    // Each sample is a line that Prometheus reads: a name, labels perhaps, a number.
    const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
    expect(samples.filter(line => !/^[a-z_]\w*(\{[^}]*\})? -?(\d|Nan|\+Inf)/i.test(line))).toEqual([])
  })

  it('counts who is here, and what came and went by kind', async () => {
    const { board, clock, join, scrape } = await open()
    const [a, b] = [await join(), await join()]
    const update = edit('a')
    a.connection.receive(update)
    a.connection.receive(encodeAwareness([{ clientId: 7, clock: 1, json: '{}' }]))
    a.connection.receive(encodeLiveToServer(Uint8Array.of(0, 1, 2)))
    clock.advance(100)
    await settle()
    b.socket.bufferedAmount = 1234
    const { value, text } = await scrape()
    expect([value('connections'), value('participants'), value('rooms')]).toEqual([2, 2, 1])
    expect(value('buffered_bytes')).toBe(1234)
    expect(value('messages_received_total{kind="sync"}')).toBe(3)
    expect(value('bytes_received_total{kind="sync"}')).toBe(2 * 4 + update.length)
    expect(value('messages_received_total{kind="awareness"}')).toBe(1)
    expect(value('messages_received_total{kind="live"}')).toBe(1)
    expect(value('messages_sent_total{kind="live"}')).toBe(2)
    const sent = ['sync', 'awareness', 'live', 'other'].map(kind =>
      value(`messages_sent_total{kind="${kind}"}`),
    )
    expect(sent.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(
      a.socket.messageCount + b.socket.messageCount,
    )
    expect(value('tick_seconds_count')).toBeGreaterThanOrEqual(2)
    expect(value('apply_seconds_count')).toBe(1)
    expect(text).not.toContain(board.id)
    expect(text).not.toContain('somewhere')
  })

  it('times from a message’s arrival until it is saved, waits and failures included', async () => {
    const { clock, store, join, scrape } = await open()
    const { connection } = await join()
    store.hold()
    connection.receive(edit('a'))
    clock.advance(30)
    store.release()
    await settle()
    const first = await scrape()
    expect(first.value('saved_seconds_bucket{le="0.02"}')).toBe(0)
    expect(first.value('saved_seconds_bucket{le="0.035"}')).toBe(1)
    expect(first.value('saved_seconds_sum')).toBeCloseTo(0.03)
    expect(first.value('append_seconds_count')).toBe(1)
    store.failure = new StoreError('full', 'no space left')
    connection.receive(edit('b'))
    clock.advance(20)
    await settle()
    const failing = await scrape()
    expect(failing.value('rooms_not_saving')).toBe(1)
    expect(failing.value('append_failures_total')).toBe(1)
    expect(failing.value('refusals_total{reason="not-saving"}')).toBe(1)
    store.failure = undefined
    clock.advance(100)
    await settle()
    const after = await scrape()
    expect(after.value('rooms_not_saving')).toBe(0)
    expect(after.value('saved_seconds_count')).toBe(2)
    expect(after.value('saved_seconds_sum')).toBeGreaterThan(0.03 + 0.1)
    expect(after.value('saved_seconds_bucket{le="+Inf"}')).toBe(2)
  })

  it('counts ends by code, refusals by reason, who lags, and what waits for its predecessors', async () => {
    const { app, clock, registry, state, join, scrape } = await open()
    const [a, b] = [await join(), await join()]
    const full = await join()
    full.end(1006)
    const nowhere = await join(createBoardId())
    nowhere.end(1006)
    const doc = new Y.Doc()
    const updates = updatesOf(doc, () => {
      doc.getMap('shapes').set('a', 1)
      doc.getMap('shapes').set('b', 2)
    })
    b.socket.bufferedAmount = 300 * 1024
    a.connection.receive(edit('c'))
    a.connection.receive(updateFrame(updates[1] ?? new Uint8Array()))
    clock.advance(50)
    registry.meters.healCount++
    await app.request('/api/boards', { method: 'POST' })
    await app.request('/api/boards', { method: 'POST' })
    const lagging = await scrape()
    expect(lagging.value('lagging_readers')).toBe(1)
    expect(lagging.value('updates_parked_total')).toBe(1)
    expect(lagging.value('heals_total')).toBe(1)
    a.connection.receive(Uint8Array.of(99))
    a.end(1006)
    // A peer may give any code: each would be a series of its own for ever.
    b.end(4999)
    state.isDraining = true
    const { value } = await scrape()
    expect(value(`disconnects_total{code="${CLOSE.badFrame}"}`)).toBe(1)
    expect(value(`disconnects_total{code="${CLOSE.overloaded}"}`)).toBe(1)
    expect(value(`disconnects_total{code="${CLOSE.noSuchBoard}"}`)).toBe(1)
    expect(value('disconnects_total{code="other"}')).toBe(1)
    expect(value('disconnects_total{code="4999"}')).toBeUndefined()
    expect(value('refusals_total{reason="board-full"}')).toBe(1)
    expect(value('refusals_total{reason="no-such-board"}')).toBe(1)
    expect(value('refusals_total{reason="too-many-new-boards"}')).toBe(1)
    expect([value('connections'), value('participants'), value('draining')]).toEqual([0, 0, 1])
  })
})
