/** `/api/boards`: making a board, and what is known of one. */
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import { MAX_NAME_LENGTH } from '#shared/board/layout.ts'
import type { BoardId } from '#shared/ids.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../live/clock.ts'
import { newBoard } from '../live/new-board.ts'
import { KeyedBuckets } from '../live/rate-limit.ts'
import type { Registry } from '../live/registry.ts'
import { boardTag, type Log } from '../log.ts'
import {
  type BoardRecord,
  type BoardStore,
  type NewBoard,
  type StoredAsset,
  StoreError,
} from '../store/store.ts'
import { type GuardDeps, guard } from './guard.ts'
import { Importer, ImportRefusal } from './importer.ts'
import { declaredBytes } from './receive-body.ts'
import { clientAddress, isAllowedOrigin, ownOrigin } from './request-facts.ts'
import type { ServerContext, ServerEnv } from './server-env.ts'

export interface BoardsDeps extends GuardDeps {
  readonly config: Config
  readonly store: BoardStore
  readonly registry: Pick<Registry, 'peek' | 'countParticipants' | 'meters'>
  readonly clock: Clock
  readonly log: Log
}

/** What came of a file beside the board. */
interface Imported {
  readonly assets: readonly StoredAsset[]
  readonly imported: number
  readonly skipped: Readonly<Record<string, number>>
}

const MAX_JSON_BYTES = 64 * 1024

const NewBoardBody = v.object({
  name: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(MAX_NAME_LENGTH))),
})

export function boards(deps: BoardsDeps) {
  const { config, store, registry, clock, log, visitors, rights } = deps
  const perHour = config.limits.boardsPerHourPerIp
  const creations = new KeyedBuckets({ perSecond: perHour / 3600, burst: perHour })

  const importer = new Importer(config.limits)

  /** One after the other, so that others' writes come in between. The board is there by now, and stays without those that fail.
   * @returns those that are on the disk */
  const keepPictures = async (
    id: BoardId,
    assets: readonly StoredAsset[],
  ): Promise<readonly StoredAsset[]> => {
    for (const [i, asset] of assets.entries()) {
      try {
        await store.addAsset(id, asset, Number.MAX_SAFE_INTEGER)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        const { kind, message: reason } = error
        log.error({ board: boardTag(id), kind, reason, missing: assets.length - i }, 'board.pictures_failed')
        return assets.slice(0, i)
      }
    }
    return assets
  }

  const create = async (
    c: ServerContext,
    board: NewBoard,
    { assets = [], ...more }: Partial<Imported> = {},
  ) => {
    if (config.limits.maxBoardBytes > 0 && board.initialState.length > config.limits.maxBoardBytes) {
      return c.json({ error: `the board would be larger than ${config.limits.maxBoardBytes} bytes` }, 413)
    }
    try {
      // Whoever makes a board owns it.
      const owner = await visitors.remember(c)
      const record = await store.createBoard({ ...board, owner })
      const kept = await keepPictures(record.id, assets)
      const assetBytes = kept.reduce((sum, { bytes }) => sum + bytes.length, 0)
      log.info(
        { board: boardTag(record.id), shapes: record.shapeCount, bytes: record.bytes, assetBytes },
        'board.created',
      )
      const url = `${ownOrigin(c, config)}/b/${record.id}`
      const missing = assets.length - kept.length
      const { image = 0 } = more.skipped ?? {}
      const skipped = missing > 0 ? { skipped: { ...more.skipped, image: image + missing } } : {}
      return c.json({ ...told(record), assetBytes, url, ...more, ...skipped }, 201)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      log.error({ kind: error.kind, reason: error.message }, 'board.create_failed')
      return c.json({ error: 'the server cannot save a new board right now; try again in a minute' }, 503)
    }
  }

  return new Hono<ServerEnv>()
    .post(
      '/',
      async (c, next) => {
        if (!isAllowedOrigin(c, config))
          return c.json({ error: 'pages of this origin may not use this server' }, 403)
        if (!creations.take(clientAddress(c, config), clock.nowMs())) {
          registry.meters.refusals['too-many-new-boards']++
          return c.json({ error: 'too many new boards from your address; try again later' }, 429, {
            'Retry-After': '60',
          })
        }
        const format = c.req.query('format')
        if (format !== undefined && format !== 'excalidraw') {
          return c.json(
            { error: `format is "${format.slice(0, 20)}"; excalidraw is what can be imported` },
            400,
          )
        }
        // An import counts its bytes itself.
        if (format) return next()
        const onError = (c: Context) =>
          c.json({ error: `the body is larger than ${MAX_JSON_BYTES} bytes` }, 413)
        return bodyLimit({ maxSize: MAX_JSON_BYTES, onError })(c, next)
      },
      async c => {
        if (c.req.query('format') === 'excalidraw') {
          try {
            const size = declaredBytes(c.req.header('content-length'))
            return await importer.import(c.req.raw.body, size, async outcome => {
              if (!outcome.ok) return c.json({ error: outcome.message }, 400)
              const { board, assets, skipped } = outcome
              return create(c, board, { assets, imported: board.shapeCount, skipped })
            })
          } catch (error) {
            if (error instanceof ImportRefusal) return c.json({ error: error.message }, error.status)
            throw error
          }
        }
        const body = parseJson(await c.req.text())
        if (body === undefined) return c.json({ error: 'the body is not JSON' }, 400)
        const parsed = v.safeParse(NewBoardBody, body)
        if (!parsed.success || Array.isArray(body)) {
          return c.json({ error: `expected {"name": a text of at most ${MAX_NAME_LENGTH} characters}` }, 400)
        }
        return create(c, newBoard(parsed.output.name ?? ''))
      },
    )
    .get('/:id', guard('see', deps), async c => {
      const { boardId: id, role, claims, record: access, wantsPassword } = c.var.asker
      // Where the page is not served by this server, as in development, this is where a session begins.
      const identity = claims.identity ?? (await visitors.remember(c))
      const [record, participants] = await Promise.all([store.readBoard(id), registry.countParticipants(id)])
      if (!record) return c.json({ error: 'there is no such board' }, 404)
      return c.json({
        ...told(record),
        // An open board may be ahead of its record by a tick.
        ...registry.peek(id)?.facts,
        participants,
        role,
        by: rights.markOf(id, identity),
        wantsPassword,
        state: access.state,
        anyone: access.anyone ?? 'nobody',
      })
    })
}

/** A record as the API tells it. */
const told = ({ createdAtMs, updatedAtMs, ...record }: BoardRecord) => ({
  ...record,
  createdAt: new Date(createdAtMs).toISOString(),
  updatedAt: new Date(updatedAtMs).toISOString(),
})

/** @returns an empty object for no text, `undefined` for what is not JSON */
function parseJson(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller answers 400
  }
}
