/** Several nodes that have one board open: over a store and a bus in memory, in time that a test moves, so that messages can be lost,
 * doubled and turned round at will. Over PostgreSQL and Redis: nodes.http.test.ts, nodes.faults.test.ts. */
import { describe, expect, it } from 'vitest'
import { hashOf } from '#shared/document-hash.ts'
import { createParticipantToken } from '#shared/ids.ts'
import { LIVE } from '#shared/protocol.ts'
import { senderOf } from './bus/messages.ts'
import { SILENT_MS } from './live/nodes.ts'
import { ANSWER_MS } from './live/questions.ts'
import { ADOPT_MS } from './live/shared-log.ts'
import { seeded } from './shared/testing/seeded.ts'
import { StoreError } from './store/store.ts'
import { openNodes, Somebody } from './testing/open-nodes.ts'
import { Peer } from './testing/peer.ts'

const CURSOR = Uint8Array.of(LIVE.cursor, 1, 2, 3)

describe('a board on two nodes', () => {
  it('shows what is drawn on one to those on the other; each change is in the log once', async () => {
    const { id, nodes, pass, store } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    ann.draw('a')
    await pass(20)
    ben.draw('b')
    await pass(50)
    for (const { drawn } of [ann, ben]) expect(drawn).toEqual(['a', 'b'])
    expect([ann.peer.isSaved, ben.peer.isSaved]).toEqual([true, true])
    expect((await store.load(id))?.updates).toHaveLength(2)
    expect(left.nodes.meters.heals).toMatchObject({ hole: 0, parked: 0, poll: 0 })
  })

  it('shows people and their cursors to each other, and that they have left', async () => {
    const { id, nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    ann.announce('Ann')
    const ben = await right.join()
    ben.announce('Ben')
    await pass(20)
    expect([ann.sees, ben.sees]).toEqual([
      ['Ann', 'Ben'],
      ['Ann', 'Ben'],
    ])
    expect(left.registry.peek(id)?.participantCount).toBe(2)
    expect(right.registry.peek(id)?.roster.map(({ clientId }) => clientId)).toEqual([
      ben.clientId,
      ann.clientId,
    ])
    ann.point(CURSOR)
    await pass(20)
    expect(ben.live).toEqual([{ clientId: ann.clientId, payload: CURSOR }])
    ann.leave()
    await pass(20)
    expect(ben.sees).toEqual(['Ben'])
    expect(right.registry.peek(id)?.participantCount).toBe(1)
  })

  it('counts those on other nodes as participants', async () => {
    const { nodes, pass } = await openNodes(2, { maxParticipantsPerBoard: 2 })
    const [left, right] = nodes
    await left.join()
    await right.join()
    await pass(20)
    await expect(left.join()).rejects.toThrow('full')
  })

  it('says nothing on the bus as long as the board is open on one node', async () => {
    const { nodes, pass, hub } = await openNodes(2)
    const ann = await nodes[0].join()
    await pass(3000)
    const before = hub.messageCount
    const boardMessages: string[] = []
    hub.fate = channel => {
      if (channel.startsWith('drawbridge:board')) boardMessages.push(channel)
      return [0]
    }
    for (let i = 0; i < 20; i++) {
      ann.draw(`a${i}`)
      await pass(20)
    }
    expect(hub.messageCount).toBeGreaterThanOrEqual(before)
    expect(boardMessages).toEqual([])
    const ben = await nodes[1].join()
    await pass(20)
    ann.draw('b')
    await pass(20)
    expect(ben.drawn).toHaveLength(21)
  })

  it('sends one message a tick, however many draw and point', async () => {
    const { nodes, pass, hub } = await openNodes(2)
    const [left, right] = nodes
    const people = await Promise.all(Array.from({ length: 10 }, () => left.join()))
    people.forEach((who, i) => {
      who.announce(String(i))
    })
    await right.join()
    await pass(100)
    let count = 0
    hub.fate = (channel, _message) => {
      if (channel.startsWith('drawbridge:board')) count++
      return [0]
    }
    for (const [i, who] of people.entries()) {
      who.draw(String(i))
      who.point(CURSOR)
    }
    await pass(50)
    // The first came in a quiet room, the others in the tick after it; each is followed by the word that it is in the log.
    expect(count).toBeLessThanOrEqual(4)
  })
})

describe('a node that does not have the board open', () => {
  it('tells how many are on it, and who, by what those say that have; all who want to know wait for one answer', async () => {
    const { id, nodes, pass, hub } = await openNodes(3)
    const [left, middle, right] = nodes
    const ann = await left.join()
    ann.announce('Ann')
    const ben = await middle.join()
    await pass(20)
    const before = hub.messageCount
    const counts = Promise.all([1, 2].map(() => right.registry.countParticipants(id)))
    await pass(1)
    expect(await counts).toEqual([2, 2])
    // A question and two answers.
    expect(hub.messageCount - before).toBe(3)
    const roster = right.registry.rosterOf(id)
    await pass(1)
    expect((await roster).map(({ participantId }) => participantId).sort()).toEqual([ann.id, ben.id].sort())
    expect((await roster).find(({ participantId }) => participantId === ann.id)?.clientId).toBe(ann.clientId)
  })

  it('waits for nobody when no other has it open either, or nobody can be asked', async () => {
    const { id, nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    await pass(20)
    expect(await right.registry.countParticipants(id)).toBe(0)
    await left.join()
    await pass(20)
    right.bus.cut()
    expect(await right.registry.countParticipants(id)).toBe(0)
  })

  it('takes the answer of one when another stands still, and does not wait for long when none comes', async () => {
    const { id, nodes, pass, hub, clock } = await openNodes(3)
    const [left, middle, right] = nodes
    await left.join()
    await middle.join()
    await pass(20)
    hub.fate = (_, message) => (senderOf(message) === left.nodes.id ? [] : [0])
    const count = right.registry.countParticipants(id)
    await pass(1)
    expect(await count).toBe(2)
    hub.fate = (_, message) => (senderOf(message) === right.nodes.id ? [0] : [])
    const startMs = clock.nowMs()
    let tookMs = Number.NaN
    const none = right.registry.countParticipants(id).finally(() => {
      tookMs = clock.nowMs() - startMs
    })
    await pass(2 * ANSWER_MS)
    expect(await none).toBe(0)
    expect(tookMs).toBe(ANSWER_MS)
  })
})

describe('what is missed', () => {
  it('is read from the log, when a message with a change was lost', async () => {
    const { nodes, pass, hub } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    hub.fate = () => []
    ann.draw('lost')
    await pass(50)
    hub.fate = () => [0]
    ann.draw('seen')
    await pass(500)
    expect(ben.drawn).toEqual(['lost', 'seen'])
    expect(right.nodes.meters.missedCount).toBeGreaterThan(0)
  })

  it('is found when it was the last that was said', async () => {
    const { nodes, pass, hub } = await openNodes(2)
    const ann = await nodes[0].join()
    const ben = await nodes[1].join()
    await pass(20)
    hub.fate = () => []
    ann.draw('lost')
    ann.announce('Ann')
    await pass(50)
    hub.fate = () => [0]
    await pass(2000)
    expect(ben.drawn).toEqual(['lost'])
    expect(ben.sees).toEqual(['Ann'])
  })

  it('is told to a node that comes back while the store is stuck', async () => {
    const { nodes, pass, store } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    store.hold()
    right.bus.cut()
    ann.draw('not durable')
    await pass(20)
    expect(ben.drawn).toEqual([])
    right.bus.mend()
    await pass(50)
    expect(ben.drawn).toEqual(['not durable'])
    expect(ann.peer.isSaved).toBe(false)
    store.release()
    await pass(50)
    expect(ann.peer.isSaved).toBe(true)
  })

  it('is read from the store while the bus is down, on both sides', async () => {
    const { nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    right.bus.cut()
    ann.draw('a')
    ben.draw('b')
    await pass(SILENT_MS + 1000)
    expect(ben.drawn).toEqual(['a', 'b'])
    ann.draw('c')
    await pass(1100)
    expect(ben.drawn).toEqual(['a', 'b', 'c'])
    right.bus.mend()
    await pass(1500)
    expect(ann.drawn).toEqual(['a', 'b', 'c'])
  })

  it('is read for a newcomer first while the bus is down, so that what they know already is no news of theirs', async () => {
    const { nodes, pass, store, id } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    await right.join()
    await pass(20)
    right.bus.cut()
    await pass(3500)
    ann.draw('a')
    await pass(20)
    ann.leave()
    const before = (await store.load(id))?.updates.length
    const joined = right.join(new Somebody(ann.peer))
    await pass(100)
    await joined
    await pass(100)
    // They brought nothing that the store did not have.
    expect((await store.load(id))?.updates).toHaveLength(before ?? 0)
    expect(right.nodes.meters.heals.newcomer).toBe(1)
  })

  it('comes twice, late and in another order, and does no harm', async () => {
    const { nodes, pass, hub, stored } = await openNodes(2)
    const ann = await nodes[0].join()
    const ben = await nodes[1].join()
    await pass(20)
    const random = seeded(7)
    hub.fate = () => [random() * 100, random() * 100]
    for (let i = 0; i < 30; i++) {
      ann.draw(`a${i}`)
      ann.peer.shapes.delete(`a${i - 1}`)
      await pass(20)
    }
    await pass(2000)
    expect(ben.drawn).toEqual(['a29'])
    expect(hashOf(ben.peer.doc)).toEqual(hashOf(ann.peer.doc))
    expect(await stored()).toMatchObject({ drawn: ['a29'], hasGap: false })
  })
})

describe('the log', () => {
  it('never has a change before what it builds upon: one waits for another node’s to be in it', async () => {
    const { nodes, pass, stored } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    left.storeFailure = new StoreError('io', 'the store is away')
    ann.draw('first')
    await pass(20)
    expect(ben.drawn).toEqual(['first'])
    ben.peer.shapes.set('first', 'changed')
    await pass(100)
    expect(await stored()).toMatchObject({ drawn: [], hasGap: false })
    expect(ben.peer.isSaved).toBe(false)
    left.storeFailure = undefined
    await pass(500)
    expect(await stored()).toMatchObject({ drawn: ['first'], hasGap: false })
    expect([ann.peer.isSaved, ben.peer.isSaved]).toEqual([true, true])
  })

  it('gets what a killed node had shown and not saved, from those who have seen it', async () => {
    const { nodes, pass, stored } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    left.storeFailure = new StoreError('io', 'the store is away')
    ann.draw('orphan')
    await pass(20)
    left.kill()
    ben.draw('after')
    await pass(ADOPT_MS + 500)
    expect(ben.peer.isSaved).toBe(true)
    expect(await stored()).toMatchObject({ drawn: ['after', 'orphan'], hasGap: false })
    expect(right.nodes.meters.adoptedCount).toBe(1)
  })

  it('is compacted by one of them, and only as far as all of it is in its document', async () => {
    const { nodes, pass, stored, store } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    const ben = await right.join()
    await pass(20)
    for (let i = 0; i < 400; i++) {
      ann.peer.shapes.set('a', `${i}${'x'.repeat(100)}`)
      ben.peer.shapes.set('b', `${i}${'x'.repeat(100)}`)
      await pass(20, 10)
    }
    await pass(200)
    expect(store.compactCount).toBe(1)
    expect(await stored()).toMatchObject({ drawn: ['a', 'b'], hasGap: false })
    expect(hashOf((await stored()).doc)).toEqual(hashOf(ann.peer.doc))
    expect(hashOf(ben.peer.doc)).toEqual(hashOf(ann.peer.doc))
  })
})

describe('a participant', () => {
  it('who comes back through another node is there once, and the old connection ends', async () => {
    const { nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const token = createParticipantToken()
    const before = await left.join(new Somebody(new Peer(), token))
    before.announce('Ann')
    const ben = await right.join()
    await pass(20)
    const after = await right.join(new Somebody(before.peer, token))
    after.announce('Ann')
    after.announce('Ann again')
    await pass(20)
    expect(before.closedWith).toBe('terminated')
    expect(ben.sees).toEqual(['Ann again'])
    after.announce('Ann still')
    await pass(20)
    expect(ben.sees).toEqual(['Ann still'])
  })

  it('cannot be shut out by a stranger on another node: the owner is asked whether they are there', async () => {
    const { nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    ann.announce('Ann')
    await pass(20)
    const mallory = await right.join(new Somebody(new Peer(ann.peer.doc)))
    mallory.announce('Mallory')
    mallory.announce('Mallory!')
    await pass(20)
    expect(ann.closedWith).toBeUndefined()
    expect(ann.probeCount).toBeGreaterThan(0)
    expect(mallory.sees).toEqual(['Ann'])
    ann.leave()
    await pass(20)
    expect(mallory.sees).toEqual(['Mallory!'])
  })
})

describe('a node', () => {
  it('that is killed takes its people along, after a while', async () => {
    const { id, nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    ann.announce('Ann')
    const ben = await right.join()
    ben.announce('Ben')
    await pass(20)
    left.kill()
    await pass(SILENT_MS - 1500)
    expect(ben.sees).toEqual(['Ann', 'Ben'])
    await pass(3500)
    expect(ben.sees).toEqual(['Ben'])
    expect(right.registry.peek(id)?.participantCount).toBe(1)
    expect(right.nodes.meters.lostNodeCount).toBe(1)
  })

  it('that was silent and comes back shows its people again', async () => {
    const { nodes, pass } = await openNodes(2)
    const [left, right] = nodes
    const ann = await left.join()
    ann.announce('Ann')
    const ben = await right.join()
    ben.announce('Ben')
    await pass(20)
    left.bus.cut()
    await pass(SILENT_MS + 2000)
    expect([ann.sees, ben.sees]).toEqual([['Ann'], ['Ben']])
    left.bus.mend()
    await pass(1500)
    // Who was seen to leave takes their next clock, as clients do when they are told.
    ann.announce('Ann')
    ben.announce('Ben')
    await pass(100)
    expect([ann.sees, ben.sees]).toEqual([
      ['Ann', 'Ben'],
      ['Ann', 'Ben'],
    ])
  })

  it('that ends says so', async () => {
    const { nodes, pass } = await openNodes(2)
    const ann = await nodes[0].join()
    ann.announce('Ann')
    const ben = await nodes[1].join()
    await pass(20)
    nodes[0].registry.discard()
    await nodes[0].nodes.close()
    await pass(20)
    expect(ben.sees).toEqual([])
    expect(nodes[1].log.events()).toContain('node.ended')
  })
})

describe.each(Array.from({ length: 12 }, (_, seed) => seed + 1))('whatever happens, seed %i', seed => {
  it('nothing that was said to be saved is lost, and all come to the same', { timeout: 60_000 }, async () => {
    const random = seeded(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const { nodes, pass, hub, stored, openNode } = await openNodes(3)
    const alive = [...nodes]
    const people: { who: Somebody; node: (typeof alive)[number] }[] = []
    const saved = new Set<string>()
    const unsaved = new Map<Somebody, Set<string>>()
    const join = async (who = new Somebody()): Promise<void> => {
      const node = pick(alive)
      people.push({ who: await node.join(who), node })
      who.announce('somebody')
    }
    for (let i = 0; i < 6; i++) await join()
    let drawn = 0
    for (let step = 0; step < 150; step++) {
      const { who, node } = pick(people)
      const dice = random()
      if (dice < 0.5) {
        const key = `k${drawn++}`
        who.draw(key)
        unsaved.set(who, (unsaved.get(who) ?? new Set()).add(key))
      } else if (dice < 0.6) who.peer.doc.getText('text').insert(0, `${drawn}`)
      else if (dice < 0.65)
        hub.fate = () => (random() < 0.3 ? [] : [random() * 40, ...(random() < 0.2 ? [random() * 90] : [])])
      else if (dice < 0.7) hub.fate = () => [0]
      else if (dice < 0.73) pick(alive).bus.cut()
      else if (dice < 0.77) for (const { bus } of alive) bus.isUp || bus.mend()
      else if (dice < 0.8) pick(alive).storeFailure = new StoreError('io', 'away')
      else if (dice < 0.86) for (const each of alive) each.storeFailure = undefined
      else if (dice < 0.88 && alive.length > 1) {
        alive.splice(alive.indexOf(node), 1)
        node.kill()
        const theirs = people.filter(each => each.node === node)
        for (const each of theirs) {
          people.splice(people.indexOf(each), 1)
          each.who.peer.disconnect()
          unsaved.delete(each.who)
          // They come back through another node with all that they have, as our client does.
          await join(new Somebody(each.who.peer))
        }
        alive.push(openNode())
      } else if (dice < 0.93) {
        people.splice(
          people.findIndex(each => each.who === who),
          1,
        )
        who.leave()
        unsaved.delete(who)
        await join(random() < 0.5 ? new Somebody(who.peer) : new Somebody())
      }
      await pass(Math.floor(random() * 60), 2)
      for (const [author, keys] of unsaved) {
        if (!author.peer.isSaved) continue
        for (const key of keys) saved.add(key)
        keys.clear()
      }
      const log = await stored()
      expect(log.hasGap).toBe(false)
      for (const key of saved) expect(log.drawn).toContain(key)
    }
    hub.fate = () => [0]
    for (const node of alive) {
      node.storeFailure = undefined
      if (!node.bus.isUp) node.bus.mend()
    }
    await pass(25_000, 20)
    const { doc } = await stored()
    const hash = hashOf(doc)
    for (const { who } of people) {
      expect(who.peer.isSaved).toBe(true)
      expect(hashOf(who.peer.doc)).toEqual(hash)
    }
    expect(saved.size).toBeGreaterThan(0)
  })
})
