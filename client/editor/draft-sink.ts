/** Where a tool's draft goes: to the screen at once, to the others at their rate. */
import type { Draft } from '../render/scene.ts'
import type { DraftSink } from '../tools/tool.ts'
import type { LiveOut } from './live-out.ts'

/** @param show  shows a draft, or none, in place of the one before */
export function createDraftSink(
  live: Pick<LiveOut, 'shapes' | 'move' | 'ink' | 'end'>,
  show: (draft: Draft | undefined) => void,
): DraftSink {
  let isShown = false
  const showOne = (draft: Draft): void => {
    isShown = true
    show(draft)
  }
  return {
    show: shapes => {
      showOne({ shapes })
      live.shapes(shapes)
    },
    move: (shapes, by) => {
      showOne({ shapes: [], moved: { shapes, by } })
      live.move(shapes, by)
    },
    ink: ink => {
      const { isWhole: _, ...draftInk } = ink
      showOne({ shapes: [], ink: draftInk })
      live.ink(ink)
    },
    clear: () => {
      if (!isShown) return
      isShown = false
      show(undefined)
      live.end()
    },
  }
}
