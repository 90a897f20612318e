/** What our client does otherwise than y-websocket's provider does by itself: it says less, waits less regularly, and believes the server
 * rather than the browser about the network. */
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { encodeAwareness, encodeSync, SYNC } from '#shared/protocol.ts'

const RECONNECT_MAX_MS = 10_000
/** After the browser says it went offline, the server has this long to answer before we believe it. */
const OFFLINE_PROBE_MS = 3_000

/** Stock awareness sends everybody's states back to the server; ours says only what is ours.
 * @returns what ends it */
export function quietAwareness(provider: WebsocketProvider): () => void {
  const { awareness, doc } = provider
  awareness.off('update', provider._awarenessUpdateHandler)
  const tell = ({ removed }: { removed: number[] }, origin: unknown) => {
    // `[P5]` The server may tell us of our own leaving (an old socket's); that we are still here must be said again.
    if (origin !== 'local' && !removed.includes(doc.clientID)) return
    const clock = awareness.meta.get(doc.clientID)?.clock ?? 0
    const json = JSON.stringify(awareness.getLocalState())
    send(provider, encodeAwareness([{ clientId: doc.clientID, clock, json }]))
  }
  awareness.on('update', tell)
  return () => awareness.off('update', tell)
}

/** The provider waits min(2ⁿ·100 ms, `maxBackoffTime`), all clients the same; a random `maxBackoffTime` below that spreads
 * them, and lets the wait grow past its default 2.5 s. */
export function jitterReconnects(provider: WebsocketProvider): void {
  Object.defineProperty(provider, 'maxBackoffTime', {
    get: () => {
      const full = Math.min(RECONNECT_MAX_MS, 2 ** provider.wsUnsuccessfulReconnects * 100)
      return full * (0.5 + Math.random() / 2)
    },
  })
}

/** The browser's word for "online" is about the interface, not about our server (which may be on this machine): so
 * going offline is checked by asking the server, and coming online only shortens the wait.
 * @param isWelcome  whether the server would have us   @returns what ends it */
export function watchNetwork(provider: WebsocketProvider, isWelcome: () => boolean): () => void {
  const offline = () => {
    if (!provider.wsconnected) return
    const askedAt = provider.wsLastMessageReceived
    const socket = provider.ws
    sendStep1(provider)
    setTimeout(() => {
      if (provider.ws === socket && provider.wsLastMessageReceived === askedAt) reconnect(provider)
    }, OFFLINE_PROBE_MS)
  }
  const online = () => {
    if (isWelcome() && !provider.wsconnected) reconnect(provider)
  }
  window.addEventListener('offline', offline)
  window.addEventListener('online', online)
  return () => {
    window.removeEventListener('offline', offline)
    window.removeEventListener('online', online)
  }
}

/** Asks the server for what is missing here. */
export function sendStep1(provider: WebsocketProvider): void {
  send(provider, encodeSync(SYNC.step1, Y.encodeStateVector(provider.doc)))
}

/** Drops the socket, whatever state it is in (a close handshake on a dead network takes minutes), and tries a new one now. */
export function reconnect(provider: WebsocketProvider): void {
  provider.disconnect()
  provider.connect()
}

/** Sends one frame if there is a connection to send it on. */
export function send({ ws, wsconnected }: WebsocketProvider, frame: Uint8Array): void {
  if (wsconnected && ws?.readyState === WebSocket.OPEN) ws.send(frame as Uint8Array<ArrayBuffer>)
}
