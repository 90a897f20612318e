/** Which threads the list shows, in which order. Pure. */
import type { ThreadFilter, ThreadView } from './comments-view.ts'

export function listThreads(
  threads: readonly ThreadView[],
  filter: ThreadFilter,
  search: string,
): ThreadView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return threads.filter(thread => FILTERS[filter](thread) && words.every(word => has(thread, word)))
}

const commentsOf = ({ first, replies }: ThreadView) => [first, ...replies]

const FILTERS: Readonly<Record<ThreadFilter, (thread: ThreadView) => boolean>> = {
  open: ({ resolved }) => !resolved,
  'for-me': thread => !thread.resolved && commentsOf(thread).some(({ mentionsMe }) => mentionsMe),
  mine: thread => !thread.resolved && commentsOf(thread).some(({ isMine }) => isMine),
  resolved: ({ resolved }) => resolved !== undefined,
}

const has = (thread: ThreadView, word: string): boolean =>
  thread.subject.toLowerCase().includes(word) ||
  commentsOf(thread).some(({ text, name }) => `${name} ${text}`.toLowerCase().includes(word))
