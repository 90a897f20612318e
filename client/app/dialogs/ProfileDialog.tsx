/** The name and the colour that others see at one's cursor. */
import { createSignal } from 'solid-js'
import { INK_NAMES, inkColor } from '#shared/board/palette.ts'
import type { EditorView } from '../../editor/view.ts'
import { Swatches } from '../board/Swatches.tsx'
import { theme } from '../theme.ts'
import { Dialog } from './Dialog.tsx'

const MAX_NAME_CHARS = 40

export default function ProfileDialog(props: { view: EditorView; onClose: () => void }) {
  const before = props.view.profile.value
  const [name, setName] = createSignal(before.name)
  const [color, setColor] = createSignal(before.color)
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    props.view.setProfile(name().trim() || before.name, color())
    props.onClose()
  }
  return (
    <Dialog title="You" class="profile-dialog" focusesInside onClose={props.onClose}>
      <form onSubmit={save}>
        <label class="field">
          <span class="style-label">Name</span>
          <input
            class="text-field"
            autofocus
            autocomplete="nickname"
            maxlength={MAX_NAME_CHARS}
            placeholder={before.name}
            value={name()}
            onInput={event => setName(event.currentTarget.value)}
            onFocus={event => event.currentTarget.select()}
          />
        </label>
        <Swatches
          label="Colour of your cursor"
          names={INK_NAMES}
          chosen={color()}
          colorOf={ink => inkColor(ink, theme())}
          onChoose={setColor}
        />
        <p class="dialog-sentence">Others on your boards see both. They are kept in this browser.</p>
        <div class="dialog-actions">
          <button type="submit" class="button primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
