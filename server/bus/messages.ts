/** What nodes tell each other, as bytes. Nodes trust each other as they trust the store; bytes of another version, or of whoever
 * else uses the same Redis, are refused whole.
 *
 *   message  version, sender, epoch, count, part*
 *   part     kind, body
 *
 * `count` numbers a sender's messages about a board from 1 on, so that a receiver knows when it has missed one; it starts anew
 * with every `epoch`, a time for which the sender has the board open. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const VERSION = 1

/** A node, for as long as its process runs. */
export type NodeId = string

export interface Arrival {
  readonly participantId: string
  /** The participant's token (PROTOCOL.md, P3); '' for none. */
  readonly token: string
  /** Mark of the person. */
  readonly by: string
  /** What they came with, as JSON. */
  readonly claims: string
  /** When they came, by their node's wall clock, ms since 1970. */
  readonly sinceMs: number
}

export type Part =
  /** Somebody has opened the board, and asks what is going on: all, or the one node they have missed something of. */
  | { readonly kind: 'hello'; readonly to: NodeId | '' }
  /** What comes behind it in this message is everything that there is of the sender. */
  | { readonly kind: 'roster'; readonly lastSeq: number }
  /** The sender has closed the board. */
  | { readonly kind: 'gone' }
  /** A change of the document, numbered by its sender from 1 on; not yet in the log. */
  | { readonly kind: 'update'; readonly number: number; readonly update: Uint8Array }
  /** Changes with these numbers are in the log, as its `count` entries up to `lastSeq`. */
  | {
      readonly kind: 'appended'
      readonly numbers: readonly (readonly [from: number, through: number])[]
      readonly count: number
      readonly lastSeq: number
    }
  /** The log up to this number has gone into a snapshot. */
  | { readonly kind: 'folded'; readonly throughSeq: number }
  | { readonly kind: 'live'; readonly clientId: number; readonly payload: Uint8Array }
  | { readonly kind: 'came'; readonly arrival: Arrival }
  /** For good, or only the connection is lost. */
  | { readonly kind: 'left'; readonly participantId: string; readonly isForGood: boolean }
  | {
      readonly kind: 'presence'
      readonly participantId: string
      readonly clientId: number
      readonly clock: number
      readonly json: string
    }
  /** To the node where a participant is: `[P5]` the others have seen this client leave at this clock. */
  | {
      readonly kind: 'outdated'
      readonly participantId: string
      readonly clientId: number
      readonly clock: number
    }
  /** To the node where a participant is: find out whether they are still there. */
  | { readonly kind: 'probe'; readonly participantId: string }
  /** To the node where a participant is: their page has a newer connection. */
  | { readonly kind: 'replaced'; readonly participantId: string }
  /** Rights on the board have changed. */
  | { readonly kind: 'access' }
  /** Somebody who cannot be told apart when they come again is to go. */
  | { readonly kind: 'removed'; readonly by: string }
  /** From a node that has not the board open: how many are on it, and who if that is wanted. */
  | { readonly kind: 'asked'; readonly question: number; readonly wantsPeople: boolean }
  /** To that node's own channel: all on the board, whichever node they are connected to; `people` as JSON, '' unless wanted. */
  | {
      readonly kind: 'answered'
      readonly question: number
      readonly count: number
      readonly people: string
    }
  /** The sender is there; said about no board. */
  | { readonly kind: 'alive' }
  /** The sender ends; said about no board. */
  | { readonly kind: 'bye' }

export interface BusMessage {
  readonly sender: NodeId
  readonly epoch: number
  readonly count: number
  readonly parts: readonly Part[]
}

const KINDS = [
  'hello',
  'roster',
  'gone',
  'update',
  'appended',
  'folded',
  'live',
  'came',
  'left',
  'presence',
  'outdated',
  'probe',
  'replaced',
  'access',
  'removed',
  'alive',
  'bye',
  'asked',
  'answered',
] as const satisfies readonly Part['kind'][]

export function encodeMessage({ sender, epoch, count, parts }: BusMessage): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, VERSION)
  encoding.writeVarString(encoder, sender)
  encoding.writeVarUint(encoder, epoch)
  encoding.writeVarUint(encoder, count)
  for (const part of parts) writePart(encoder, part)
  return encoding.toUint8Array(encoder)
}

/** Who sent it, without reading the rest.
 * @returns `undefined` for what is not a message of this version */
export function senderOf(bytes: Uint8Array): NodeId | undefined {
  try {
    const decoder = decoding.createDecoder(bytes)
    return decoding.readVarUint(decoder) === VERSION ? decoding.readVarString(decoder) : undefined
  } catch {
    return undefined // whatever it is, it is not ours
  }
}

/** @returns views into `bytes`, not copies; `undefined` for what is not a message of this version */
export function decodeMessage(bytes: Uint8Array): BusMessage | undefined {
  try {
    const decoder = decoding.createDecoder(bytes)
    if (decoding.readVarUint(decoder) !== VERSION) return undefined
    const sender = decoding.readVarString(decoder)
    const epoch = decoding.readVarUint(decoder)
    const count = decoding.readVarUint(decoder)
    const parts: Part[] = []
    while (decoding.hasContent(decoder)) {
      const part = readPart(decoder)
      if (!part) return undefined
      parts.push(part)
    }
    return { sender, epoch, count, parts }
  } catch {
    return undefined // ends early, or a text in it is none
  }
}

function writePart(encoder: encoding.Encoder, part: Part): void {
  const uint = (value: number): void => encoding.writeVarUint(encoder, value)
  const text = (value: string): void => encoding.writeVarString(encoder, value)
  const bytes = (value: Uint8Array): void => encoding.writeVarUint8Array(encoder, value)
  uint(KINDS.indexOf(part.kind))
  switch (part.kind) {
    case 'hello':
      text(part.to)
      break
    case 'roster':
      uint(part.lastSeq)
      break
    case 'update':
      uint(part.number)
      bytes(part.update)
      break
    case 'appended':
      uint(part.numbers.length)
      for (const [from, through] of part.numbers) {
        uint(from)
        uint(through)
      }
      uint(part.count)
      uint(part.lastSeq)
      break
    case 'folded':
      uint(part.throughSeq)
      break
    case 'live':
      uint(part.clientId)
      bytes(part.payload)
      break
    case 'came':
      text(part.arrival.participantId)
      text(part.arrival.token)
      text(part.arrival.by)
      text(part.arrival.claims)
      uint(part.arrival.sinceMs)
      break
    case 'presence':
      text(part.participantId)
      uint(part.clientId)
      uint(part.clock)
      text(part.json)
      break
    case 'outdated':
      text(part.participantId)
      uint(part.clientId)
      uint(part.clock)
      break
    case 'left':
      text(part.participantId)
      uint(part.isForGood ? 1 : 0)
      break
    case 'probe':
    case 'replaced':
      text(part.participantId)
      break
    case 'removed':
      text(part.by)
      break
    case 'asked':
      uint(part.question)
      uint(part.wantsPeople ? 1 : 0)
      break
    case 'answered':
      uint(part.question)
      uint(part.count)
      text(part.people)
      break
  }
}

/** @returns `undefined` for a kind that this version does not know */
function readPart(decoder: decoding.Decoder): Part | undefined {
  const uint = (): number => decoding.readVarUint(decoder)
  const text = (): string => decoding.readVarString(decoder)
  const bytes = (): Uint8Array => decoding.readVarUint8Array(decoder)
  const kind = KINDS[uint()]
  switch (kind) {
    case 'hello':
      return { kind, to: text() }
    case 'roster':
      return { kind, lastSeq: uint() }
    case 'update':
      return { kind, number: uint(), update: bytes() }
    case 'appended': {
      const numbers = Array.from({ length: uint() }, () => [uint(), uint()] as const)
      return { kind, numbers, count: uint(), lastSeq: uint() }
    }
    case 'folded':
      return { kind, throughSeq: uint() }
    case 'live':
      return { kind, clientId: uint(), payload: bytes() }
    case 'came':
      return {
        kind,
        arrival: { participantId: text(), token: text(), by: text(), claims: text(), sinceMs: uint() },
      }
    case 'presence':
      return { kind, participantId: text(), clientId: uint(), clock: uint(), json: text() }
    case 'outdated':
      return { kind, participantId: text(), clientId: uint(), clock: uint() }
    case 'left':
      return { kind, participantId: text(), isForGood: uint() === 1 }
    case 'probe':
    case 'replaced':
      return { kind, participantId: text() }
    case 'removed':
      return { kind, by: text() }
    case 'asked':
      return { kind, question: uint(), wantsPeople: uint() === 1 }
    case 'answered':
      return { kind, question: uint(), count: uint(), people: text() }
    case 'gone':
    case 'access':
    case 'alive':
    case 'bye':
      return { kind }
    case undefined:
      return undefined
  }
}
