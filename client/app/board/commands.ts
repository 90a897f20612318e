/** What the board's islands may ask of the page around them. */
export type DialogId = 'share' | 'help' | 'profile'

export interface BoardCommands {
  openDialog(dialog: DialogId): void
  startRenaming(): void
}
