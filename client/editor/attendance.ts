/** Who is here: the others as they tell of themselves, and oneself as the others are told. */
import type { Theme } from '#shared/board/palette.ts'
import type { Participant, Presence } from '../sync/presence.ts'
import { Cell } from './cell.ts'
import { describeChange, peopleOf } from './people.ts'
import { cleanName, loadProfile, saveProfile } from './profile.ts'
import type { SafeStorage } from './safe-storage.ts'
import type { Person, Profile } from './view.ts'

export interface AttendanceDeps {
  readonly presence: Pick<Presence, 'clientId' | 'others' | 'setUser' | 'subscribe'>
  readonly storage: SafeStorage
  readonly theme: () => Theme
  /** Whoever shows the others on the board. */
  readonly changed: (participants: readonly Participant[]) => void
  /** Tells a screen reader who came and who left. */
  readonly announce: (text: string) => void
}

export class Attendance {
  readonly people = new Cell<readonly Person[]>([])
  readonly profile: Cell<Profile>
  readonly #deps: AttendanceDeps
  readonly #stop: () => void
  #participants: readonly Participant[] = []
  #remembered: readonly Participant[] = []

  constructor(deps: AttendanceDeps) {
    this.#deps = deps
    this.profile = new Cell(loadProfile(deps.storage))
    this.profile.subscribe(() => this.#tell())
    this.#stop = deps.presence.subscribe(() => this.#heard())
    this.#tell()
  }

  setProfile(name: string, color: string): void {
    const clean = cleanName(name)
    if (clean === '') return
    const profile: Profile = { name: clean, color, chosen: true }
    saveProfile(this.#deps.storage, profile)
    this.profile.set(profile)
  }

  /** Who is not connected, but has not left either. */
  set remembered(remembered: readonly Participant[]) {
    this.#remembered = remembered
    this.#update()
  }

  /** People have other colours in another theme. */
  themeChanged(): void {
    this.#update()
  }

  close(): void {
    this.#stop()
  }

  #tell(): void {
    const { name, color } = this.profile.value
    this.#deps.presence.setUser(name, color)
    this.#update()
  }

  #heard(): void {
    const participants = this.#deps.presence.others()
    const change = describeChange(this.#participants, participants)
    this.#participants = participants
    this.#deps.changed(participants)
    this.#update()
    if (change !== '') this.#deps.announce(change)
  }

  #update(): void {
    const me = { clientId: this.#deps.presence.clientId, profile: this.profile.value }
    this.people.set(peopleOf([...this.#participants, ...this.#remembered], me, this.#deps.theme()))
  }
}
