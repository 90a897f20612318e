/** At which sizes pictures are kept decoded: powers of two, told by the longer side in px, and the picture's own size. Far out a board of
 * thousands of pictures takes a few kilobytes for each, and zooming asks for another size only now and then. */

/** The smallest: below it nothing is gained. */
export const LEAST_LEVEL = 32
/** The largest: 64 MB of pixels for a square one. */
export const MOST_LEVEL = 4096
/** A picture may be stretched by so much before the next larger one is decoded: that is not seen. */
const SLACK = 1.1

/** @param px  its longer side on the screen, device px
 * @param naturalPx  its own longer side, when it is known */
export function levelFor(px: number, naturalPx = MOST_LEVEL): number {
  const level = 2 ** Math.ceil(Math.log2(px / SLACK))
  return Math.min(Math.max(LEAST_LEVEL, level), naturalPx, MOST_LEVEL)
}

/** The best of the sizes there are: the smallest that is large enough, else the largest. */
export function bestOf(levels: Iterable<number>, wanted: number): number | undefined {
  let best: number | undefined
  for (const level of levels) {
    if (best === undefined || (best < wanted ? level > best : level >= wanted && level < best)) best = level
  }
  return best
}
