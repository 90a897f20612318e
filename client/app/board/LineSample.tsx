/** A short line as it would be drawn, for the buttons of the style panel. */
import type { Dash } from '#shared/board/shape.ts'

const DASH_ARRAYS: Readonly<Record<Dash, string>> = { solid: 'none', dashed: '5 4.5', dotted: '0.1 4' }

/** Up to 4 as it is; thicker lines still differ, and fit. */
const samplePx = (size: number): number => Math.min(size <= 4 ? size : 2 + size * 0.6, 10)

export function LineSample(props: { size: number; dash?: Dash }) {
  return (
    <svg class="line-sample" viewBox="0 0 22 18" aria-hidden="true">
      <path
        d={props.dash ? 'M3 9h16' : 'M6 9h10'}
        stroke-width={samplePx(props.size)}
        stroke-dasharray={DASH_ARRAYS[props.dash ?? 'solid']}
      />
    </svg>
  )
}
