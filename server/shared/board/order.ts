/** Paint order keys: fractional indices with jitter, so that two people who insert at one place at one time rarely get the
 * same key. Duplicates are tolerated everywhere (ties go by shape id). */
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'

/** 2^-12: the chance that two simultaneous inserts at one place collide. */
const JITTER_BITS = 12

/** @param below  key of the shape under the new one, `null` for the very back
 * @param above  key of the shape over it, `null` for the very front */
export function orderBetween(below: string | null, above: string | null, random = Math.random): string {
  let [low, high] = ordered(below, above)
  let key = generateKeyBetween(low, high)
  // Bisecting at random inside the gap adds about two characters.
  for (let bit = 0; bit < JITTER_BITS; bit++) {
    if (random() < 0.5) low = key
    else high = key
    key = generateKeyBetween(low, high)
  }
  return key
}

/** @returns `count` keys in order; only the first is jittered, the others follow it evenly */
export function ordersBetween(below: string | null, above: string | null, count: number): string[] {
  if (count === 0) return []
  const first = orderBetween(below, above)
  const [, high] = ordered(below, above)
  return [first, ...generateNKeysBetween(first, high, count - 1)]
}

/** Keys in front of `below`, each over the one before; only the first is jittered. */
export function* ordersAbove(below: string | null): Generator<string, never> {
  let order = orderBetween(below, null)
  while (true) {
    yield order
    order = generateKeyBetween(order, null)
  }
}

/** Any peer can write any string as a key: what the library would refuse counts as "no neighbour". */
function ordered(below: string | null, above: string | null): [string | null, string | null] {
  const low = isOrderKey(below) ? below : null
  const high = isOrderKey(above) ? above : null
  return low !== null && high !== null && low >= high ? [low, null] : [low, high]
}

function isOrderKey(key: string | null): boolean {
  if (key === null) return false
  try {
    generateKeyBetween(key, null)
    return true
  } catch {
    return false // the library's only way to say that a key is malformed
  }
}
