/** The ARIA toolbar pattern's keys, for `on:keydown` of the toolbar. The event goes no further: on the board the same
 * keys move shapes. */
export function moveAlongToolbar(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const buttons = [...event.currentTarget.querySelectorAll('button')]
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
  const next = at === -1 ? undefined : nextIndex(event.key, at, buttons.length)
  if (next === undefined) return
  event.preventDefault()
  event.stopPropagation()
  buttons[next]?.focus()
}

function nextIndex(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at + count - 1) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return undefined
}
