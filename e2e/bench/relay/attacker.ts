/** `node attacker.ts <attack> <port> <board>`: attacks until it is killed. */
import { connect, type Socket } from 'node:net'
import { ATTACKS, type AttackName } from './attacks.ts'

const [name = '', port = '', board = ''] = process.argv.slice(2)
const attack = ATTACKS[name as AttackName]
/** Not the address of the honest ones. */
const ADDRESS = '127.0.0.2'
/** Between two attempts of one that was refused: faster than any client that means well. */
const AGAIN_MS = 5
const HANDSHAKE = [
  `GET /live/${board} HTTP/1.1`,
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}`,
  '\r\n',
].join('\r\n')

const first = attack.first?.() ?? []
const isFresh = name.startsWith('awareness')
let repeated = attack.repeated?.()

function open(seed: readonly Buffer[] = []): void {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: ADDRESS })
  socket.on('error', () => {}) // its close comes next
  socket.on('close', () => setTimeout(open, AGAIN_MS))
  socket.on('connect', () => socket.write(HANDSHAKE))
  socket.once('data', (answer: Buffer) => {
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101') || attack.hangsUp) {
      socket.destroy()
      return
    }
    if (attack.isDeaf) socket.pause()
    else socket.on('data', () => {})
    for (const frame of [...seed, ...first]) socket.write(frame)
    if (repeated) send(socket)
  })
}

function send(socket: Socket): void {
  if (attack.perSecond === undefined) {
    const next = (): void => {
      while (!socket.destroyed && repeated && socket.write(repeated)) {}
    }
    socket.on('drain', next)
    next()
    return
  }
  const timer = setInterval(() => {
    // Only news is passed on.
    if (isFresh) repeated = attack.repeated?.()
    if (repeated && socket.writableLength < 1 << 20) socket.write(repeated)
  }, 1000 / attack.perSecond)
  socket.on('close', () => clearInterval(timer))
}

if (attack.connections === 0) {
  for (;;) Math.random() // what any second process takes from the first on a machine of two cores
}
// Who does not read does not notice that it was hung up on, and Node would end.
setInterval(() => {}, 60_000)
open(attack.seed?.())
for (let i = 1; i < attack.connections; i++) open()
