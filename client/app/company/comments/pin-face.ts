/** How one pin looks, and what a screen reader is told of it. */

import { isLightColor } from '#shared/board/is-light-color.ts'
import type { ThreadView } from '../../../editor/company/comments/comments-view.ts'

export interface PinFace {
  readonly label: string
  /** The name of whoever began it. */
  readonly initial: string
  readonly color: string
  /** Of threads: more than one is a cluster. */
  readonly count: number
  readonly isUnread: boolean
  readonly mentionsMe: boolean
  readonly isResolved: boolean
  readonly isOpen: boolean
}

/** Touches the element only where it looks different from `before`. @returns what it shows now */
export function paintPin(element: HTMLElement, before: PinFace, face: PinFace): PinFace {
  if (isSame(before, face)) return before
  element.setAttribute('aria-label', face.label)
  element.setAttribute('aria-haspopup', 'dialog')
  element.setAttribute('aria-expanded', String(face.isOpen))
  element.className = [
    'pin',
    face.count > 1 && 'is-cluster',
    face.isUnread && 'is-unread',
    face.mentionsMe && 'is-mention',
    face.isResolved && 'is-resolved',
    face.isOpen && 'is-open',
  ]
    .filter(Boolean)
    .join(' ')
  const disc = document.createElement('span')
  disc.className = `avatar${face.count === 1 && isLightColor(face.color) ? ' is-light' : ''}`
  if (face.count === 1) disc.style.setProperty('--person', face.color)
  disc.textContent = face.count > 1 ? String(face.count) : initialOf(face.initial)
  element.replaceChildren(disc)
  return face
}

export const initialOf = (name: string): string => [...name.trim()][0]?.toLocaleUpperCase() ?? '?'

export function clusterLabel(threads: readonly ThreadView[]): string {
  const unreadCount = threads.filter(({ isUnread }) => isUnread).length
  const mentionsMe = threads.some(thread => thread.mentionsMe)
  return [
    `${threads.length} comments`,
    unreadCount > 0 && `${unreadCount} unread`,
    mentionsMe && 'mentions you',
  ]
    .filter(Boolean)
    .join(', ')
}

const isSame = (a: PinFace, b: PinFace): boolean =>
  (Object.keys(b) as (keyof PinFace)[]).every(key => a[key] === b[key])
