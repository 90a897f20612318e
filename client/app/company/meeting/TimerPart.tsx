/** Setting the timer. */
import { createSignal, For, Show } from 'solid-js'
import type { FacilitationView } from '../../../editor/company/facilitation-view.ts'
import { fromCell } from '../../from-cell.ts'
import { TimerControls } from './TimerControls.tsx'

const PRESET_MINUTES = [1, 3, 5, 10, 15]
const MINUTE_MS = 60_000
/** A day: longer is no timer. */
const MAX_MINUTES = 24 * 60

export function TimerPart(props: { meeting: FacilitationView }) {
  const timer = fromCell(props.meeting.timer)
  const [minutes, setMinutes] = createSignal('')
  const chosen = () => {
    const value = Number(minutes().replace(',', '.'))
    return minutes().trim() !== '' && value > 0 && value <= MAX_MINUTES ? value : undefined
  }
  return (
    <section class="meeting-part" aria-label="Timer">
      <h3>Timer</h3>
      <Show when={timer() === undefined} fallback={<TimerControls meeting={props.meeting} isLarge />}>
        <div class="meeting-row">
          <For each={PRESET_MINUTES}>
            {preset => (
              <button
                type="button"
                class="button"
                aria-label={`${preset} ${preset === 1 ? 'minute' : 'minutes'}`}
                onClick={() => props.meeting.startTimer(preset * MINUTE_MS)}
              >
                {preset}
              </button>
            )}
          </For>
          <span class="meeting-note">min</span>
        </div>
        <form
          class="meeting-row"
          onSubmit={event => {
            event.preventDefault()
            const value = chosen()
            if (value !== undefined) props.meeting.startTimer(value * MINUTE_MS)
          }}
        >
          <input
            class="text-field"
            inputmode="decimal"
            placeholder="Other, e.g. 7.5"
            aria-label="Minutes"
            aria-invalid={minutes() !== '' && chosen() === undefined}
            value={minutes()}
            onInput={event => setMinutes(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={chosen() === undefined}>
            Start
          </button>
        </form>
      </Show>
    </section>
  )
}
