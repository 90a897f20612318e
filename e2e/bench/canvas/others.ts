/** Other people on a board of ours: sockets that speak its live frames, without a browser that would take the measured one's CPU. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as Y from 'yjs'
import { shapesOf } from '../../../server/shared/board/layout.ts'
import { encodeCursor, encodeGesture } from '../../../server/shared/live.ts'
import { SYNC } from '../../../server/shared/protocol.ts'
import { Connection, clientIdOf } from '../relay/connection.ts'

export interface Others {
  /** One of them drags the board's first shapes around. */
  moveShapes(count: number, hz: number, ms: number): Promise<void>
  /** Many of them point around, within what the page sees at 10 % zoom. */
  moveCursors(people: number, hz: number, ms: number): Promise<void>
}

const SEEN = { w: 12_800, h: 8000 }

export function othersOn(serverUrl: string, boardId: string): Others {
  const contestant = {
    name: 'Drawbridge',
    dialect: 'drawbridge' as const,
    pid: 0,
    createBoard: async () => boardId,
    urlOf: () => `${serverUrl.replace('http', 'ws')}/live/${boardId}`,
    stop: async () => {},
  }
  const join = async (index: number, doc?: Y.Doc): Promise<Connection> => {
    const connection = new Connection(contestant, boardId, clientIdOf(index), {
      sync: (step, bytes) => {
        if (doc && step !== SYNC.step1) Y.applyUpdate(doc, bytes)
      },
    })
    await connection.open()
    connection.announce(JSON.stringify({ user: { name: `Person ${index}`, color: 'blue' } }))
    connection.view({ x: 0, y: 0, ...SEEN })
    return connection
  }
  const pace = async (hz: number, ms: number, act: (share: number) => void): Promise<void> => {
    const startMs = performance.now()
    for (let i = 0; performance.now() - startMs < ms; i++) {
      act((performance.now() - startMs) / ms)
      await sleep(Math.max(0, startMs + ((i + 1) * 1000) / hz - performance.now()))
    }
  }
  return {
    async moveShapes(count, hz, ms) {
      const doc = new Y.Doc()
      const connection = await join(1, doc)
      while (shapesOf(doc).size < count) await sleep(20)
      const ids = [...shapesOf(doc).keys()].slice(0, count)
      await pace(hz, ms, share => {
        const by = [400 * Math.sin(share * 12), 400 * Math.cos(share * 12)] as const
        connection.live(encodeGesture({ move: { by, ids } }))
      })
      connection.live(encodeGesture(undefined))
      connection.close()
    },
    async moveCursors(people, hz, ms) {
      const connections = await Promise.all(Array.from({ length: people }, (_, i) => join(i + 1)))
      await pace(hz, ms, share => {
        connections.forEach((connection, i) => {
          const turn = share * 12 + i
          const x = SEEN.w * (0.5 + 0.4 * Math.sin(turn * 1.1))
          const y = SEEN.h * (0.5 + 0.4 * Math.cos(turn * 0.7))
          connection.live(encodeCursor([x, y]))
        })
      })
      for (const connection of connections) connection.close()
    },
  }
}
