/** Who is here, and the words for a screen reader when that changes. */
import { inkColor, type Theme } from '#shared/board/palette.ts'
import type { Participant } from '../sync/presence.ts'
import type { Person, Profile } from './view.ts'

/** One's own entry comes last, as the avatars show it. */
export function peopleOf(
  participants: readonly Participant[],
  me: { clientId: number; profile: Profile },
  theme: Theme,
): Person[] {
  const others = participants.map(({ clientId, name, color, state }): Person => {
    return { clientId, name, color: inkColor(color, theme), isMe: false, state }
  })
  const { name, color } = me.profile
  return [
    ...others,
    { clientId: me.clientId, name, color: inkColor(color, theme), isMe: true, state: 'here' },
  ]
}

/** @returns "Ada joined", "Ada and Bo left", or '' when the same people are here */
export function describeChange(before: readonly Participant[], after: readonly Participant[]): string {
  const idsOf = (list: readonly Participant[]) => new Set(list.map(participant => participant.clientId))
  const [was, is] = [idsOf(before), idsOf(after)]
  const joined = after.filter(({ clientId }) => !was.has(clientId)).map(({ name }) => name)
  const left = before.filter(({ clientId }) => !is.has(clientId)).map(({ name }) => name)
  return [joined.length > 0 ? `${listed(joined)} joined` : '', left.length > 0 ? `${listed(left)} left` : '']
    .filter(Boolean)
    .join(', ')
}

function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.length} people`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
