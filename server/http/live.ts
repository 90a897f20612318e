/** `WS /live/:boardId`: from the upgrade to a `SocketConnection`. A refusal is an accepted socket that is closed with a code,
 * because browsers cannot see why an upgrade was refused and would try for ever. */
import type { Duplex } from 'node:stream'
import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import type { RawData, WebSocket } from 'ws'
import { isBoardId } from '#shared/ids.ts'
import { CLOSE, type CloseCode, participantToken, SUBPROTOCOL } from '#shared/protocol.ts'
import type { Config } from '../config.ts'
import type { Closing } from '../live/admission.ts'
import type { RefusalReason } from '../live/meters.ts'
import type { Rights } from '../live/rights.ts'
import { type Socket, SocketConnection, type SocketDeps } from '../live/socket-connection.ts'
import { boardTag, errorText } from '../log.ts'
import { StoreError } from '../store/store.ts'
import { writeMessage, writeMessages } from './frame-writer.ts'
import type { LiveSockets } from './live-sockets.ts'
import { clientAddress, isAllowedOrigin } from './request-facts.ts'
import type { ServerContext, ServerEnv } from './server-env.ts'
import type { Visitors } from './visitors.ts'

export interface LiveDeps extends SocketDeps {
  readonly config: Config
  readonly sockets: LiveSockets
  readonly rights: Rights
  readonly visitors: Visitors
  readonly isDraining: () => boolean
}

export function live(deps: LiveDeps) {
  return new Hono<ServerEnv>().get(
    '/:boardId',
    async (c, next) => {
      const address = clientAddress(c, deps.config)
      if (deps.sockets.mayOpen(address)) return next()
      // `[W21]` Here nobody needs a code: whoever is refused is to try again, which every client does when its upgrade fails.
      deps.registry.meters.refusals['address-too-fast']++
      if (deps.sockets.isWorthTelling(address)) deps.log.warn({ address }, 'connections.too_fast')
      return c.body(null, 429, { 'Retry-After': '1' })
    },
    upgradeWebSocket(c => {
      const boardId = c.req.param('boardId') ?? ''
      const address = clientAddress(c, deps.config)
      const refusal = refuse(c, boardId, address, deps)
      const token = participantToken(
        (c.req.header('sec-websocket-protocol') ?? '').split(',').map(s => s.trim()),
      )
      return {
        onOpen: (_event, context) => {
          // The helper copies every message and wraps it in an event; frames are read off the socket itself.
          const ws = context.raw as WebSocket
          const speaksDrawbridge = ws.protocol === SUBPROTOCOL
          const connection = new SocketConnection(
            socketOf(ws, c.env.incoming.socket),
            { token, speaksDrawbridge },
            deps,
          )
          deps.sockets.add(connection, address)
          // The helper goes on to listen too, and would hold the request as long as the socket lives.
          queueMicrotask(() => {
            for (const event of ['message', 'close', 'error']) ws.removeAllListeners(event)
            attach(ws, connection, () => {
              deps.sockets.delete(connection)
              deps.rights.leave(connection)
            })
          })
          if (refusal) {
            deps.registry.meters.refusals[refusal.counted]++
            connection.refuse(boardId, refusal.code, refusal.reason)
          } else void enter(c, boardId, connection, deps)
        },
      }
    }),
    c => c.json({ error: 'this address takes WebSocket upgrades only' }, 426, { Upgrade: 'websocket' }),
  )
}

/** `[W23]` Who it is and what they may is found out while the connection's first frames wait. */
async function enter(
  c: ServerContext,
  boardId: string,
  connection: SocketConnection,
  { rights, visitors, registry, log }: LiveDeps,
): Promise<void> {
  let closing: Closing | undefined
  try {
    const outcome = await visitors.claimsOf(c, boardId)
    // Whoever has gone meanwhile would never leave again.
    if (!connection.isOpen) return
    closing = outcome.ok ? await rights.enter(boardId, connection, outcome.claims) : outcome.closing
  } catch (error) {
    const isStore = error instanceof StoreError
    const stack = isStore || !(error instanceof Error) ? undefined : error.stack
    log.error({ board: boardTag(boardId), reason: errorText(error), stack }, 'connection.enter_failed')
    registry.meters.refusals['board-unavailable']++
    if (isStore) connection.refuse(boardId, CLOSE.overloaded, 'the board cannot be loaded now')
    else connection.refuse(boardId, CLOSE.internalError, 'internal error')
    return
  }
  if (closing) {
    registry.meters.refusals[closing.code === CLOSE.noSuchBoard ? 'no-such-board' : 'no-right']++
    connection.refuse(boardId, closing.code, closing.reason)
    return
  }
  await connection.join(boardId, () => rights.admit(connection))
}

function refuse(
  c: ServerContext,
  boardId: string,
  address: string,
  { config, sockets, isDraining }: LiveDeps,
): { code: CloseCode; reason: string; counted: RefusalReason } | undefined {
  if (isDraining()) return { code: CLOSE.restarting, reason: 'the server is restarting', counted: 'draining' }
  if (!isAllowedOrigin(c, config)) {
    const reason = 'Pages of this site may not use this server.'
    return { code: CLOSE.forbidden, reason, counted: 'foreign-origin' }
  }
  if (!isBoardId(boardId)) {
    return { code: CLOSE.noSuchBoard, reason: 'There is no board at this link.', counted: 'no-such-board' }
  }
  if (!sockets.hasRoomFor(address)) {
    // Transient: the ones that are counted may be half-open ones of the very person who is coming back.
    const reason = 'too many connections from your address'
    return { code: CLOSE.overloaded, reason, counted: 'address-full' }
  }
  return undefined
}

function attach(ws: WebSocket, connection: SocketConnection, gone: () => void): void {
  ws.on('message', (data: RawData, isBinary: boolean) => {
    // `nodebuffer`, the default binary type, gives one Buffer.
    if (isBinary) connection.receive(data as Buffer)
    else connection.receiveText()
  })
  ws.on('ping', () => connection.pinged())
  ws.on('pong', () => connection.ponged())
  // An error of a socket is followed by its close, which is logged with its code.
  ws.on('error', error => connection.failed(closeCodeOf(error), error.message))
  ws.on('close', (code, reason) => {
    connection.closed(code, reason.toString())
    gone()
  })
}

/** The code with which `ws` closes after an error of its reader; it names the error, not the code. */
function closeCodeOf(error: Error & { code?: string }): number {
  if (error.code?.startsWith('WS_ERR_') !== true) return 1006
  if (error.code.startsWith('WS_ERR_UNSUPPORTED')) return 1009
  return error.code === 'WS_ERR_INVALID_UTF8' ? 1007 : 1002
}

/** What a peer may go on sending after our close: its own close, and what was on the way. */
const MAX_BYTES_AFTER_CLOSE = 64 * 1024

/** `[W22]` A peer that sends on after our close is not read any more; `ws` hangs up on it in the end. Not at once: what lies unread
 * when a TCP socket is destroyed resets it, and our close may not have arrived. */
function readLittle(ws: WebSocket, tcp: Duplex): void {
  let left = MAX_BYTES_AFTER_CLOSE
  tcp.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) ws.pause()
  })
}

/** The part of a `ws` socket that a connection uses; messages go straight to the TCP socket under it. */
function socketOf(ws: WebSocket, tcp: Duplex): Socket {
  const isOpen = () => ws.readyState === ws.OPEN
  return {
    get bufferedAmount() {
      return ws.bufferedAmount
    },
    send: message => isOpen() && writeMessage(tcp, message),
    sendAll: messages => isOpen() && writeMessages(tcp, messages),
    close: (code, reason) => {
      ws.close(code, reason)
      readLittle(ws, tcp)
    },
    terminate: () => ws.terminate(),
    ping: () => ws.ping(),
  }
}
