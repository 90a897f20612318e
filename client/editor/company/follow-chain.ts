/** Who follows whom, and whom that comes to. Everybody tells whom they follow; what follows from that each page finds by itself,
 * so all must come to the same (PROTOCOL.md, L10). Pure. */

export interface Following {
  readonly leader: number
  /** One more than any that was known when it began: later ones have higher ones. */
  readonly order: number
}

/** By follower. */
export type Followings = ReadonlyMap<number, Following>

/** Whose screen `me` looks at: the end of the chain. `undefined` when `me` follows nobody, or the chain runs into a circle. */
export function leaderOf(me: number, followings: Followings): number | undefined {
  const seen = new Set([me])
  let at = followings.get(me)?.leader
  while (at !== undefined && !seen.has(at)) {
    seen.add(at)
    const next = followings.get(at)?.leader
    if (next === undefined) return at
    at = next
  }
  return undefined
}

/** Everybody whose chain goes through `me`. */
export function followersOf(me: number, followings: Followings): number[] {
  return [...followings.keys()].filter(follower => {
    const seen = new Set<number>()
    let at: number | undefined = follower
    while (at !== undefined && !seen.has(at)) {
      seen.add(at)
      at = followings.get(at)?.leader
      if (at === me) return follower !== me
    }
    return false
  })
}

/** Whether following has come round to `me`, and `me` has to give up: who began last wants to follow, who began first has been overtaken. */
export function mustGiveUp(me: number, followings: Followings): boolean {
  const circle: number[] = []
  let at: number | undefined = me
  while (at !== undefined && !circle.includes(at)) {
    circle.push(at)
    at = followings.get(at)?.leader
  }
  if (at !== me) return false
  const isOlder = (a: number, b: number): boolean => {
    const [orderA, orderB] = [followings.get(a)?.order ?? 0, followings.get(b)?.order ?? 0]
    return orderA < orderB || (orderA === orderB && a < b)
  }
  return circle.every(each => each === me || isOlder(me, each))
}

export const nextOrder = (followings: Followings): number =>
  Math.max(0, ...[...followings.values()].map(({ order }) => order)) + 1

/** What somebody's presence says: whatever their peer wrote. */
export function readFollowing(value: unknown): Following | undefined {
  const [leader, order] = Array.isArray(value) ? value : []
  return Number.isSafeInteger(leader) && Number.isSafeInteger(order) ? { leader, order } : undefined
}
