/** The owner's extra links: the list, and the form for another one. */
import Plus from 'lucide-solid/icons/plus'
import { createResource, createSignal, For, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { callBoard, type LinkFacts, type NewLink } from '../board/board-api.ts'
import { keepKey } from './kept-keys.ts'
import { LinkRow } from './LinkRow.tsx'
import { NewLinkForm } from './NewLinkForm.tsx'

export function Links(props: { boardId: BoardId }) {
  const [links, { refetch }] = createResource(() =>
    callBoard<{ links: LinkFacts[] }>(props.boardId, 'GET', '/links'),
  )
  const [isMaking, setMaking] = createSignal(false)
  const [justMade, setJustMade] = createSignal<string>()
  const [status, setStatus] = createSignal('')
  // Those that were revoked are gone for everybody; the newest first.
  const shown = () => {
    const answer = links.latest
    return answer?.ok ? answer.body.links.filter(({ revokedAt }) => revokedAt === null).reverse() : []
  }
  const problem = () => {
    const answer = links.latest
    return answer && !answer.ok ? answer.message : ''
  }
  let makeButton: HTMLButtonElement | undefined
  const close = () => {
    setMaking(false)
    makeButton?.focus()
  }
  const made = async (link: NewLink) => {
    keepKey(props.boardId, link.id, link.key)
    setJustMade(link.id)
    setMaking(false)
    setStatus('The link is made.')
    await refetch()
  }
  return (
    <section class="links" aria-labelledby="links-title">
      <div class="links-head">
        <h3 id="links-title">Other links</h3>
        <Show when={!isMaking()}>
          <button
            ref={el => (makeButton = el)}
            type="button"
            class="button"
            onClick={() => {
              setStatus('')
              setMaking(true)
            }}
          >
            <Plus />
            New link
          </button>
        </Show>
      </div>
      <p class="dialog-sentence">Each gives rights of its own, and can be revoked by itself.</p>
      <Show when={isMaking()}>
        <NewLinkForm boardId={props.boardId} onMade={made} onCancel={close} />
      </Show>
      <p role="alert" class="problem">
        {problem()}
      </p>
      <ul class="link-list" aria-label="Other links">
        {/* By id: a list that is fetched anew must not take the focus from a row. */}
        <For each={shown().map(({ id }) => id)}>
          {id => (
            <Show when={shown().find(link => link.id === id)}>
              {link => (
                <LinkRow
                  boardId={props.boardId}
                  link={link()}
                  isNew={id === justMade()}
                  onChanged={words => {
                    setStatus(words)
                    void refetch()
                  }}
                  onGone={words => {
                    setStatus(words)
                    makeButton?.focus()
                    void refetch()
                  }}
                />
              )}
            </Show>
          )}
        </For>
      </ul>
      <p role="status" class="visually-hidden">
        {status()}
      </p>
    </section>
  )
}
