/** The editor with its canvas, document and socket, as a chunk of its own. */
export const loadEditor = (): Promise<typeof import('../editor/open-board.ts')> =>
  import('../editor/open-board.ts')
