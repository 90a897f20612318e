/** What this person might do on a board the last time: good until the server says what it is now, and while it is away. */
import { isRole } from '#shared/roles.ts'
import type { Standing } from '../board/board-rights.ts'

const keyOf = (boardId: string): string => `drawbridge.standing.${boardId}`

export function keepStanding(
  storage: Pick<Storage, 'setItem'>,
  boardId: string,
  { role, by }: Standing,
): void {
  storage.setItem(keyOf(boardId), JSON.stringify({ role, by }))
}

/** Storage may hold anything. @returns `undefined` of a board that was not open here before */
export function keptStanding(storage: Pick<Storage, 'getItem'>, boardId: string): Standing | undefined {
  try {
    const value: unknown = JSON.parse(storage.getItem(keyOf(boardId)) ?? 'null')
    if (typeof value !== 'object' || value === null) return undefined
    const { role, by } = value as Record<string, unknown>
    return isRole(role) && typeof by === 'string' ? { role, by } : undefined
  } catch {
    return undefined // not JSON: as good as nothing kept
  }
}
