/** A person as a coloured disc with the first letter of the name. */

import { isLightColor } from '#shared/board/is-light-color.ts'
import type { Person } from '../../editor/view.ts'

export function Avatar(props: { person: Person }) {
  const initial = () => [...props.person.name.trim()][0]?.toLocaleUpperCase() ?? '?'
  return (
    <span
      class="avatar"
      classList={{ 'is-light': isLightColor(props.person.color) }}
      style={{ '--person': props.person.color }}
      data-state={props.person.state}
      aria-hidden="true"
    >
      {initial()}
    </span>
  )
}
