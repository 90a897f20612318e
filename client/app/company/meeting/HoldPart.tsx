/** Holding shapes in place, for the owner: nobody else can change them. */
import { Show } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import { fromCell } from '../../from-cell.ts'

export function HoldPart(props: { meeting: FacilitationView }) {
  const hold = fromCell(props.meeting.hold)
  const isNothing = () => hold().freeCount + hold().heldCount + hold().allHeldCount === 0
  return (
    <section class="meeting-part" aria-label="Shapes held in place">
      <h3>Hold in place</h3>
      <Show when={isNothing()}>
        <p class="meeting-note">Select shapes that nobody but you shall change.</p>
      </Show>
      <div class="meeting-row">
        <Show when={hold().freeCount > 0}>
          <button type="button" class="button" onClick={() => props.meeting.holdSelected()}>
            Hold {shapes(hold().freeCount)}
          </button>
        </Show>
        <Show when={hold().heldCount > 0}>
          <button type="button" class="button" onClick={() => props.meeting.releaseSelected()}>
            Release {shapes(hold().heldCount)}
          </button>
        </Show>
        <Show when={hold().allHeldCount > hold().heldCount}>
          <button type="button" class="button" onClick={() => props.meeting.releaseAll()}>
            Release all {hold().allHeldCount}
          </button>
        </Show>
      </div>
    </section>
  )
}

const shapes = (count: number): string => (count === 1 ? 'this shape' : `these ${count} shapes`)
