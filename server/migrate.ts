/** `npm run migrate -- --from sqlite:./data --to postgres://…` moves all boards between the kinds of stores, either way. */
import { parseArgs } from 'node:util'
import { readSecret, writeSecret } from './access/session-secret.ts'
import { errorText } from './log.ts'
import type { BoardArchive } from './store/archive.ts'
import { moveBoards } from './store/move-boards.ts'
import { openPostgresArchive } from './store/postgres/postgres-archive.ts'
import { openSqliteArchive } from './store/sqlite/sqlite-archive.ts'

const USAGE = `usage: npm run migrate -- --from PLACE --to PLACE
where PLACE is sqlite:FOLDER or postgres://user:password@host:5432/database`

/** Lines of progress. */
const TOLD_EVERY = 100

/** Prints what it does. Which people are known by which secret is moved too.
 * @returns the exit code: 0 when every board is there and equal */
export async function runMigrate(args: readonly string[]): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`)
  const fail = (line: string): number => {
    process.stderr.write(`${line}\n`)
    return 1
  }
  const places = placesOf(args)
  if (!places) return fail(USAGE)
  const open: BoardArchive[] = []
  try {
    const from = await openArchive(places[0], 'source')
    open.push(from)
    const to = await openArchive(places[1], 'target')
    open.push(to)
    const total = await from.count()
    say(`${total} boards to move`)
    let problemCount = 0
    const { moved, present, compared } = await moveBoards(from, to, {
      progress({ moved, present, compared }) {
        const done = moved + present
        if (compared === 0 && done > 0 && done % TOLD_EVERY === 0) say(`${done} of ${total} moved`)
        if (compared > 0 && compared % TOLD_EVERY === 0) say(`${compared} of ${total} compared`)
      },
      problem(id, reason) {
        problemCount++
        fail(`board ${id}: ${reason}`)
      },
    })
    say(`${moved} moved, ${present} there already, ${compared} of ${total} compared and equal`)
    return problemCount === 0 ? 0 : fail(`${problemCount} with problems, listed above`)
  } catch (error) {
    return fail(`Boards cannot be moved: ${errorText(error)}`)
  } finally {
    for (const archive of open) await archive.close()
  }
}

function placesOf(args: readonly string[]): readonly [string, string] | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' } },
    })
    const { from, to } = values
    return from !== undefined && to !== undefined && isPlace(from) && isPlace(to) ? [from, to] : undefined
  } catch {
    // An option that is not known is answered with those that are.
    return undefined
  }
}

const SQLITE = /^sqlite:(?=.)/
const isPlace = (place: string): boolean => SQLITE.test(place) || /^postgres(ql)?:\/\/./.test(place)

function openArchive(place: string, role: 'source' | 'target'): Promise<BoardArchive> {
  if (!SQLITE.test(place)) return openPostgresArchive(place)
  const dataDir = place.replace(SQLITE, '')
  return openSqliteArchive(dataDir, role, {
    secret: () => readSecret(dataDir),
    putSecret: secret => writeSecret(dataDir, secret),
  })
}
