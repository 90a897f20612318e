/** What a node asks about a board that is not open here: who is on it. Those that have it open all know of all, so the first answer
 * is taken. It costs one message, and an answer from each of them; when nobody listens Redis says so, and nothing is waited for. */
import type { BoardId } from '#shared/ids.ts'
import type { Claims } from '../access/judge.ts'
import type { Bus } from '../bus/bus.ts'
import { decodeMessage, encodeMessage, type NodeId, type Part } from '../bus/messages.ts'
import type { Clock } from './clock.ts'
import { IN_PASSING } from './node-link.ts'

/** Whoever asks is not kept waiting for longer by nodes that do not answer. */
export const ANSWER_MS = 300

const ownChannelOf = (node: NodeId): string => `drawbridge:node:${node}`

/** Somebody on a board. */
export interface Attendee {
  readonly participantId: string
  /** The mark of their person. */
  readonly by: string
  /** Under which their presence is. */
  readonly clientId: number | undefined
  /** What they came with. */
  readonly claims: Claims
}

/** A board that is open here, and those who are on it by way of any node. */
export interface Attended {
  attendeeCount(): number
  attendees(): readonly Attendee[]
}

/** Who is on a board, by what another node knows. */
export interface Attendance {
  readonly count: number
  /** Empty unless asked for. */
  readonly people: readonly Attendee[]
}

export interface QuestionsDeps {
  readonly self: NodeId
  readonly bus: Bus
  readonly clock: Clock
}

type Asked = Extract<Part, { kind: 'asked' }>
type Answered = Extract<Part, { kind: 'answered' }>

export class Questions {
  readonly #deps: QuestionsDeps
  /** One at a time about a board, for all who want to know. */
  readonly #pending = new Map<string, Promise<Attendance | undefined>>()
  readonly #waiting = new Map<number, (answer: Answered | undefined) => void>()
  readonly #stopListening: () => void
  #count = 0

  constructor(deps: QuestionsDeps) {
    this.#deps = deps
    this.#stopListening = deps.bus.listen(ownChannelOf(deps.self), {
      heard: bytes => this.#heard(bytes),
      joined: () => undefined,
    })
  }

  /** @param channel  the board's
   * @returns `undefined` when no node says that it has the board open */
  ask(id: BoardId, channel: string, wantsPeople: boolean): Promise<Attendance | undefined> {
    const key = `${id}${wantsPeople ? ' people' : ''}`
    const pending = this.#pending.get(key)
    if (pending) return pending
    const asked = this.#ask(channel, wantsPeople).finally(() => this.#pending.delete(key))
    this.#pending.set(key, asked)
    return asked
  }

  /** Answers another node. */
  answer(to: NodeId, { question, wantsPeople }: Asked, board: Attended): void {
    const people = wantsPeople ? JSON.stringify(board.attendees()) : ''
    this.#deps.bus.publish(
      ownChannelOf(to),
      this.#message({ kind: 'answered', question, count: board.attendeeCount(), people }),
    )
  }

  close(): void {
    this.#stopListening()
  }

  async #ask(channel: string, wantsPeople: boolean): Promise<Attendance | undefined> {
    const { bus, clock } = this.#deps
    const question = ++this.#count
    const { promise: answered, resolve } = Promise.withResolvers<Answered | undefined>()
    this.#waiting.set(question, resolve)
    const timer = clock.after(ANSWER_MS, () => resolve(undefined))
    const reached = bus.reach(channel, this.#message({ kind: 'asked', question, wantsPeople }))
    void reached.then(count => {
      if (count === 0) resolve(undefined)
    })
    const answer = await answered
    timer.cancel()
    this.#waiting.delete(question)
    if (!answer) return undefined
    return { count: answer.count, people: wantsPeople ? (JSON.parse(answer.people) as Attendee[]) : [] }
  }

  #heard(bytes: Uint8Array): void {
    for (const part of decodeMessage(bytes)?.parts ?? []) {
      if (part.kind === 'answered') this.#waiting.get(part.question)?.(part)
    }
  }

  #message(part: Asked | Answered): Uint8Array {
    return encodeMessage({ sender: this.#deps.self, epoch: IN_PASSING, count: 0, parts: [part] })
  }
}
