/** The button for a meeting's tools, with the panel that it opens. Only who may use something of it has one. */
import Presentation from 'lucide-solid/icons/presentation'
import { createSignal, Show } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import { fromCell } from '../../from-cell.ts'
import { HoldPart } from './HoldPart.tsx'
import { PollPart } from './PollPart.tsx'
import { TimerPart } from './TimerPart.tsx'

export function MeetingButton(props: { meeting: FacilitationView }) {
  const rights = fromCell(props.meeting.rights)
  const [isOpen, setOpen] = createSignal(false)
  let panel: HTMLDivElement | undefined
  return (
    <Show when={rights().mayFacilitate}>
      <button
        type="button"
        class="icon-button"
        popovertarget="meeting-panel"
        aria-label="Timer and voting"
        aria-expanded={isOpen()}
        data-tip="Timer and voting"
      >
        <Presentation />
      </button>
      <div
        ref={el => (panel = el)}
        id="meeting-panel"
        popover="auto"
        role="dialog"
        aria-label="Timer and voting"
        class="island meeting-panel"
        onToggle={event => setOpen(event.newState === 'open')}
      >
        <Show when={isOpen()}>
          <TimerPart meeting={props.meeting} />
          <PollPart meeting={props.meeting} onStarted={() => panel?.hidePopover()} />
          <Show when={rights().mayHold}>
            <HoldPart meeting={props.meeting} />
          </Show>
        </Show>
      </div>
    </Show>
  )
}
