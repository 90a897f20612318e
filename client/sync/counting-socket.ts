import { isDocumentMessage, SYNC } from '#shared/protocol.ts'
import type { SaveLedger } from './save-ledger.ts'

/** A `WebSocket` that tells the ledger of every document message that goes out on it. */
export function countingSocket(ledger: SaveLedger): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('open', () => ledger.connected(), { once: true })
    }
    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      super.send(data as ArrayBuffer)
      if (data instanceof Uint8Array && isDocumentMessage(data)) ledger.sent(data[1] === SYNC.step2)
    }
  }
}
