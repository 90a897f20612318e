/** A text field that lies exactly over the painted text of the shape being edited. Everything typed goes into the shared text at
 * once, and what others type comes into the field without moving the caret away from its letters. */
import { createEffect, onCleanup, onMount, Show } from 'solid-js'
import { spliceBetween } from '../../board/shared-text.ts'
import type { ReadonlyCell } from '../../editor/cell.ts'
import type { TextEditing } from '../../editor/text-editing.ts'
import { fromCell } from '../from-cell.ts'
import '../styles/text-editor.css'

export function TextEditor(props: { editing: ReadonlyCell<TextEditing | undefined> }) {
  const editing = fromCell(props.editing)
  return (
    <Show when={editing()} keyed>
      {current => <Field editing={current} />}
    </Show>
  )
}

function Field(props: { editing: TextEditing }) {
  let area: HTMLTextAreaElement | undefined
  const field = fromCell(props.editing.field)
  const { text } = props.editing

  /** While an input method composes, the field must not be touched: what others type waits until it is done.
   * `start` is where the composing began in the field, `textStart` the same place in the shared text. */
  let composing: { start: number; textStart: number } | undefined
  /** What the field shows of the shared text. */
  let shown = ''

  const typed = () => {
    if (!area) return
    const splice = spliceBetween(shown, area.value, area.selectionEnd)
    shown = area.value
    const further = composing ? composing.textStart - composing.start : 0
    if (splice) text.splice(splice.at + further, splice.removed, splice.inserted)
  }
  const show = (value: string, start: number, end: number) => {
    if (!area) return
    shown = value
    area.value = value
    area.setSelectionRange(start, end)
  }
  const composed = () => {
    if (!area || !composing) return
    const further = composing.textStart - composing.start
    typed()
    composing = undefined
    show(text.value, area.selectionStart + further, area.selectionEnd + further)
  }

  onMount(() => {
    if (!area) return
    show(text.value, 0, 0)
    area.focus({ preventScroll: true })
    area.select()
    const stop = text.subscribe(splices => {
      if (!area) return
      if (composing) {
        for (const { at, removed, inserted } of splices)
          composing.textStart = shifted(composing.textStart, at, removed, inserted.length)
        return
      }
      let { value, selectionStart, selectionEnd } = area
      for (const { at, removed, inserted } of splices) {
        value = value.slice(0, at) + inserted + value.slice(at + removed)
        selectionStart = shifted(selectionStart, at, removed, inserted.length)
        selectionEnd = shifted(selectionEnd, at, removed, inserted.length)
      }
      show(value, selectionStart, selectionEnd)
    })
    onCleanup(stop)
  })

  createEffect(() => {
    const { topLeftPx, zoom, angle, width, height, wraps, align, color, ...font } = field()
    if (!area) return
    // Letters may reach over the edge of their line, where a field would cut them off.
    const pad = (font.fontSize * zoom) / 2
    // In screen px, not scaled by a transform: the caret is one wide, and letters get the room that they are painted in.
    const type = {
      fontFamily: font.fontFamily,
      fontSize: `${font.fontSize * zoom}px`,
      lineHeight: `${font.lineHeight * zoom}px`,
    }
    const [left, top] = topLeftPx
    const lower = font.baseline * zoom - baselineInField(area, type)
    Object.assign(area.style, {
      ...type,
      transform: `translate(${left - pad}px, ${top - pad}px) rotate(${angle}rad) translateY(${lower}px)`,
      transformOrigin: `${pad}px ${pad}px`,
      padding: `${pad}px`,
      width: `${width * zoom}px`,
      height: `${height * zoom}px`,
      whiteSpace: wraps ? 'pre-wrap' : 'pre',
      textAlign: align,
      color,
    })
  })

  const keyPressed = (event: KeyboardEvent) => {
    if (event.isComposing) return
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && !event.altKey && (key === 'z' || key === 'y')) {
      event.preventDefault()
      if (key === 'y' || event.shiftKey) props.editing.redo()
      else props.editing.undo()
      return
    }
    const isDone = event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
    if (!isDone) return
    event.preventDefault()
    props.editing.finish()
  }

  return (
    <textarea
      ref={area}
      class="text-editor"
      aria-label={props.editing.label}
      spellcheck={false}
      autocomplete="off"
      onInput={typed}
      onBeforeInput={event => {
        // The browser's own undo, from its menu, knows nothing of what others typed.
        if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return
        event.preventDefault()
        if (event.inputType === 'historyRedo') props.editing.redo()
        else props.editing.undo()
      }}
      onCompositionStart={() => {
        if (area) composing = { start: area.selectionStart, textStart: area.selectionStart }
      }}
      onCompositionEnd={composed}
      onKeyDown={keyPressed}
      onBlur={() => props.editing.finish()}
    />
  )
}

/** Where an offset goes when others splice before it. */
function shifted(offset: number, at: number, removed: number, inserted: number): number {
  if (offset < at || (offset === at && removed === 0 && inserted > 0)) return offset
  return Math.max(at, offset - removed) + inserted
}

/** Where letters stand in a line, px below its top: browsers round this each in a way of their own, so it is measured. */
function baselineInField(area: HTMLElement, type: Readonly<Record<string, string>>): number {
  const line = document.createElement('div')
  line.className = area.className
  line.style.visibility = 'hidden'
  Object.assign(line.style, type)
  // An empty inline block stands on the line like a letter.
  const foot = document.createElement('span')
  foot.style.display = 'inline-block'
  line.append('x', foot)
  area.before(line)
  const px = foot.getBoundingClientRect().bottom - line.getBoundingClientRect().top
  line.remove()
  return px
}
