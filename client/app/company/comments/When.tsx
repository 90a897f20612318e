/** When something was, in words that stay true while one looks. */
import { createSignal, onCleanup } from 'solid-js'
import { relativeDate } from '../../home/relative-date.ts'

const AGAIN_MS = 30_000
const EXACTLY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** @param props.at  ms since 1970 */
export function When(props: { at: number }) {
  const [nowMs, setNowMs] = createSignal(Date.now())
  const timer = setInterval(() => setNowMs(Date.now()), AGAIN_MS)
  onCleanup(() => clearInterval(timer))
  return (
    <time class="comment-note" dateTime={new Date(props.at).toISOString()} title={EXACTLY.format(props.at)}>
      {relativeDate(props.at, nowMs())}
    </time>
  )
}
