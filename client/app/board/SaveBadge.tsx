/** A dot and words: whether what one drew is safe. */
import { createEffect, createSignal, onCleanup } from 'solid-js'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { saveWords } from './save-words.ts'

/** A state that lasts this long is told to screen readers. */
const LASTING_MS = 1500

export function SaveBadge(props: { view: EditorView }) {
  const state = fromCell(props.view.saveState)
  const said = () => saveWords(state())
  const [spoken, setSpoken] = createSignal('')
  let hasTrouble = false

  createEffect(() => {
    const { kind } = state()
    const { announcement } = said()
    if (announcement === '') return
    const timer = setTimeout(() => {
      // "Saved" is news only after trouble.
      if (kind !== 'saved' || hasTrouble) setSpoken(announcement)
      hasTrouble = kind !== 'saved'
    }, LASTING_MS)
    onCleanup(() => clearTimeout(timer))
  })

  return (
    <>
      <div class="save-badge" data-state={state().kind} data-tip={said().explanation}>
        <span class="save-dot" />
        <span class="save-words">{said().words}</span>
      </div>
      <p role="status" class="visually-hidden">
        {spoken()}
      </p>
    </>
  )
}
