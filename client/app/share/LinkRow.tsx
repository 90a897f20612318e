/** One of the owner's links: copy it, change what it gives, revoke it. */
import { createSignal, For, onMount, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { GRANTED_ROLES } from '#shared/roles.ts'
import { callBoard, type LinkFacts } from '../board/board-api.ts'
import { Confirm } from './Confirm.tsx'
import { CopyField } from './CopyField.tsx'
import { forgetKey, keyOfLink } from './kept-keys.ts'
import { ROLE_LABELS } from './role-labels.ts'

export function LinkRow(props: {
  boardId: BoardId
  link: LinkFacts
  /** Made a moment ago: shown open, with the focus on its copy button. */
  isNew: boolean
  onChanged: (words: string) => void
  onGone: (words: string) => void
}) {
  const [isShown, setShown] = createSignal(props.isNew)
  const [isAsking, setAsking] = createSignal(false)
  const [problem, setProblem] = createSignal('')
  const name = () => props.link.name || 'Link without a name'
  const key = () => keyOfLink(props.boardId, props.link.id)
  const url = () => `${location.origin}/b/${props.boardId}?key=${key()}`
  const path = () => `/links/${props.link.id}`
  let row: HTMLLIElement | undefined
  let revokeButton: HTMLButtonElement | undefined
  onMount(() => {
    if (props.isNew) row?.querySelector<HTMLElement>('.share-link .button')?.focus()
  })

  const changeRole = async (select: HTMLSelectElement) => {
    setProblem('')
    const answer = await callBoard(props.boardId, 'PATCH', path(), { role: select.value })
    if (answer.ok) {
      props.onChanged(`“${name()}” is changed.`)
      return
    }
    setProblem(answer.message)
    select.value = props.link.role
  }
  const revoke = async () => {
    setProblem('')
    const answer = await callBoard(props.boardId, 'DELETE', path())
    if (!answer.ok) {
      setProblem(answer.message)
      return
    }
    forgetKey(props.boardId, props.link.id)
    props.onGone(`“${name()}” is revoked.`)
  }
  return (
    <li ref={el => (row = el)} class="link-row">
      <div class="link-line">
        <div class="link-words">
          <span class="link-name">{name()}</span>
          <span class="link-more">{more(props.link)}</span>
        </div>
        <select
          class="select small"
          aria-label={`What “${name()}” gives`}
          value={props.link.role}
          onChange={event => changeRole(event.currentTarget)}
        >
          <For each={GRANTED_ROLES}>{role => <option value={role}>{ROLE_LABELS[role]}</option>}</For>
        </select>
        <Show when={key()}>
          <button
            type="button"
            class="button"
            aria-expanded={isShown()}
            aria-label={`Show “${name()}”`}
            onClick={() => setShown(!isShown())}
          >
            {isShown() ? 'Hide' : 'Show'}
          </button>
        </Show>
        <button
          ref={el => (revokeButton = el)}
          type="button"
          class="button danger"
          aria-label={`Revoke “${name()}”`}
          onClick={() => setAsking(true)}
        >
          Revoke
        </button>
      </div>
      <Show when={isAsking()}>
        <Confirm
          question={`Revoke “${name()}”? Whoever came in through it is out at once.`}
          action="Revoke"
          onYes={revoke}
          onNo={() => {
            setAsking(false)
            revokeButton?.focus()
          }}
        />
      </Show>
      <p role="alert" class="problem">
        {problem()}
      </p>
      <Show when={isShown() && key()}>
        <CopyField label={`Address of “${name()}”`} link={url()} />
      </Show>
      <Show when={!key()}>
        <p class="link-more">Made in another browser, which alone can show it again.</p>
      </Show>
    </li>
  )
}

/** "password · until 3 May, 14:00" */
function more({ hasPassword, isValid, expiresAt }: LinkFacts): string {
  const when =
    expiresAt && new Date(expiresAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  const lasting = when && (isValid ? `until ${when}` : `expired ${when}`)
  return [hasPassword && 'asks for a password', lasting].filter(Boolean).join(' · ') || 'does not expire'
}
