/** Sockets over TLS that trust the one certificate a test has made. */
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { SecureSite } from './ask-securely.ts'

export function openSocket(
  { port, cert }: SecureSite,
  boardId: string,
  options: WebSocket.ClientOptions = {},
): WebSocket {
  return new WebSocket(`wss://127.0.0.1:${port}/live/${boardId}`, { ca: cert, ...options })
}

/** The stock client, of which nothing is ours but whom it trusts. */
export class SecureStockClient {
  readonly doc = new Y.Doc()
  readonly shapes = this.doc.getMap('shapes')
  readonly provider: WebsocketProvider

  constructor({ port, cert }: SecureSite, boardId: string) {
    class TrustingSocket extends WebSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(url, protocols, { ca: cert })
      }
    }
    this.provider = new WebsocketProvider(`wss://127.0.0.1:${port}/live`, boardId, this.doc, {
      WebSocketPolyfill: TrustingSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    })
  }

  synced(): Promise<void> {
    return new Promise(resolve => {
      if (this.provider.synced) resolve()
      else this.provider.once('sync', () => resolve())
    })
  }

  has(key: string): Promise<void> {
    return new Promise(resolve => {
      const check = (): void => {
        if (!this.shapes.has(key)) return
        this.doc.off('update', check)
        resolve()
      }
      this.doc.on('update', check)
      check()
    })
  }
}
