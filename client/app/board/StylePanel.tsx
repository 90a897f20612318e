/** How the next shape, or the selected ones, look. Only what applies is shown. */
import { Show } from 'solid-js'
import { FILL_NAMES, fillColor, INK_NAMES, inkColor, NOTE_NAMES, noteColor } from '#shared/board/palette.ts'
import type { EditorView } from '../../editor/view.ts'
import { fromCell } from '../from-cell.ts'
import { theme } from '../theme.ts'
import { ArrangeButtons } from './ArrangeButtons.tsx'
import { Choices } from './Choices.tsx'
import { LineSample } from './LineSample.tsx'
import { Swatches } from './Swatches.tsx'
import {
  applies,
  capitalised,
  DASH_CHOICES,
  FONT_CHOICES,
  FONT_SIZES,
  SIZES,
  type StyleKey,
} from './style-choices.ts'
import '../styles/style-panel.css'

const FILL_CHOICES = ['none', ...FILL_NAMES]
const FILL_LABELS: Readonly<Record<string, string>> = { none: 'No fill', ink: 'Paper' }

export default function StylePanel(props: { view: EditorView }) {
  const style = fromCell(props.view.style)
  const selection = fromCell(props.view.selection)
  const has = (key: StyleKey) => applies(style(), key)
  return (
    <>
      <Show when={has('stroke')}>
        <Swatches
          label={has('dash') ? 'Stroke' : 'Colour'}
          names={INK_NAMES}
          chosen={style().stroke}
          colorOf={name => inkColor(name, theme())}
          onChoose={stroke => props.view.setStyle({ stroke })}
        />
      </Show>
      <Show when={has('fill')}>
        <Show
          when={style().isNote}
          fallback={
            <Swatches
              label="Fill"
              names={FILL_CHOICES}
              chosen={style().fill}
              colorOf={name => fillColor(name, theme())}
              labelOf={name => FILL_LABELS[name] ?? capitalised(name)}
              onChoose={fill => props.view.setStyle({ fill })}
            />
          }
        >
          <Swatches
            label="Note"
            names={NOTE_NAMES}
            chosen={style().fill}
            colorOf={name => noteColor(name, theme())}
            onChoose={fill => props.view.setStyle({ fill })}
          />
        </Show>
      </Show>
      <Show when={has('size')}>
        <Choices
          label="Size"
          choices={SIZES}
          chosen={style().size}
          onChoose={size => props.view.setStyle({ size })}
        >
          {choice => <LineSample size={choice.value} />}
        </Choices>
      </Show>
      <Show when={has('dash')}>
        <Choices
          label="Line"
          choices={DASH_CHOICES}
          chosen={style().dash}
          onChoose={dash => props.view.setStyle({ dash })}
        >
          {choice => <LineSample size={2} dash={choice.value} />}
        </Choices>
      </Show>
      <Show when={has('font')}>
        <Choices
          label="Font"
          choices={FONT_CHOICES}
          chosen={style().font}
          onChoose={font => props.view.setStyle({ font })}
        >
          {choice => (
            <span class="font-sample" data-font={choice.value}>
              Aa
            </span>
          )}
        </Choices>
      </Show>
      <Show when={has('fontSize')}>
        <Choices
          label="Text size"
          choices={FONT_SIZES}
          chosen={style().fontSize}
          onChoose={fontSize => props.view.setStyle({ fontSize })}
        >
          {choice => choice.short}
        </Choices>
      </Show>
      <Show when={has('opacity')}>
        <OpacitySlider opacity={style().opacity} onChoose={opacity => props.view.setStyle({ opacity })} />
      </Show>
      <Show when={selection().length > 0}>
        <ArrangeButtons view={props.view} />
      </Show>
    </>
  )
}

function OpacitySlider(props: { opacity: number | undefined; onChoose: (opacity: number) => void }) {
  const percent = () => Math.round((props.opacity ?? 1) * 100)
  return (
    <label class="style-row opacity">
      <span class="style-label">
        Opacity
        <span class="opacity-value">{props.opacity === undefined ? 'mixed' : `${percent()} %`}</span>
      </span>
      <input
        type="range"
        min="10"
        max="100"
        step="5"
        value={percent()}
        style={{ '--filled': `${((percent() - 10) / 90) * 100}%` }}
        onInput={event => props.onChoose(event.currentTarget.valueAsNumber / 100)}
        // Afterwards keys are the tools' again, not the slider's.
        onPointerUp={event => event.currentTarget.blur()}
      />
    </label>
  )
}
