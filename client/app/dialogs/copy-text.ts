/** Copies a field's text. The clipboard API exists only on `https:` and localhost; a board in the local network is often
 * opened over `http:`, where the old command still works. @returns whether it worked */
export async function copyText(field: HTMLInputElement): Promise<boolean> {
  if (navigator.clipboard) {
    const isCopied = await navigator.clipboard.writeText(field.value).then(
      () => true,
      () => false,
    )
    if (isCopied) return true
  }
  field.focus()
  field.select()
  return document.execCommand('copy')
}
