/** One board's connection to the server: y-websocket's provider, our own frames on top of it, and a true word on what is saved.
 *
 *   connecting → synced ⇄ offline (retries with backoff and jitter, for ever) → refused (final)
 *
 * Owns the Y.Doc. Knows nothing of shapes. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readSyncStep1 } from 'y-protocols/sync'
import { WebsocketProvider } from 'y-websocket'
import type * as Y from 'yjs'
import type { Box } from '#shared/geometry/box.ts'
import { createParticipantToken } from '#shared/ids.ts'
import {
  decodeOwnServerFrame,
  encodeCheck,
  encodeLiveToServer,
  encodeView,
  type LiveMessage,
  type OwnServerFrame,
  PACKED_MORE,
  PARTICIPANT_PREFIX,
  type Refusal,
  SUBPROTOCOL,
  SYNC,
  TAG,
  type Welcome,
} from '#shared/protocol.ts'
import { may, type Role } from '#shared/roles.ts'
import { countingSocket } from './counting-socket.ts'
import type { DocumentFeed, UpdateListener } from './document-feed.ts'
import { Presence } from './presence.ts'
import {
  jitterReconnects,
  quietAwareness,
  reconnect,
  send,
  sendStep1,
  watchNetwork,
} from './provider-habits.ts'
import { refusalMessage } from './refusal-message.ts'
import { compareNowAndThen } from './replica-check.ts'
import { SaveLedger } from './save-ledger.ts'
import { Unpacking } from './unpacking.ts'
import type { UpdateIntake } from './update-intake.ts'

/** What the badge says; every state is true (from the server's `saved` frames), never hoped for. */
export type SaveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'saved' }
  /** Changes are kept in this browser (`waitingCount` of them) and merge when it is back. */
  | { readonly kind: 'offline'; readonly waitingCount: number }
  /** Connected, but the server cannot write: changes are in its memory and here. */
  | { readonly kind: 'not-saving'; readonly message: string }
  /** Connected, but this document holds changes that this person has no right to make (any more): they stay here. */
  | { readonly kind: 'not-taken'; readonly message: string }
  /** Final: the server will not have us on this board. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

export interface SessionListener {
  saveStateChanged(state: SaveState): void
  /** The server's state has arrived on this connection. */
  synced(): void
  /** A new connection has been let in. */
  welcomed(): void
  /** What this person may do now: with the welcome, and whenever somebody changes it. */
  standingChanged(standing: { readonly role: Role; readonly by: string }): void
  /** This connection is gone or was never made. */
  disconnected(): void
  live(messages: readonly LiveMessage[]): void
  /** The server did not do something; a sentence for the person. */
  refused(message: string): void
}

export interface SessionOptions {
  /** `ws://host/live` */
  readonly serverUrl: string
  readonly boardId: string
  /** By what right: a link's `key`, an embedder's `token`. `[W23]` */
  readonly params: Readonly<Record<string, string>>
  readonly feed: DocumentFeed
  readonly intake: UpdateIntake
  /** The number of the person's step that a transaction of this origin belongs to; `undefined` when it is not theirs. */
  readonly ownStep: (origin: unknown) => number | undefined
  /** What this person has done and the document does not have yet waits for the server too. */
  readonly work: { readonly isBusy: boolean; subscribe(listener: () => void): () => void }
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  readonly listener: SessionListener
}

/** On a full board, after the last of one's changes. */
const FULL_RETRY_MS = 1_500

export class Session {
  readonly presence: Presence
  welcome: Welcome | undefined
  readonly #options: SessionOptions
  readonly #provider: WebsocketProvider
  readonly #ledger: SaveLedger
  readonly #waitingKey: string
  readonly #stop: (() => void)[] = []
  /** The server's clock against the browser's, ms; nothing as long as there was no server. */
  #aheadMs = 0
  #toldWaitingCount: number | undefined
  #hasBeenSynced = false
  #hasFailed = false
  #notSaving: string | undefined
  /** `[W14]` What this connection brought is never saved; the next one brings it again. */
  #full: string | undefined
  /** `[W19]` `[W24]` The same for changes without a right to them. */
  #notTaken: string | undefined
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  /** The board that is coming in on this connection. */
  #unpacking: Unpacking | undefined
  #refusal: { code: number; message: string } | undefined
  #state: SaveState = { kind: 'connecting' }

  constructor(options: SessionOptions) {
    this.#options = options
    const { feed, boardId, serverUrl, params } = options
    const { doc } = feed
    this.#waitingKey = `drawbridge.waiting.${boardId}`
    this.#ledger = new SaveLedger(readCount(options.storage.getItem(this.#waitingKey)))
    // Before the provider's own listener, so that a change is counted before the message that carries it.
    this.#listen((_update, origin) => {
      const step = options.ownStep(origin)
      if (step === undefined) return
      this.#ledger.changed(step)
      if (this.#full !== undefined) this.#retrySoon()
      this.#tell()
    })
    this.#provider = new WebsocketProvider(serverUrl, boardId, doc, {
      connect: false,
      params: { ...params },
      // The server is the one way between tabs too: it checks what it relays, a broadcast channel would not.
      disableBc: true,
      protocols: [SUBPROTOCOL, PARTICIPANT_PREFIX + createParticipantToken()],
      WebSocketPolyfill: countingSocket(this.#ledger),
    })
    doc.off('update', this.#provider._updateHandler)
    this.#listen(this.#provider._updateHandler)
    this.#takeSyncInSlices(doc)
    this.presence = new Presence(this.#provider.awareness)
    this.#stop.push(quietAwareness(this.#provider))
    jitterReconnects(this.#provider)
    for (const tag of [TAG.welcome, TAG.saved, TAG.live, TAG.refused, TAG.role, TAG.check, TAG.packed]) {
      this.#provider.messageHandlers[tag] = (_encoder: unknown, decoder: decoding.Decoder) =>
        this.#receive(decodeOwnServerFrame(tag, decoder))
    }
    this.#provider.on('sync', isSynced => {
      if (isSynced) {
        this.#hasBeenSynced = true
        options.listener.synced()
      }
      this.#tell()
    })
    this.#provider.on('status', ({ status }) => {
      if (status === 'connected') {
        this.#unpacking?.giveUp()
        this.#unpacking = undefined
        this.#notSaving = undefined
        this.#notTaken = undefined
      }
      this.#tell()
    })
    this.#provider.on('connection-close', () => {
      this.#hasFailed = true
      this.#notSaving = undefined
      options.listener.disconnected()
      // The provider clears its own state after this event.
      queueMicrotask(() => {
        this.presence.forgetOthers()
        this.#tell()
      })
    })
    this.#provider.on('closed', ({ code, reason }) => {
      this.#refusal = { code, message: reason || refusalMessage(code) }
      this.#tell()
    })
    this.#stop.push(options.work.subscribe(() => this.#tell()))
    this.#stop.push(watchNetwork(this.#provider, () => this.#refusal === undefined))
    this.#stop.push(
      compareNowAndThen(feed, {
        isAtRest: () => this.welcome !== undefined && this.#state.kind === 'saved',
        send: hash => send(this.#provider, encodeCheck(hash)),
      }),
    )
  }

  get isConnected(): boolean {
    return this.#provider.wsconnected
  }
  get saveState(): SaveState {
    return this.#state
  }
  /** Changes that the server does not have on disk. */
  get waitingCount(): number {
    return Math.max(this.#ledger.waitingCount, this.#options.work.isBusy ? 1 : 0)
  }

  /** The server's time, ms since 1970, to within the time that a message takes. Everybody on the board has the same, whatever their own
   * clocks say. */
  serverNowMs(): number {
    return Date.now() + this.#aheadMs
  }

  connect(): void {
    this.#provider.connect()
  }

  /** Sends one live payload if there is a connection to send it on; live is never queued. */
  sendLive(payload: Uint8Array): void {
    if (this.welcome) send(this.#provider, encodeLiveToServer(payload))
  }

  /** Says what is on the screen, if there is a connection to say it on. */
  sendView(view: Box): void {
    if (this.welcome) send(this.#provider, encodeView(view))
  }

  /** Nothing of this board waits for the server any more. */
  forget(): void {
    this.#options.storage.removeItem(this.#waitingKey)
  }

  close(): void {
    clearTimeout(this.#retryTimer)
    for (const stop of this.#stop) stop()
    this.#provider.destroy()
  }

  #receive(frame: OwnServerFrame): void {
    switch (frame.type) {
      case 'welcome':
        this.welcome = frame.welcome
        this.#aheadMs = frame.welcome.timeMs - Date.now()
        this.#options.listener.standingChanged(frame.welcome)
        this.#options.listener.welcomed()
        break
      case 'saved':
        this.#ledger.saved(frame.count)
        this.#notSaving = undefined
        if (this.#ledger.waitingCount === 0) this.#full = undefined
        this.#tell()
        break
      case 'live':
        this.#options.listener.live(frame.messages)
        break
      case 'refused':
        this.#refused(frame.refusal)
        break
      case 'check':
        // `[W17]` The server holds something else: its answer brings what is missing here, its own SyncStep1 fetches the rest.
        sendStep1(this.#provider)
        break
      case 'packed':
        this.#takePacked(frame.step, frame.part)
        break
      case 'role':
        this.#roleChanged(frame.role)
        break
    }
  }

  #roleChanged(role: Role): void {
    if (!this.welcome) return
    this.welcome = { ...this.welcome, role }
    this.#options.listener.standingChanged(this.welcome)
    if (may(role, 'comment')) this.rightsGrew()
  }

  /** What was not taken before may be now: a new connection brings it again. */
  rightsGrew(): void {
    if (this.#notTaken !== undefined) reconnect(this.#provider)
  }

  /** The change may have made room: a new connection finds out. */
  #retrySoon(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => reconnect(this.#provider), FULL_RETRY_MS)
  }

  #refused({ code, message }: Refusal): void {
    if (code === 'not-saving') this.#notSaving = message
    else if (code === 'too-big') this.#full = message
    else if (code === 'read-only' || code === 'not-own' || code === 'held') this.#notTaken = message
    else {
      this.#options.listener.refused(message)
      return
    }
    this.#tell()
  }

  #tell(): void {
    const { storage, listener } = this.#options
    const { waitingCount } = this
    if (waitingCount !== this.#toldWaitingCount) {
      this.#toldWaitingCount = waitingCount
      if (waitingCount > 0) storage.setItem(this.#waitingKey, String(waitingCount))
      else storage.removeItem(this.#waitingKey)
    }
    const state = this.#derive(waitingCount)
    if (isSameState(state, this.#state)) return
    this.#state = state
    listener.saveStateChanged(state)
  }

  #derive(waitingCount: number): SaveState {
    if (this.#refusal) return { kind: 'refused', ...this.#refusal }
    if (this.#notTaken !== undefined) return { kind: 'not-taken', message: this.#notTaken }
    const { wsconnected, wsconnecting } = this.#provider
    const notSaving = this.#full ?? this.#notSaving
    if (notSaving !== undefined && (wsconnected || wsconnecting))
      return { kind: 'not-saving', message: notSaving }
    if (this.#provider.synced) return { kind: waitingCount > 0 ? 'saving' : 'saved' }
    if (!wsconnected && (this.#hasBeenSynced || this.#hasFailed)) {
      return { kind: 'offline', waitingCount }
    }
    return { kind: 'connecting' }
  }

  /** The provider applies a whole board in one go and calls itself synced right after; here both wait for the intake. */
  #takeSyncInSlices(doc: Y.Doc): void {
    this.#provider.messageHandlers[TAG.sync] = (encoder: encoding.Encoder, decoder: decoding.Decoder) => {
      const step = decoding.readVarUint(decoder)
      if (step === SYNC.step1) {
        encoding.writeVarUint(encoder, TAG.sync)
        readSyncStep1(decoder, encoder, doc)
        return
      }
      this.#takeIn(step, [decoding.readVarUint8Array(decoder)])
    }
  }

  #takeIn(step: number, updates: readonly Uint8Array[] | Promise<readonly Uint8Array[]>): void {
    const { ws } = this.#provider
    this.#options.intake.take(updates, this.#provider, () => {
      // A connection that went meanwhile has synced nothing.
      if (step === SYNC.step2 && ws !== null && ws === this.#provider.ws) this.#provider.synced = true
    })
  }

  /** `[W18]` A stream that cannot be read is fetched again, on a new connection. */
  #takePacked(step: number, part: Uint8Array): void {
    this.#unpacking ??= new Unpacking()
    this.#unpacking.take(part)
    if (step === PACKED_MORE) {
      this.#options.intake.expect()
      return
    }
    const updates = this.#unpacking.whole().then(
      update => [update],
      error => {
        reportError(new Error('The board did not arrive whole', { cause: error }))
        reconnect(this.#provider)
        return []
      },
    )
    this.#unpacking = undefined
    this.#takeIn(step, updates)
  }

  #listen(listener: UpdateListener): void {
    this.#stop.push(this.#options.feed.subscribe(listener))
  }
}

const readCount = (text: string | null): number => {
  const count = Number.parseInt(text ?? '0', 10)
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

const isSameState = (a: SaveState, b: SaveState): boolean => JSON.stringify(a) === JSON.stringify(b)
