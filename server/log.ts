/** Logs: one JSON line an event, with a dotted name of what happened. Who holds a board's id can open the board, so ids
 * are logged as a short hash that joins lines but opens nothing; contents and whole URLs are never logged. */
import { createHash } from 'node:crypto'
import type { BoardId } from '#shared/ids.ts'

/** The part of pino that the server uses, so that a test's log is four functions. */
export interface Log {
  debug(fields: LogFields, event: string): void
  info(fields: LogFields, event: string): void
  warn(fields: LogFields, event: string): void
  error(fields: LogFields, event: string): void
}
export type LogFields = Readonly<Record<string, unknown>>

/** @returns 8 hex characters that stand for the board in logs */
export const boardTag = (id: BoardId): string => createHash('sha256').update(id).digest('hex').slice(0, 8)

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))
