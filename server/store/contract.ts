/** What every store must keep, as a suite that each of them runs. */
import { expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import type { LinkRecord } from './access-record.ts'
import { assetContract } from './asset-contract.ts'
import { type BoardStore, LOG_TAIL_BYTES, type LogTail, SNAPSHOTS_KEPT } from './store.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const plain = (updates: readonly Uint8Array[]): number[][] => updates.map(update => [...update])

const plainTail = (tail: LogTail | undefined) =>
  tail && { ...tail, snapshot: tail.snapshot && [...tail.snapshot], updates: plain(tail.updates) }

export interface StoreUnderTest {
  readonly store: BoardStore
  /** The same boards again, as after a restart; `undefined` when this kind of store does not outlive its process. */
  reopen?(): Promise<BoardStore>
  /** Another node's, at the same time; `undefined` when this kind of store serves one. */
  another?(): Promise<BoardStore>
}

export function storeContract(open: () => Promise<StoreUnderTest>): void {
  const withBoard = async () => {
    const under = await open()
    const id = createBoardId()
    await under.store.createBoard({ id, name: 'Plan', shapeCount: 2, initialState: bytes(0, 0) })
    return { ...under, id }
  }

  it('[S1] a new board can be read and loaded', async () => {
    const { store, id } = await withBoard()
    const record = await store.readBoard(id)
    expect(record).toMatchObject({ id, name: 'Plan', shapeCount: 2 })
    expect(record?.createdAtMs).toBe(record?.updatedAtMs)
    const stored = await store.load(id)
    expect(stored && [...stored.snapshot]).toEqual([0, 0])
    expect(stored).toMatchObject({ updates: [], lastSeq: 0, record: { id } })
  })

  it('[S2] a board that is not there is undefined, and cannot be appended to', async () => {
    const { store } = await open()
    const id = createBoardId()
    expect(await store.readBoard(id)).toBeUndefined()
    expect(await store.load(id)).toBeUndefined()
    await expect(store.append(id, [bytes(1)], { name: '', shapeCount: 0 })).rejects.toMatchObject({
      kind: 'unknown-board',
    })
  })

  it('[S3] an id is given once', async () => {
    const { store, id } = await withBoard()
    const again = store.createBoard({ id, name: 'Other', shapeCount: 0, initialState: bytes(9) })
    await expect(again).rejects.toMatchObject({ kind: 'exists' })
    expect(await store.readBoard(id)).toMatchObject({ name: 'Plan' })
  })

  it('[S4] appends come back in order, with the facts of the last one', async () => {
    const { store, id } = await withBoard()
    const seqs = await Promise.all([
      store.append(id, [bytes(1)], { name: 'Plan', shapeCount: 3 }),
      store.append(id, [bytes(2), bytes(3)], { name: 'Plan', shapeCount: 4 }),
      store.append(id, [bytes(4)], { name: 'Map', shapeCount: 5 }),
    ])
    expect(seqs).toEqual([1, 3, 4])
    const stored = await store.load(id)
    expect(stored && plain(stored.updates)).toEqual([[1], [2], [3], [4]])
    expect(stored?.lastSeq).toBe(4)
    expect(stored?.record).toMatchObject({ name: 'Map', shapeCount: 5 })
  })

  it('[S5] a snapshot takes the place of the log up to its number and of nothing after', async () => {
    const { store, id } = await withBoard()
    await store.append(id, [bytes(1), bytes(2), bytes(3)], { name: '', shapeCount: 0 })
    await store.compact(id, bytes(7, 7, 7), 2)
    const stored = await store.load(id)
    expect(stored && [...stored.snapshot]).toEqual([7, 7, 7])
    expect(stored && plain(stored.updates)).toEqual([[3]])
    expect(await store.append(id, [bytes(4)], { name: '', shapeCount: 0 })).toBe(4)
  })

  it('[S6] goes on counting after many snapshots', async () => {
    const { store, id } = await withBoard()
    for (let seq = 1; seq <= SNAPSHOTS_KEPT * 2; seq++) {
      expect(await store.append(id, [bytes(seq)], { name: '', shapeCount: seq })).toBe(seq)
      await store.compact(id, bytes(seq), seq)
    }
    const stored = await store.load(id)
    expect(stored && [...stored.snapshot]).toEqual([SNAPSHOTS_KEPT * 2])
    expect(stored?.updates).toEqual([])
  })

  it('[S7] boards do not mix', async () => {
    const { store, id } = await withBoard()
    const other = createBoardId()
    await store.createBoard({ id: other, name: 'Other', shapeCount: 0, initialState: bytes(0, 0) })
    await Promise.all([
      store.append(id, [bytes(1)], { name: 'Plan', shapeCount: 1 }),
      store.append(other, [bytes(2)], { name: 'Other', shapeCount: 1 }),
    ])
    const stored = await store.load(other)
    expect(stored && plain(stored.updates)).toEqual([[2]])
    expect(stored?.lastSeq).toBe(1)
  })

  it('[S8] a large state comes back byte for byte', async () => {
    const { store } = await open()
    const id = createBoardId()
    const large = Uint8Array.from({ length: 3 << 20 }, (_, i) => (i * i) >> 3)
    await store.createBoard({ id, name: '', shapeCount: 0, initialState: large })
    await store.append(id, [large], { name: '', shapeCount: 0 })
    const stored = await store.load(id)
    expect(stored && Buffer.compare(stored.snapshot, large)).toBe(0)
    expect(stored?.updates[0] && Buffer.compare(stored.updates[0], large)).toBe(0)
    expect(stored?.record.bytes).toBeGreaterThan(large.length)
  })

  it('[S9] what was appended is there after a restart; a closed store says that it is closed', async () => {
    const { store, id, reopen } = await withBoard()
    await store.append(id, [bytes(1)], { name: 'Plan', shapeCount: 9 })
    await store.close()
    await expect(store.append(id, [bytes(2)], { name: '', shapeCount: 0 })).rejects.toMatchObject({
      kind: 'closed',
    })
    if (!reopen) return
    const again = await reopen()
    expect(await again.readBoard(id)).toMatchObject({ shapeCount: 9 })
    const stored = await again.load(id)
    expect(stored && plain(stored.updates)).toEqual([[1]])
  })

  const link = (id: string, more: Partial<LinkRecord> = {}): LinkRecord => ({
    id,
    keyHash: `hash of ${id}`,
    role: 'viewer',
    name: 'Guests',
    passwordHash: undefined,
    expiresAtMs: undefined,
    revokedAtMs: undefined,
    createdAtMs: 5,
    ...more,
  })

  it('[S10] a new board is open to anyone, and belongs to who made it', async () => {
    const { store, id } = await withBoard()
    const open = { version: 0, owner: undefined, anyone: 'editor', state: 'open', links: [], persons: [] }
    expect(await store.readAccess(id)).toEqual(open)
    const own = createBoardId()
    await store.createBoard({ id: own, name: '', shapeCount: 0, initialState: bytes(0, 0), owner: 'ann' })
    expect(await store.readAccess(own)).toEqual({ ...open, owner: 'ann' })
    expect(await store.readAccess(createBoardId())).toBeUndefined()
    const nowhere = store.changeAccess(createBoardId(), [{ kind: 'owner', owner: 'ann' }])
    await expect(nowhere).rejects.toMatchObject({ kind: 'unknown-board' })
  })

  it('[S11] rights come back as they were changed, after a restart too', async () => {
    const { store, id, reopen } = await withBoard()
    await store.changeAccess(id, [
      { kind: 'settings', anyone: undefined, state: 'locked' },
      { kind: 'link', link: link('b') },
      { kind: 'link', link: link('a', { role: 'add-only', passwordHash: 'x', expiresAtMs: 9 }) },
      { kind: 'person', person: { identity: 'ben', role: undefined, linkIds: ['a', 'b'] } },
    ])
    const changed = await store.changeAccess(id, [
      { kind: 'owner', owner: 'cem' },
      { kind: 'link', link: link('b', { name: 'Class', revokedAtMs: 7 }) },
      { kind: 'person', person: { identity: 'ben', role: 'removed', linkIds: [] } },
      { kind: 'person', person: { identity: 'dora', role: 'commenter', linkIds: [] } },
    ])
    expect(changed).toEqual({
      version: 2,
      owner: 'cem',
      anyone: undefined,
      state: 'locked',
      links: [
        link('b', { name: 'Class', revokedAtMs: 7 }),
        link('a', { role: 'add-only', passwordHash: 'x', expiresAtMs: 9 }),
      ],
      persons: [
        { identity: 'ben', role: 'removed', linkIds: [] },
        { identity: 'dora', role: 'commenter', linkIds: [] },
      ],
    })
    expect(await store.readAccess(id)).toEqual(changed)
    if (!reopen) return
    await store.close()
    expect(await (await reopen()).readAccess(id)).toEqual(changed)
  })

  it('[S12] the log after a number, and a snapshot when the log has gone into it', async () => {
    const { store, id } = await withBoard()
    const since = async (afterSeq: number) => plainTail(await store.readSince(id, afterSeq))
    expect(await since(0)).toEqual({ snapshot: undefined, updates: [], throughSeq: 0, lastSeq: 0 })
    await store.append(id, [bytes(1), bytes(2), bytes(3)], { name: '', shapeCount: 0 })
    expect(await since(1)).toEqual({ snapshot: undefined, updates: [[2], [3]], throughSeq: 3, lastSeq: 3 })
    expect(await since(3)).toEqual({ snapshot: undefined, updates: [], throughSeq: 3, lastSeq: 3 })
    await store.compact(id, bytes(7, 7), 2)
    expect(await since(1)).toEqual({ snapshot: [7, 7], updates: [[3]], throughSeq: 3, lastSeq: 3 })
    // Who has all that the snapshot covers needs none of it.
    expect(await since(2)).toEqual({ snapshot: undefined, updates: [[3]], throughSeq: 3, lastSeq: 3 })
    expect(await store.readSince(createBoardId(), 0)).toBeUndefined()
  })

  it('[S13] a long log comes in pages', async () => {
    const { store, id } = await withBoard()
    const half = new Uint8Array(LOG_TAIL_BYTES / 2)
    await store.append(id, [half, half, half], { name: '', shapeCount: 0 })
    const page = await store.readSince(id, 0)
    expect(page).toMatchObject({ throughSeq: 2, lastSeq: 3 })
    expect(page?.updates.map(update => update.length)).toEqual([half.length, half.length])
    const rest = await store.readSince(id, 2)
    expect(rest).toMatchObject({ throughSeq: 3, lastSeq: 3 })
    // However large it is, one update always comes.
    const large = new Uint8Array(LOG_TAIL_BYTES * 2)
    await store.append(id, [large, bytes(1)], { name: '', shapeCount: 0 })
    expect((await store.readSince(id, 3))?.updates.map(update => update.length)).toEqual([large.length])
  })

  it('[S14] where many boards stand, at once', async () => {
    const { store, id } = await withBoard()
    const other = createBoardId()
    await store.createBoard({ id: other, name: '', shapeCount: 0, initialState: bytes(0, 0) })
    await store.append(id, [bytes(1), bytes(2)], { name: '', shapeCount: 0 })
    await store.compact(id, bytes(9), 1)
    await store.changeAccess(other, [
      { kind: 'owner', owner: 'ann' },
      { kind: 'person', person: { identity: 'ben', role: 'viewer', linkIds: [] } },
    ])
    // Asking for nothing changes nothing.
    await store.changeAccess(other, [])
    const marks = await store.watermarks([other, createBoardId(), id])
    expect(new Map(marks)).toEqual(
      new Map([
        [id, { lastSeq: 2, accessVersion: 0 }],
        [other, { lastSeq: 0, accessVersion: 1 }],
      ]),
    )
    expect((await store.readAccess(other))?.version).toBe(1)
    expect((await store.watermarks([])).size).toBe(0)
  })

  it('[S15] a snapshot that goes no further than the present one, or further than the log, is not taken', async () => {
    const { store, id } = await withBoard()
    await store.append(id, [bytes(1), bytes(2), bytes(3)], { name: '', shapeCount: 0 })
    expect(await store.compact(id, bytes(7), 2)).toBe(true)
    for (const seq of [0, 1, 2, 4]) expect(await store.compact(id, bytes(8), seq)).toBe(false)
    const stored = await store.load(id)
    expect(stored && [...stored.snapshot]).toEqual([7])
    expect(stored && plain(stored.updates)).toEqual([[3]])
    await expect(store.compact(createBoardId(), bytes(7), 0)).rejects.toMatchObject({ kind: 'unknown-board' })
  })

  it('[S16] what was decided on rights that others have changed meanwhile is not done', async () => {
    const { store, id } = await withBoard()
    const people = ['ann', 'ben', 'cem']
    const outcomes = await Promise.allSettled(
      people.map(owner => store.changeAccess(id, [{ kind: 'owner', owner }], 0)),
    )
    const done = outcomes.findIndex(({ status }) => status === 'fulfilled')
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { kind: 'changed' } },
      { reason: { kind: 'changed' } },
    ])
    expect(await store.readAccess(id)).toMatchObject({ version: 1, owner: people[done] })
    expect(await store.changeAccess(id, [{ kind: 'owner', owner: 'dora' }], 1)).toMatchObject({ version: 2 })
  })

  it('[S17] a name may hold any character', async () => {
    const { store, id } = await withBoard()
    const name = 'a\0b \ud800 ☃ 🖍 \u202e"\'\\'
    await store.append(id, [bytes(1)], { name, shapeCount: 1 })
    await store.changeAccess(id, [{ kind: 'link', link: link('a', { name }) }])
    expect(await store.readBoard(id)).toMatchObject({ name: expect.stringContaining('☃ 🖍'), shapeCount: 1 })
    expect((await store.readAccess(id))?.links[0]?.name).toContain('☃ 🖍')
  })

  /** Two nodes' stores of the same boards, or the same twice where there can be but one. */
  const withNodes = async () => {
    const under = await withBoard()
    return { ...under, nodes: [under.store, (await under.another?.()) ?? under.store] as const }
  }

  it('[S18] what several nodes append at once is numbered without a gap, each append in one piece', async () => {
    const { store, id, nodes } = await withNodes()
    const appends: Promise<{ node: number; seq: number; value: number }>[] = []
    for (let value = 0; value < 40; value++) {
      nodes.forEach((node, i) => {
        const part = bytes(i, value)
        const appended = node.append(id, [part, part, part], { name: '', shapeCount: value })
        appends.push(appended.then(seq => ({ node: i, seq, value })))
      })
    }
    const done = await Promise.all(appends)
    expect(done.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(done.map((_, i) => 3 * i + 3))
    const log = plain((await store.load(id))?.updates ?? [])
    expect(log.length).toBe(3 * done.length)
    for (const { node, seq, value } of done) {
      const part = [node, value]
      expect(log.slice(seq - 3, seq)).toEqual([part, part, part])
    }
    // Each node's in the order in which it asked.
    for (const i of [0, 1]) {
      const own = done.filter(({ node }) => node === i).sort((a, b) => a.value - b.value)
      expect(own.map(({ seq }) => seq)).toEqual(own.map(({ seq }) => seq).sort((a, b) => a - b))
    }
  })

  it('[S19] who has seen a number finds everything up to it, while others append', async () => {
    const { id, nodes } = await withNodes()
    const [writer, reader] = nodes
    let isDone = false
    const write = async (): Promise<void> => {
      for (let value = 0; value < 60; value++) {
        const others = createBoardId()
        await Promise.all([
          writer.append(id, [bytes(value)], { name: '', shapeCount: value }),
          reader.append(id, [bytes(value)], { name: '', shapeCount: value }),
          reader.createBoard({ id: others, name: '', shapeCount: 0, initialState: bytes(0, 0) }),
        ])
      }
      isDone = true
    }
    const writing = write()
    let seenSeq = 0
    let seenCount = 0
    while (!isDone || seenSeq < 120) {
      const tail = await reader.readSince(id, seenSeq)
      if (!tail) throw new Error('the board is gone')
      seenCount += tail.updates.length
      seenSeq = tail.throughSeq
      expect(seenCount).toBe(seenSeq)
      expect(tail.lastSeq).toBeGreaterThanOrEqual(seenSeq)
    }
    await writing
  })

  it('[S20] nodes that compact at once, while others append, lose nothing and count right', async () => {
    const { store, id, nodes } = await withNodes()
    let lastSeq = 0
    for (let round = 0; round < 8; round++) {
      const updates = Array.from({ length: 10 }, () => bytes(round))
      lastSeq = await store.append(id, updates, { name: '', shapeCount: 0 })
      const throughSeqs = [lastSeq - 3, lastSeq, lastSeq - 7]
      const [appended, ...taken] = await Promise.all([
        nodes[1].append(id, [bytes(99)], { name: '', shapeCount: 0 }),
        ...throughSeqs.map((seq, i) => nodes[i % 2 === 0 ? 0 : 1].compact(id, bytes(200, seq), seq)),
      ])
      lastSeq = appended
      expect(taken).toContain(true)
    }
    const stored = await store.load(id)
    // What the newest snapshot does not cover is in the log.
    expect(stored?.lastSeq).toBe(lastSeq)
    expect(stored && [...stored.snapshot, stored.updates.length]).toEqual([200, lastSeq - 1, 1])
    expect(stored && plain(stored.updates)).toEqual([[99]])
    // The same snapshot and no log any more.
    expect(await store.compact(id, bytes(200, lastSeq - 1), lastSeq)).toBe(true)
    expect((await store.readBoard(id))?.bytes).toBe((stored?.record.bytes ?? 0) - 1)
  })

  it('[S21] of nodes that make the same board at once, one does', async () => {
    const { nodes } = await withNodes()
    const id = createBoardId()
    const made = await Promise.allSettled(
      [...nodes, ...nodes].map((node, i) =>
        node.createBoard({ id, name: `${i}`, shapeCount: 0, initialState: bytes(i, 0) }),
      ),
    )
    const first = made.findIndex(({ status }) => status === 'fulfilled')
    expect(made.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    for (const outcome of made) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ kind: 'exists' })
    }
    const stored = await nodes[1].load(id)
    expect(stored?.record.name).toBe(`${first}`)
    expect(stored && [...stored.snapshot]).toEqual([first, 0])
  })

  it('[S22] what several nodes change of the rights at once is all there', async () => {
    const { id, nodes } = await withNodes()
    const names = Array.from({ length: 20 }, (_, i) => `link ${i}`)
    await Promise.all(
      names.map((name, i) =>
        nodes[i % 2 === 0 ? 0 : 1].changeAccess(id, [{ kind: 'link', link: link(name) }]),
      ),
    )
    const record = await nodes[1].readAccess(id)
    expect(record?.version).toBe(names.length)
    expect(record?.links.map(one => one.id).sort()).toEqual([...names].sort())
  })

  assetContract({ withBoard, withNodes })
}
