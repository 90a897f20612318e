import { describe, expect, it } from 'vitest'
import { clusterPlaces, type Place } from './clusters.ts'

describe('clusters', () => {
  it('hold what is nearer than the reach in both directions', () => {
    const places: Place[] = [
      { id: 'a', at: [0, 0] },
      { id: 'b', at: [9, -9] },
      { id: 'c', at: [10, 0] },
      { id: 'd', at: [-500, 30] },
    ]
    expect(clusterPlaces(places, 10)).toEqual([
      { ids: ['a', 'b'], at: [0, 0] },
      { ids: ['c'], at: [10, 0] },
      { ids: ['d'], at: [-500, 30] },
    ])
    expect(clusterPlaces(places, 1).map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c'], ['d']])
    expect(clusterPlaces([], 10)).toEqual([])
  })

  it('stay where they are when another place comes', () => {
    const before = clusterPlaces([{ id: 'a', at: [3, 3] }], 10)
    const after = clusterPlaces(
      [
        { id: 'a', at: [3, 3] },
        { id: 'b', at: [-5, 9] },
      ],
      10,
    )
    expect(after.map(({ at }) => at)).toEqual(before.map(({ at }) => at))
  })

  it('lie apart, and lose nobody, whatever there is', () => {
    // Golden angles: spread all over, at no regular distance.
    const places = Array.from({ length: 400 }, (_, i): Place => {
      return {
        id: String(i),
        at: [8 * Math.sqrt(i) * Math.cos(i * 2.4), 8 * Math.sqrt(i) * Math.sin(i * 2.4)],
      }
    })
    const clusters = clusterPlaces(places, 20)
    expect(clusters.flatMap(({ ids }) => ids).sort()).toEqual(places.map(({ id }) => id).sort())
    for (const one of clusters)
      for (const other of clusters)
        if (one !== other)
          expect(
            Math.max(Math.abs(one.at[0] - other.at[0]), Math.abs(one.at[1] - other.at[1])),
          ).toBeGreaterThanOrEqual(20)
  })
})
