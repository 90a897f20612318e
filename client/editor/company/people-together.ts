/** What people do with each other's presence: who is here and in which state, who follows whom, who calls everybody. Reads the live
 * payloads that are about people and hands each to its part. */

import type { Point } from '#shared/board/shape.ts'
import { decodeCompanyPayload } from '#shared/live-company.ts'
import type { Board } from '../../board/board.ts'
import type { Session } from '../../sync/session.ts'
import type { CompanyActionId } from '../action-table.ts'
import type { Attendance } from '../attendance.ts'
import type { CameraControl } from '../camera.ts'
import type { ReadonlyCell } from '../cell.ts'
import type { Others } from '../others.ts'
import type { TextEditing } from '../text-editing.ts'
import type { ToolHost } from '../tool-host.ts'
import { Carets } from './carets.ts'
import { CursorChat } from './cursor-chat.ts'
import { Follow } from './follow.ts'
import { Idleness } from './idleness.ts'
import { Laser } from './laser.ts'
import type { PeopleTogetherView } from './people-view.ts'
import { Reactions } from './reactions.ts'
import { Remembered } from './remembered.ts'
import { Summons } from './summons.ts'

export interface PeopleTogetherDeps {
  readonly container: HTMLElement
  readonly board: Board
  readonly session: Session
  readonly others: Others
  readonly attendance: Attendance
  readonly camera: CameraControl
  readonly host: ToolHost
  /** Where the pointer is over the board. */
  readonly pointer: ReadonlyCell<Point | undefined>
  readonly textEditing: ReadonlyCell<TextEditing | undefined>
  readonly announce: (text: string) => void
}

export class PeopleTogether implements PeopleTogetherView {
  readonly follow: Follow
  readonly summons: Summons
  readonly chat: CursorChat
  readonly reactions: Reactions
  readonly typing: ReadonlyCell<ReadonlySet<number>>
  readonly #laser: Laser
  readonly #carets: Carets
  readonly #stops: (() => void)[]

  constructor(deps: PeopleTogetherDeps) {
    const { session, others, attendance, camera, container, host, textEditing, announce } = deps
    const { presence } = session
    const { people } = attendance
    const send = (payload: Uint8Array) => session.sendLive(payload)
    const follow = new Follow({ presence, camera, people, send, announce })
    const summons = new Summons({
      camera,
      people,
      isBusy: () => host.isGesturing.value || textEditing.value !== undefined,
      isWith: clientId => follow.leader === clientId,
      leave: () => follow.stop(),
      send,
      announce,
    })
    const { pointer } = deps
    const laser = new Laser({ container, camera, host, people, send })
    this.chat = new CursorChat({
      camera,
      pointer,
      people,
      show: (clientId, line) => others.say(clientId, line),
      send,
      announce,
    })
    this.reactions = new Reactions({ camera, pointer, people, send, announce })
    this.#laser = laser
    const carets = new Carets({ container, board: deps.board, camera, textEditing, people, send })
    this.#carets = carets
    this.typing = carets.typing
    this.follow = follow
    this.summons = summons
    const idleness = new Idleness(presence)
    const remembered = new Remembered({
      presence,
      isConnected: () => session.isConnected,
      changed: away => {
        attendance.remembered = away
      },
    })
    // Whoever takes something in hand is not led any further; a pointer that points at something is no hand.
    const taken = () => host.active.value !== 'laser' && follow.stop()
    container.addEventListener('pointerdown', taken)
    this.#stops = [
      () => container.removeEventListener('pointerdown', taken),
      others.listen((clientId, payload) => this.#receive(clientId, payload)),
      () => follow.close(),
      () => summons.close(),
      () => laser.close(),
      () => carets.close(),
      () => this.chat.close(),
      () => this.reactions.close(),
      () => idleness.close(),
      () => remembered.close(),
      // Not to be taken for somebody who has lost the connection.
      () => presence.leave(),
    ]
  }

  run(action: CompanyActionId): void {
    if (action === 'chat') this.chat.open()
    else this.reactions.setOpen(true)
  }

  /** Escape. @returns whether there was anything to leave */
  leave(): boolean {
    if (this.follow.following.value === undefined) return false
    this.follow.stop()
    return true
  }

  close(): void {
    for (const stop of this.#stops) stop()
  }

  #receive(clientId: number, bytes: Uint8Array): void {
    const payload = decodeCompanyPayload(bytes)
    switch (payload?.kind) {
      case 'viewport':
        this.follow.receive(clientId, payload.box)
        break
      case 'summons':
        this.summons.receive(clientId, payload.box)
        break
      case 'laser':
        this.#laser.receive(clientId, payload.isStart, payload.points)
        break
      case 'chat':
        this.chat.receive(clientId, payload.line)
        break
      case 'caret':
        this.#carets.receive(clientId, payload.caret)
        break
      case 'reaction':
        this.reactions.receive(clientId, payload.reaction, payload.at)
        break
    }
  }
}
