/** Why the server will not have us on a board, by close code, in words, with a way forward. */

export type WayForward = 'reload' | 'new-board' | 'home'

export interface Refusal {
  readonly title: string
  readonly sentence: string
  /** The first is the one to take. */
  readonly ways: readonly WayForward[]
}

const REFUSALS: Readonly<Record<number, Refusal>> = {
  4400: {
    title: 'The server did not understand this page',
    sentence:
      'They may be of different versions. Reload to get the new one; what you drew is kept in this browser.',
    ways: ['reload', 'home'],
  },
  4401: {
    title: 'Sign in again',
    sentence: 'Go back to where you came from and open the board from there.',
    ways: ['reload', 'home'],
  },
  4403: {
    title: 'This board is closed to you',
    sentence: 'Ask whoever owns it; they can let you in.',
    ways: ['reload', 'home'],
  },
  4404: {
    title: 'There is no such board',
    sentence: 'Perhaps a part of the link is missing, or the board was deleted.',
    ways: ['new-board', 'home'],
  },
  4413: {
    title: 'That is too much for this board',
    sentence:
      'The server did not take your last change, because the board or the change would be larger than it allows.',
    ways: ['reload', 'home'],
  },
  4429: {
    title: 'Too much at once',
    sentence: 'This page sent more than the server takes from one person. Wait a little, then reload.',
    ways: ['reload', 'home'],
  },
  4508: {
    title: 'The connection is too slow',
    sentence: 'The board changes faster than it arrives here. Reload to catch up.',
    ways: ['reload', 'home'],
  },
}

/** Codes that stand for several reasons: the server's own sentence says which. */
const SAID_BY_SERVER: readonly number[] = [4401, 4403]

/** @param message  the server's own words; shown for a code that is not known here, too */
export function refusalOf(code: number, message: string): Refusal {
  const known = REFUSALS[code]
  if (!known) {
    const sentence = message || `It gave the code ${code}.`
    return { title: 'The server closed this board', sentence, ways: ['reload', 'home'] }
  }
  if (!SAID_BY_SERVER.includes(code) || message === '') return known
  // "This link was revoked. Ask whoever sent it for a new one."
  const [title = '', ...rest] = message.split(/(?<=[.!?]) +/)
  return { ...known, title: title.replace(/[.]$/, ''), sentence: rest.join(' ') || known.sentence }
}
