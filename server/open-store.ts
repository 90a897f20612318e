/** Where the boards are kept, by the configuration: in a folder, or in PostgreSQL. The secret that signs sessions is kept with them. */
import { keptSecret } from './access/session-secret.ts'
import type { Config } from './config.ts'
import { errorText, type Log } from './log.ts'
import { openPostgresStore } from './store/postgres/postgres-store.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import { type BoardStore, StoreError } from './store/store.ts'

export interface OpenedStore {
  readonly store: BoardStore
  /** Signs sessions. */
  readonly secret: string
}

export interface OpenStoreOptions {
  readonly log: Log
  /** Another server has taken the boards over, which must not be: this one has to end. */
  readonly onLost?: (error: Error) => void
}

/** @throws StoreError when the boards cannot be kept there, or another server has them */
export async function openStore(config: Config, options: OpenStoreOptions): Promise<OpenedStore> {
  const opened =
    config.databaseUrl === undefined
      ? inFolder(config, options)
      : inDatabase(config, config.databaseUrl, options)
  const { store, keptSecret } = await opened
  try {
    return { store, secret: config.sessionSecret ?? (await keptSecret()) }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function inFolder({ dataDir }: Config, { log }: OpenStoreOptions) {
  const onWait = (): void => log.info({ dataDir }, 'store.waiting')
  return {
    store: await openSqliteStore(dataDir, { lock: { onWait } }),
    async keptSecret(): Promise<string> {
      try {
        return await keptSecret(dataDir)
      } catch (error) {
        throw new StoreError('unusable', `DATA_DIR ${dataDir} cannot be used: ${errorText(error)}`)
      }
    },
  }
}

async function inDatabase({ redisUrl }: Config, url: string, { log, onLost }: OpenStoreOptions) {
  const isAlone = redisUrl === undefined
  const onWait = (): void => log.info({ database: true }, 'store.waiting')
  const store = await openPostgresStore(url, { nodes: { isAlone, onWait, ...(onLost && { onLost }) } })
  return { store, keptSecret: store.sessionSecret }
}
