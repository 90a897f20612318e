/** A row of colours to choose from. A mixed value presses none. */
import { For } from 'solid-js'
import { capitalised } from './style-choices.ts'

export function Swatches(props: {
  label: string
  names: readonly string[]
  chosen: string | undefined
  /** CSS colour of a name; `undefined` for none. */
  colorOf: (name: string) => string | undefined
  labelOf?: (name: string) => string
  onChoose: (name: string) => void
}) {
  const labelOf = (name: string) => props.labelOf?.(name) ?? capitalised(name)
  return (
    <fieldset class="style-row">
      <legend>{props.label}</legend>
      <div class="swatches">
        <For each={props.names}>
          {name => (
            <button
              type="button"
              class="swatch"
              classList={{ 'is-none': props.colorOf(name) === undefined }}
              style={{ '--swatch': props.colorOf(name) }}
              aria-label={labelOf(name)}
              aria-pressed={props.chosen === name}
              data-tip={labelOf(name)}
              onClick={() => props.onChoose(name)}
            />
          )}
        </For>
      </div>
    </fieldset>
  )
}
