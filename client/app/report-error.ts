/** For failures that the person can do nothing about and that stop nothing: they belong in the browser's console. */
export function reportError(error: unknown): void {
  globalThis.reportError(error)
}
