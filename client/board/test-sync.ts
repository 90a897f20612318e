/** For tests: two documents, what brings each what the other has, and boards whose work goes on when the test says. */
import * as Y from 'yjs'
import { BigSteps } from './big-steps.ts'
import { BoardRights } from './board-rights.ts'
import { BoardWork } from './board-work.ts'
import { YjsBoard } from './yjs-board.ts'

/** Both ways at once, as it was before either took anything in. */
export function syncOf([a, b]: readonly [Y.Doc, Y.Doc]): () => void {
  return () => {
    const toB = Y.encodeStateAsUpdate(a, Y.encodeStateVector(b))
    const toA = Y.encodeStateAsUpdate(b, Y.encodeStateVector(a))
    Y.applyUpdate(b, toB, 'remote')
    Y.applyUpdate(a, toA, 'remote')
  }
}

/** A board whose frames the test steps, and somebody else's of the same. */
export function steppedBoards() {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const frames: (() => void)[] = []
  const work = new BoardWork(() => new Promise<number>(resolve => frames.push(() => resolve(0))))
  const rights = new BoardRights({ role: 'owner', by: 'me' })
  const mine = new YjsBoard(docs[0], rights, work)
  mine.takeBigSteps(deps => new BigSteps(deps))
  /** One frame's worth. */
  const frame = async () => {
    frames.shift()?.()
    await new Promise<void>(resolve => queueMicrotask(resolve))
  }
  return { docs, work, rights, mine, theirs: new YjsBoard(docs[1]), sync: syncOf(docs), frame }
}
