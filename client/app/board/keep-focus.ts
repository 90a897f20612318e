/** A click on an island leaves the focus on the board, so that Space then pans and does not press the button again.
 * Fields take the focus all the same, and one that had it lets go. For `onMouseDown` of an island. */
export function keepFocusOnBoard(event: MouseEvent): void {
  if (event.target instanceof Element && event.target.closest('input, select')) return
  event.preventDefault()
  const focused = document.activeElement
  if (focused instanceof HTMLInputElement) focused.blur()
}
