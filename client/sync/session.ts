/** One board's connection to the server: y-websocket's provider, our own frames on top of it, and a true word on what is saved.
 *
 *   connecting → synced ⇄ offline (retries with backoff and jitter, for ever) → refused (final)
 *
 * Owns the Y.Doc. Knows nothing of shapes. */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { readSyncStep1 } from 'y-protocols/sync'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Box } from '#shared/geometry/box.ts'
import { createParticipantToken } from '#shared/ids.ts'
import {
  decodeOwnServerFrame,
  encodeAwareness,
  encodeCheck,
  encodeLiveToServer,
  encodeSync,
  encodeView,
  type LiveMessage,
  type OwnServerFrame,
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
import { refusalMessage } from './refusal-message.ts'
import { compareNowAndThen } from './replica-check.ts'
import { SaveLedger } from './save-ledger.ts'
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

const RECONNECT_MAX_MS = 10_000
/** On a full board, after the last of one's changes. */
const FULL_RETRY_MS = 1_500
/** After the browser says it went offline, the server has this long to answer before we believe it. */
const OFFLINE_PROBE_MS = 3_000

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
    this.#quietAwareness()
    this.#jitterReconnects()
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
    this.#watchNetwork()
    this.#stop.push(
      compareNowAndThen(feed, {
        isAtRest: () => this.welcome !== undefined && this.#state.kind === 'saved',
        send: hash => this.#send(encodeCheck(hash)),
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
    if (this.welcome) this.#send(encodeLiveToServer(payload))
  }

  /** Says what is on the screen, if there is a connection to say it on. */
  sendView(view: Box): void {
    if (this.welcome) this.#send(encodeView(view))
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
        this.#sendStep1()
        break
      case 'packed':
        this.#takePacked(frame.step, frame.deflated)
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
    if (this.#notTaken !== undefined) this.#reconnect()
  }

  /** The change may have made room: a new connection finds out. */
  #retrySoon(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#reconnect(), FULL_RETRY_MS)
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
  #takePacked(step: number, deflated: Uint8Array): void {
    const updates = inflate(deflated).then(
      update => [update],
      error => {
        reportError(new Error('The board did not arrive whole', { cause: error }))
        this.#reconnect()
        return []
      },
    )
    this.#takeIn(step, updates)
  }

  /** Stock awareness sends everybody's states back to the server; ours says only what is ours. */
  #quietAwareness(): void {
    const { awareness, doc } = this.#provider
    awareness.off('update', this.#provider._awarenessUpdateHandler)
    const send = ({ removed }: { removed: number[] }, origin: unknown) => {
      // `[P5]` The server may tell us of our own leaving (an old socket's); that we are still here must be said again.
      if (origin !== 'local' && !removed.includes(doc.clientID)) return
      const clock = awareness.meta.get(doc.clientID)?.clock ?? 0
      const json = JSON.stringify(awareness.getLocalState())
      this.#send(encodeAwareness([{ clientId: doc.clientID, clock, json }]))
    }
    awareness.on('update', send)
    this.#stop.push(() => awareness.off('update', send))
  }

  /** The provider waits min(2ⁿ·100 ms, `maxBackoffTime`), all clients the same; a random `maxBackoffTime` below that spreads
   * them, and lets the wait grow past its default 2.5 s. */
  #jitterReconnects(): void {
    Object.defineProperty(this.#provider, 'maxBackoffTime', {
      get: () => {
        const full = Math.min(RECONNECT_MAX_MS, 2 ** this.#provider.wsUnsuccessfulReconnects * 100)
        return full * (0.5 + Math.random() / 2)
      },
    })
  }

  /** The browser's word for "online" is about the interface, not about our server (which may be on this machine): so
   * going offline is checked by asking the server, and coming online only shortens the wait. */
  #watchNetwork(): void {
    const offline = () => {
      if (!this.#provider.wsconnected) return
      const askedAt = this.#provider.wsLastMessageReceived
      const socket = this.#provider.ws
      this.#sendStep1()
      setTimeout(() => {
        if (this.#provider.ws === socket && this.#provider.wsLastMessageReceived === askedAt)
          this.#reconnect()
      }, OFFLINE_PROBE_MS)
    }
    const online = () => {
      if (!this.#refusal && !this.#provider.wsconnected) this.#reconnect()
    }
    window.addEventListener('offline', offline)
    window.addEventListener('online', online)
    this.#stop.push(() => {
      window.removeEventListener('offline', offline)
      window.removeEventListener('online', online)
    })
  }

  #sendStep1(): void {
    this.#send(encodeSync(SYNC.step1, Y.encodeStateVector(this.#provider.doc)))
  }

  /** Drops the socket, whatever state it is in (a close handshake on a dead network takes minutes), and tries a new one now. */
  #reconnect(): void {
    this.#provider.disconnect()
    this.#provider.connect()
  }

  #send(bytes: Uint8Array): void {
    const { ws, wsconnected } = this.#provider
    if (wsconnected && ws?.readyState === WebSocket.OPEN) ws.send(bytes as Uint8Array<ArrayBuffer>)
  }

  #listen(listener: UpdateListener): void {
    this.#stop.push(this.#options.feed.subscribe(listener))
  }
}

async function inflate(deflated: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([deflated as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

const readCount = (text: string | null): number => {
  const count = Number.parseInt(text ?? '0', 10)
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

const isSameState = (a: SaveState, b: SaveState): boolean => JSON.stringify(a) === JSON.stringify(b)
