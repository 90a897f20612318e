/** A page that says one thing and gives a way forward. */
import { createEffect, type JSX } from 'solid-js'

export function FullPageMessage(props: { title: string; sentence: string; children: JSX.Element }) {
  createEffect(() => {
    document.title = `${props.title} · Drawbridge`
  })
  return (
    <main class="page message-page" aria-busy="false">
      <h1>{props.title}</h1>
      <p>{props.sentence}</p>
      <div class="message-actions">{props.children}</div>
    </main>
  )
}
