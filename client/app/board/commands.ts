/** What the board's islands may ask of the page around them. */
export type DialogId = 'share' | 'help' | 'profile'

export interface BoardCommands {
  openDialog(dialog: DialogId): void
  startRenaming(): void
  /** Throws away what this browser has and the server would not take, and opens the board anew. */
  discardChanges(): void
}
