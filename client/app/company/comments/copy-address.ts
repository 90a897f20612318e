import { copyText } from '../../dialogs/copy-text.ts'

/** Copies an address from where there is no field that shows it.
 * @param within  what has the focus: a field elsewhere would take it away   @returns whether it worked */
export async function copyAddress(address: string, within: HTMLElement): Promise<boolean> {
  const before = document.activeElement
  const field = document.createElement('input')
  field.className = 'visually-hidden'
  field.readOnly = true
  field.value = address
  within.append(field)
  const isCopied = await copyText(field)
  field.remove()
  if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
  return isCopied
}
