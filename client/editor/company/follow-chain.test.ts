import { describe, expect, it } from 'vitest'
import {
  type Following,
  followersOf,
  leaderOf,
  mustGiveUp,
  nextOrder,
  readFollowing,
} from './follow-chain.ts'

/** `[follower, leader]`, in the order in which they began. */
const followings = (...pairs: [number, number][]) =>
  new Map<number, Following>(pairs.map(([follower, leader], i) => [follower, { leader, order: i + 1 }]))

const [ADA, BO, CY, DI] = [1, 2, 3, 4]

describe('[L10] following', () => {
  it('one who follows nobody has no leader', () => {
    expect(leaderOf(ADA, followings())).toBeUndefined()
    expect(leaderOf(ADA, followings([BO, ADA]))).toBeUndefined()
  })

  it('goes along a chain to its end', () => {
    const chain = followings([BO, ADA], [CY, BO], [DI, CY])
    for (const follower of [BO, CY, DI]) expect(leaderOf(follower, chain)).toBe(ADA)
    expect(followersOf(ADA, chain).sort()).toEqual([BO, CY, DI])
    expect(followersOf(BO, chain).sort()).toEqual([CY, DI])
    expect(followersOf(DI, chain)).toEqual([])
  })

  it('a circle leads nowhere, for those in it and those behind it', () => {
    const circle = followings([ADA, BO], [BO, CY], [CY, ADA], [DI, ADA])
    for (const each of [ADA, BO, CY, DI]) expect(leaderOf(each, circle)).toBeUndefined()
    expect(followersOf(DI, circle)).toEqual([])
  })

  it('of a circle exactly one gives up: who began first', () => {
    const circle = followings([ADA, BO], [BO, CY], [CY, ADA], [DI, ADA])
    expect([ADA, BO, CY, DI].filter(each => mustGiveUp(each, circle))).toEqual([ADA])
    circle.delete(ADA)
    expect([BO, CY, DI].map(each => leaderOf(each, circle))).toEqual([ADA, ADA, ADA])
    expect([ADA, BO, CY, DI].filter(each => mustGiveUp(each, circle))).toEqual([])
  })

  it('two who begin at the same moment: one of them gives up', () => {
    const both = new Map([
      [ADA, { leader: BO, order: 1 }],
      [BO, { leader: ADA, order: 1 }],
    ])
    expect([ADA, BO].filter(each => mustGiveUp(each, both))).toEqual([ADA])
  })

  it('who says that they follow themselves leads nobody astray', () => {
    const own = followings([ADA, ADA], [BO, ADA])
    expect(leaderOf(ADA, own)).toBeUndefined()
    expect(leaderOf(BO, own)).toBeUndefined()
    expect(mustGiveUp(ADA, own)).toBe(true)
  })

  it('the next one is later than all that are known', () => {
    expect(nextOrder(new Map())).toBe(1)
    expect(nextOrder(new Map([[ADA, { leader: BO, order: 41 }]]))).toBe(42)
  })

  it('reads what a peer wrote, and nothing else', () => {
    expect(readFollowing([5, 1])).toEqual({ leader: 5, order: 1 })
    for (const bad of [undefined, null, 5, [], [5], ['5', 1], [5, 1.5], { leader: 5, order: 1 }])
      expect(readFollowing(bad)).toBeUndefined()
  })
})
