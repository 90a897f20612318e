/** The stock y-websocket client as the owner of a meeting's board, for what would take a person too long. */
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Meeting } from './meeting.ts'

/** @param write  what is written is on its way as long as this lasts */
export async function withStockClient(meeting: Meeting, write: (doc: Y.Doc) => Promise<void>): Promise<void> {
  const { owner, id } = meeting
  const cookies = await owner.page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  class OwnersSocket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { cookie } })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${owner.cable.url.replace('http', 'ws')}/live`, id, doc, {
    WebSocketPolyfill: OwnersSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  if (!provider.synced) await new Promise(resolve => provider.once('sync', resolve))
  await write(doc)
  provider.destroy()
  doc.destroy()
}
