/** A log that tests can read. */
import type { Log, LogFields } from '../log.ts'

export interface RecordedLog extends Log {
  readonly lines: { readonly event: string; readonly fields: LogFields }[]
  events(): string[]
  /** Resolves when so many lines of an event are there. */
  until(event: string, count: number): Promise<void>
}

export function recordLog(): RecordedLog {
  const lines: RecordedLog['lines'] = []
  let waiting: (() => void)[] = []
  const record = (fields: LogFields, event: string): void => {
    lines.push({ event, fields })
    const now = waiting
    waiting = []
    for (const check of now) check()
  }
  const until = (event: string, count: number): Promise<void> =>
    new Promise(resolve => {
      const check = (): void => {
        if (lines.filter(line => line.event === event).length >= count) resolve()
        else waiting.push(check)
      }
      check()
    })
  const events = (): string[] => lines.map(({ event }) => event)
  return { lines, events, until, debug: record, info: record, warn: record, error: record }
}
