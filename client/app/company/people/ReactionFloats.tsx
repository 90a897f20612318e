/** Reactions on their way up. With reduced motion they stand and fade. */
import { For, onMount } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { Float, ReactionsView } from '../../../editor/company/people-view.ts'
import type { EditorView } from '../../../editor/view.ts'
import { fromCell } from '../../from-cell.ts'
import { REACTION_ICONS } from './reaction-icons.ts'
import '../../styles/reactions.css'

const RISE_PX = 130
const SWAY_PX = 24

export function ReactionFloats(props: { view: EditorView; reactions: ReactionsView }) {
  const floats = fromCell(props.reactions.floats)
  return (
    <div class="reaction-floats" aria-hidden="true">
      <For each={floats()}>{float => <Floating float={float} view={props.view} />}</For>
    </div>
  )
}

function Floating(props: { float: Float; view: EditorView }) {
  const camera = fromCell(props.view.camera)
  const place = () => {
    const { x, y, zoom } = camera()
    const [atX, atY] = props.float.at
    return `translate(${(atX - x) * zoom}px, ${(atY - y) * zoom}px)`
  }
  let icon: HTMLSpanElement | undefined
  onMount(() => icon && rise(icon))
  return (
    <div class="reaction-float" style={{ transform: place() }}>
      <span ref={el => (icon = el)} data-reaction={props.float.reaction}>
        <Dynamic component={REACTION_ICONS[props.float.reaction]} />
      </span>
    </div>
  )
}

/** Not by CSS: the page's style sheet stops every animation where motion is not wanted, and one that stops at once shows nothing. */
function rise(icon: HTMLElement): void {
  const options: KeyframeAnimationOptions = { duration: 2000, easing: 'ease-out', fill: 'forwards' }
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    icon.animate({ opacity: [1, 1, 0] }, options)
    return
  }
  const sway = (Math.random() * 2 - 1) * SWAY_PX
  icon.animate(
    [
      { transform: 'translate(0, 0) scale(0.4)', opacity: 0 },
      { transform: `translate(${sway * 0.4}px, ${-RISE_PX * 0.2}px) scale(1.15)`, opacity: 1, offset: 0.15 },
      { transform: `translate(${-sway}px, ${-RISE_PX * 0.65}px) scale(1)`, opacity: 1, offset: 0.6 },
      { transform: `translate(${sway}px, ${-RISE_PX}px) scale(0.95)`, opacity: 0 },
    ],
    options,
  )
}
