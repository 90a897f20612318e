/** Pins that would lie over each other on the screen, put together. Pure. */
import type { Point } from '#shared/board/shape.ts'

export interface Place {
  readonly id: string
  /** Board units. */
  readonly at: Point
}

export interface Cluster {
  /** Of its places, in the order they came in. */
  readonly ids: readonly string[]
  /** Where its first place is: a cluster does not move when it grows. Board units. */
  readonly at: Point
}

/** @param places  the earlier ones are where clusters are, so that each stays put while others come
 * @param reach  places closer than this, in both directions, go together; board units, > 0 */
export function clusterPlaces(places: readonly Place[], reach: number): Cluster[] {
  const clusters: { ids: string[]; at: Point }[] = []
  // Cells as wide as the reach: whatever is near is in one of nine.
  const cells = new Map<string, typeof clusters>()
  const near = ([x, y]: Point) => {
    const [column, row] = [Math.floor(x / reach), Math.floor(y / reach)]
    for (let i = column - 1; i <= column + 1; i++)
      for (let j = row - 1; j <= row + 1; j++) {
        const found = cells
          .get(`${i} ${j}`)
          ?.find(({ at }) => Math.abs(at[0] - x) < reach && Math.abs(at[1] - y) < reach)
        if (found) return found
      }
    return undefined
  }
  for (const { id, at } of places) {
    const cluster = near(at)
    if (cluster) {
      cluster.ids.push(id)
      continue
    }
    const made = { ids: [id], at }
    clusters.push(made)
    const key = `${Math.floor(at[0] / reach)} ${Math.floor(at[1] / reach)}`
    const cell = cells.get(key)
    if (cell) cell.push(made)
    else cells.set(key, [made])
  }
  return clusters
}
