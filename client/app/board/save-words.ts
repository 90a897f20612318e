/** What the badge says for each state, short and at length. */
import type { SaveState } from '../../editor/view.ts'

export interface SaveWords {
  readonly words: string
  /** Explains it, in the tooltip. */
  readonly explanation: string
  /** What a screen reader is told when the state lasts; '' for what comes and goes with every stroke. */
  readonly announcement: string
}

export function saveWords(state: SaveState): SaveWords {
  switch (state.kind) {
    case 'connecting':
      return say('Connecting', 'Looking for the server.', '')
    case 'saving':
      return say('Saving', 'Your last changes are on their way to the server’s disk.', '')
    case 'saved':
      return say('Saved', 'Everything you did is on the server’s disk.', 'Saved')
    case 'offline':
      return say(
        state.waitingCount > 0 ? `Offline, ${waiting(state.waitingCount)}` : 'Offline',
        'No connection. Go on drawing: changes are kept in this browser and merge when it is back.',
        'Offline. Changes are kept in this browser.',
      )
    case 'not-saving':
      return say('Not saving', state.message, 'The server is not saving. Keep this page open.')
    case 'not-taken':
      return say('Not taken', state.message, 'Your last changes were not taken.')
    case 'refused':
      return say('Closed', state.message, '')
  }
}

const say = (words: string, explanation: string, announcement: string): SaveWords => ({
  words,
  explanation,
  announcement,
})

const waiting = (count: number): string => `${count} ${count === 1 ? 'change' : 'changes'} waiting`
