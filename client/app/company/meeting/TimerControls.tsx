/** What is left of the time, and for who runs the meeting: wait, go on, one minute more, away with it. */
import Pause from 'lucide-solid/icons/pause'
import Play from 'lucide-solid/icons/play'
import X from 'lucide-solid/icons/x'
import { type JSX, Show } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import { fromCell } from '../../from-cell.ts'

const MINUTE_MS = 60_000

export function TimerControls(props: { meeting: FacilitationView; isLarge?: boolean }) {
  const timer = fromCell(props.meeting.timer)
  const rights = fromCell(props.meeting.rights)
  const isOver = () => timer()?.leftS === 0
  return (
    <div class="timer" classList={{ 'is-large': props.isLarge, 'is-over': isOver() }}>
      {/* Told to screen readers at its beginning, a minute before its end, and at its end: not every second. */}
      <span class="timer-left" role="timer" aria-live="off" aria-label={isOver() ? 'Time is up' : undefined}>
        {isOver() ? 'Time is up' : clockTime(timer()?.leftS ?? 0)}
      </span>
      <Show when={rights().mayFacilitate}>
        <Show when={!isOver()}>
          <Show
            when={timer()?.isRunning}
            fallback={
              <TimerButton label="Go on" onClick={() => props.meeting.resumeTimer()}>
                <Play />
              </TimerButton>
            }
          >
            <TimerButton label="Pause the timer" onClick={() => props.meeting.pauseTimer()}>
              <Pause />
            </TimerButton>
          </Show>
        </Show>
        <TimerButton
          label="One minute more"
          class="button small"
          onClick={() => props.meeting.addToTimer(MINUTE_MS)}
        >
          +1
        </TimerButton>
        <TimerButton label="Take the timer away" onClick={() => props.meeting.clearTimer()}>
          <X />
        </TimerButton>
      </Show>
    </div>
  )
}

function TimerButton(props: { label: string; class?: string; onClick: () => void; children: JSX.Element }) {
  return (
    <button
      type="button"
      class={props.class ?? 'icon-button'}
      aria-label={props.label}
      data-tip={props.label}
      onClick={() => props.onClick()}
    >
      {props.children}
    </button>
  )
}

/** "4:05", "1:00:00". */
function clockTime(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes % 60)}:${rest}` : `${minutes}:${rest}`
}
