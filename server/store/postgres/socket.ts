/** Sockets for the driver. Its own, closed before the server has said anything (by a proxy whose server is away), would be opened again at
 * once and for ever, and what is asked meanwhile not answered: here that is an error like every other. */
import { connect, type Socket } from 'node:net'

/** What the driver tells of where to connect to. */
export interface Place {
  readonly host: readonly string[]
  readonly port: readonly number[]
  /** Of a socket of the system's. */
  readonly path?: string | false | undefined
}

/** @returns opens one socket after the other, to the hosts in turn */
export function socketOpener(withinMs: number): (place: Place) => Promise<Socket> {
  let turn = 0
  return ({ host, port, path }) => {
    const i = turn++ % host.length
    const socket = path ? connect(path) : connect({ host: host[i] ?? '', port: port[i] ?? 0 })
    // By this the driver names the host to its TLS.
    Object.assign(socket, { host: host[i], port: port[i] })
    return opened(socket, withinMs)
  }
}

function opened(socket: Socket, withinMs: number): Promise<Socket> {
  const fail = (code: string, message: string): void => {
    socket.destroy(Object.assign(new Error(message), { code }))
  }
  const timer = setTimeout(() => fail('ETIMEDOUT', `not connected within ${withinMs} ms`), withinMs)
  socket.once('end', () => {
    if (socket.bytesRead === 0) fail('ECONNRESET', 'the connection was closed before it had begun')
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(timer))
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
