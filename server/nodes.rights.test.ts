/** Rights where a board is open on two nodes: what is changed by way of one holds on the other. */
import { describe, expect, it } from 'vitest'
import { CLOSE } from '#shared/protocol.ts'
import { type Claims, NO_CLAIMS } from './access/judge.ts'
import { Rights } from './live/rights.ts'
import { openNodes, Somebody } from './testing/open-nodes.ts'
import { recordLog } from './testing/quiet-log.ts'

const ANN: Claims = { ...NO_CLAIMS, identity: 'session:ann' }

async function open() {
  const { id, nodes, clock, store, pass, hub } = await openNodes(2)
  const sides = nodes.map(({ registry, nodes, bus }) => {
    const rights = new Rights({
      ...{ store, registry, nodes, clock },
      log: recordLog(),
      now: () => clock.nowMs(),
      secret: 'of the tests',
    })
    const enter = async (claims: Claims): Promise<Somebody> => {
      const who = new Somebody()
      const closing = await rights.enter(id, who, claims)
      if (closing) throw new Error(closing.reason)
      const seat = await registry.join(id, who, () => rights.admit(who))
      if (typeof seat === 'string') throw new Error(seat)
      who.sit(seat)
      return who
    }
    const people = async () => {
      const record = await rights.read(id)
      return record ? rights.people(id, record) : []
    }
    return { rights, enter, people, bus }
  })
  return { id, pass, hub, left: sides[0] as (typeof sides)[0], right: sides[1] as (typeof sides)[0] }
}

describe('rights on two nodes', () => {
  it('end on one when they are taken on the other, well within a second', async () => {
    const { id, left, right, pass } = await open()
    const ann = await left.enter(ANN)
    await right.enter(NO_CLAIMS)
    await pass(20)
    await right.rights.change(id, ({ anyone }) => [{ kind: 'settings', anyone, state: 'ended' }])
    await pass(20)
    expect(ann.closedWith).toBe(CLOSE.forbidden)
  })

  it('end when nobody has the board open where they are taken', async () => {
    const { id, left, right, pass } = await open()
    const ann = await left.enter(ANN)
    await pass(20)
    await right.rights.change(id, () => [{ kind: 'settings', anyone: undefined, state: 'open' }])
    await pass(20)
    expect(ann.closedWith).toBe(CLOSE.forbidden)
  })

  it('end within seconds when the bus is down, by what the store has', async () => {
    const { id, left, right, pass } = await open()
    const ann = await left.enter(ANN)
    await pass(20)
    left.bus.cut()
    await right.rights.change(id, ({ anyone }) => [{ kind: 'settings', anyone, state: 'ended' }])
    await pass(1500)
    expect(ann.closedWith).toBe(CLOSE.forbidden)
  })

  it('tell everybody of everybody, and let somebody be removed who is on the other node', async () => {
    const { id, left, right, pass } = await open()
    const ann = await left.enter(ANN)
    const nobody = await left.enter(NO_CLAIMS)
    await right.enter(NO_CLAIMS)
    await pass(20)
    const people = await right.people()
    expect(people.map(({ identity, role }) => [identity, role])).toEqual([
      [undefined, 'editor'],
      ['session:ann', 'editor'],
      [undefined, 'editor'],
    ])
    const participants = people.flatMap(({ connections }) => connections.map(each => each.participantId))
    expect(participants).toContain(ann.id)
    const [stranger] = people.filter(({ connections }) =>
      connections.some(each => each.participantId === nobody.id),
    )
    expect(await right.rights.removeUnknown(id, stranger?.id ?? '')).toBe(true)
    await pass(20)
    expect(nobody.closedWith).toBe(CLOSE.forbidden)
    expect(ann.closedWith).toBeUndefined()
  })
})
