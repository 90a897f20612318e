/** What requests carry with them on their way through the routes. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { BoardId } from '#shared/ids.ts'
import type { Role } from '#shared/roles.ts'
import type { Claims } from '../access/judge.ts'
import type { AccessRecord } from '../store/access-record.ts'

/** Somebody who may do what they ask for. */
export interface Asker {
  readonly boardId: BoardId
  readonly role: Role
  readonly claims: Claims
  readonly record: AccessRecord
  /** The link in the address would give more with its password. */
  readonly wantsPassword: boolean
}

export interface ServerEnv {
  Bindings: HttpBindings
  Variables: {
    /** There behind a `guard`. */
    asker: Asker
  }
}

export type ServerContext = Context<ServerEnv>
