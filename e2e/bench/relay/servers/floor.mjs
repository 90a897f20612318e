/** What the bytes alone cost: `ws`, and no Yjs. Everything that came in 16 ms goes to everybody as one message; large
 * updates are kept, and are the whole answer to a SyncStep1. `node floor.mjs PORT` */
import { WebSocketServer } from 'ws'

const TICK_MS = 16
/** A seeding update; what participants draw is far smaller. */
const KEPT_BYTES = 64 * 1024
const SYNC = 0
const STEP1 = 0
const EMPTY_STEP2 = Uint8Array.of(SYNC, 1, 2, 0, 0)

const rooms = new Map()
const server = new WebSocketServer({ port: Number(process.argv[2]), host: '127.0.0.1', maxPayload: 2 ** 30 })

server.on('connection', (socket, request) => {
  const name = request.url ?? ''
  const room = rooms.get(name) ?? { sockets: new Set(), pending: [], kept: [] }
  rooms.set(name, room)
  room.sockets.add(socket)
  socket.on('close', () => room.sockets.delete(socket))
  socket.on('message', frame => {
    if (frame[0] === SYNC && frame[1] === STEP1) {
      for (const update of [...room.kept, EMPTY_STEP2]) socket.send(update, { binary: true })
    } else if (frame.length >= KEPT_BYTES) {
      room.kept.push(frame)
    } else {
      room.pending.push(frame)
    }
  })
})

setInterval(() => {
  for (const room of rooms.values()) {
    if (room.pending.length === 0) continue
    const message = Buffer.concat(room.pending)
    room.pending = []
    for (const socket of room.sockets) socket.send(message, { binary: true })
  }
}, TICK_MS)
