/** What a board is made of beside its page, each a chunk of its own: asked for together, not one after the other. */
import { PHONE_QUERY } from './media-query.ts'

/** The editor with its canvas, document and socket. */
export const loadEditor = (): Promise<typeof import('../editor/open-board.ts')> =>
  import('../editor/open-board.ts')

export const loadDeskTools = (): Promise<typeof import('./board/DeskTools.tsx')> =>
  import('./board/DeskTools.tsx')

export const loadPhoneBars = (): Promise<typeof import('./board/PhoneBars.tsx')> =>
  import('./board/PhoneBars.tsx')

/** The tools for this screen. */
export const loadTools = (): Promise<unknown> =>
  matchMedia(PHONE_QUERY).matches ? loadPhoneBars() : loadDeskTools()
