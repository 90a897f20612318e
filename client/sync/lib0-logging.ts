/** Stands in for `lib0/logging` in the page's build (vite.config.ts): Yjs has two warnings to give, and lib0's way to give them brings
 * its DOM and schema libraries along, a fiftieth of the first load. */
export const [BOLD, UNBOLD, RED, ORANGE] = ['', '', '', '']
// biome-ignore lint/suspicious/noConsole: where lib0 says it too
export const print = (...words: unknown[]): void => console.warn(...words)
export const warn = print
