/** A row of buttons of which one is pressed; none when the selection is mixed. */
import { For, type JSX } from 'solid-js'
import type { Choice } from './style-choices.ts'

export function Choices<T, C extends Choice<T>>(props: {
  label: string
  choices: readonly C[]
  chosen: T | undefined
  onChoose: (value: T) => void
  children: (choice: C) => JSX.Element
}) {
  return (
    <fieldset class="style-row">
      <legend>{props.label}</legend>
      <div class="choices">
        <For each={props.choices}>
          {choice => (
            <button
              type="button"
              class="choice"
              aria-label={choice.label}
              aria-pressed={props.chosen === choice.value}
              data-tip={choice.label}
              onClick={() => props.onChoose(choice.value)}
            >
              {props.children(choice)}
            </button>
          )}
        </For>
      </div>
    </fieldset>
  )
}
