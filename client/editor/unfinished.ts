/** What waits for the server besides changes of the document. */
import type { UnfinishedWork } from '../board/board.ts'
import type { ReadonlyCell } from './cell.ts'

type Busy = Pick<UnfinishedWork, 'isBusy' | 'subscribe'>

/** What the board is at work on, and whatever else is not done yet: a count above 0, or `true`. */
export function unfinished(work: Busy, ...others: readonly ReadonlyCell<number | boolean>[]): Busy {
  return {
    get isBusy() {
      return work.isBusy || others.some(({ value }) => Boolean(value))
    },
    subscribe: listener => {
      const stops = [work, ...others].map(source => source.subscribe(() => listener()))
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
