/** Stands in for a board's picture: a wave drawn from the board's id, always the same for the same board. */
import { createMemo } from 'solid-js'
import { INK_NAMES, inkColor } from '#shared/board/palette.ts'
import { theme } from '../theme.ts'

const WIDTH = 208
const HEIGHT = 120

export function BoardMark(props: { boardId: string }) {
  const mark = createMemo(() => markOf(props.boardId))
  return (
    <svg class="board-mark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={mark().path} stroke={inkColor(mark().ink, theme())} />
    </svg>
  )
}

function markOf(boardId: string): { path: string; ink: string } {
  const seed = hash(boardId)
  // The first is the plain ink: a colour looks more like a mark.
  const ink = INK_NAMES[1 + (seed % (INK_NAMES.length - 1))] ?? 'blue'
  const waveCount = 1 + ((seed >>> 8) % 3)
  const amplitude = 16 + ((seed >>> 12) % 20)
  const phase = ((seed >>> 18) % 64) / 10
  const points: string[] = []
  for (let x = 20; x <= WIDTH - 20; x += 4) {
    const turn = ((x - 20) / (WIDTH - 40)) * waveCount * 2 * Math.PI
    points.push(`${x} ${(HEIGHT / 2 + amplitude * Math.sin(turn + phase)).toFixed(1)}`)
  }
  return { path: `M${points.join('L')}`, ink }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
