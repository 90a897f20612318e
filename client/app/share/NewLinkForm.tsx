import { createSignal, For, onMount, Show } from 'solid-js'
import type { BoardId } from '#shared/ids.ts'
import { GRANTED_ROLES, type GrantedRole } from '#shared/roles.ts'
import { callBoard, type NewLink } from '../board/board-api.ts'
import { ROLE_LABELS } from './role-labels.ts'

const HOUR_MS = 3_600_000
/** How long a link lasts; `date` asks for one. */
const LASTING = [
  { value: 'never', label: 'Never', ms: undefined },
  { value: 'hour', label: 'In an hour', ms: HOUR_MS },
  { value: 'day', label: 'In a day', ms: 24 * HOUR_MS },
  { value: 'week', label: 'In a week', ms: 7 * 24 * HOUR_MS },
  { value: 'date', label: 'At a time…', ms: undefined },
] as const
type Lasting = (typeof LASTING)[number]['value']

export function NewLinkForm(props: {
  boardId: BoardId
  onMade: (link: NewLink) => void
  onCancel: () => void
}) {
  const [name, setName] = createSignal('')
  const [role, setRole] = createSignal<GrantedRole>('editor')
  const [lasting, setLasting] = createSignal<Lasting>('never')
  const [date, setDate] = createSignal('')
  const [password, setPassword] = createSignal('')
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  let first: HTMLInputElement | undefined
  onMount(() => first?.focus())

  const expiresAt = (): string | null => {
    const ms = LASTING.find(({ value }) => value === lasting())?.ms
    // A `datetime-local` field gives the time of this computer's own clock.
    if (lasting() === 'date') return new Date(date()).toISOString()
    return ms === undefined ? null : new Date(Date.now() + ms).toISOString()
  }
  const make = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isBusy()) return
    setBusy(true)
    setProblem('')
    const answer = await callBoard<NewLink>(props.boardId, 'POST', '/links', {
      name: name(),
      role: role(),
      expiresAt: expiresAt(),
      password: password() || null,
    })
    setBusy(false)
    if (answer.ok) props.onMade(answer.body)
    else setProblem(answer.message)
  }
  return (
    // Escape is the dialog's: it would close all of it, and what was typed with it.
    <form
      class="new-link"
      aria-label="New link"
      onSubmit={make}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        props.onCancel()
      }}
    >
      <label class="field wide">
        <span class="field-label">Name</span>
        <input
          ref={el => (first = el)}
          class="text-field"
          maxlength="100"
          placeholder="Guests"
          autocomplete="off"
          value={name()}
          onInput={event => setName(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">Who opens it</span>
        <select
          class="select"
          value={role()}
          onChange={event => setRole(event.currentTarget.value as GrantedRole)}
        >
          <For each={GRANTED_ROLES}>{each => <option value={each}>{ROLE_LABELS[each]}</option>}</For>
        </select>
      </label>
      <label class="field">
        <span class="field-label">Expires</span>
        <select
          class="select"
          value={lasting()}
          onChange={event => setLasting(event.currentTarget.value as Lasting)}
        >
          <For each={LASTING}>{each => <option value={each.value}>{each.label}</option>}</For>
        </select>
      </label>
      <Show when={lasting() === 'date'}>
        <label class="field wide">
          <span class="field-label">Until</span>
          <input
            class="text-field"
            type="datetime-local"
            required
            value={date()}
            onInput={event => setDate(event.currentTarget.value)}
          />
        </label>
      </Show>
      <label class="field wide">
        <span class="field-label">Password (if it should ask for one)</span>
        <input
          class="text-field"
          // Not hidden: whoever makes it has to tell it to others.
          type="text"
          maxlength="200"
          autocomplete="off"
          spellcheck={false}
          value={password()}
          onInput={event => setPassword(event.currentTarget.value)}
        />
      </label>
      <p role="alert" class="problem wide">
        {problem()}
      </p>
      <div class="form-actions wide">
        <button type="button" class="button" onClick={() => props.onCancel()}>
          Cancel
        </button>
        <button type="submit" class="button primary" aria-disabled={isBusy()}>
          Make link
        </button>
      </div>
    </form>
  )
}
