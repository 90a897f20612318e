/** How somebody is let onto a board, or why not. Asked at the moment of being seated, and anew whenever rights change. */
import type { CloseCode } from '#shared/protocol.ts'
import type { Role } from '#shared/roles.ts'
import type { Claims } from '../access/judge.ts'

export interface Admission {
  readonly role: Role
  /** Names the person to the others of the board, and marks the shapes they make; the same on all their connections. */
  readonly by: string
  /** What they came with, for other nodes, which judge by it what they may. */
  readonly claims?: Claims
}

export interface Closing {
  readonly code: CloseCode
  /** A sentence for the person. */
  readonly reason: string
}

export type Admit = () => Admission | Closing

export const isClosing = (answer: object): answer is Closing => 'code' in answer
