/** One socket as a room sees it. The real one is `SocketConnection`; a test's is a few lines. */
import type { CloseCode } from '#shared/protocol.ts'

/** One message: whole, or in pieces that are sent one behind the other, because joining them would double a large one. */
export type Message = Uint8Array | readonly Uint8Array[]

export interface Connection {
  /** Names its participant to the others; no secret. */
  readonly id: string
  /** Says "the same page as before" on a reconnect; only our client sends one. */
  readonly token: string | undefined
  /** Whether it negotiated `drawbridge.v1`; tags from 100 go to no other. */
  readonly speaksDrawbridge: boolean
  /** Sent by us and not yet taken by the network. */
  readonly bufferedBytes: number
  /** @param message  shared with other connections: neither keeps nor changes it */
  send(message: Message): void
  /** Several messages in one write.
   * @param messages  an array that is shared as well: what is made of it is kept as long as it is */
  sendAll(messages: readonly Uint8Array[]): void
  /** The room forgets the connection by itself; `leave` is called before this returns. */
  close(code: CloseCode, reason: string): void
  /** Ends it without a word, because nobody is there to hear it. */
  terminate(): void
  /** Finds out soon whether it is still alive, and terminates it if not. */
  probe(): void
}
