/** A process that a test kills: appends one update after the other and says which have been acknowledged. */
import { createBoardId } from '#shared/ids.ts'
import { openSqliteStore } from './sqlite-store.ts'

const store = await openSqliteStore(process.argv[2] ?? '')
const id = createBoardId()
await store.createBoard({ id, name: '', shapeCount: 0, initialState: Uint8Array.of(0, 0) })
process.stdout.write(`${id}\n`)
let count = 0
const append = (): Promise<number> => {
  count++
  return store.append(id, [Uint8Array.of(count % 256)], { name: '', shapeCount: count })
}
for (;;) {
  const seqs = await Promise.all([append(), append(), append()])
  process.stdout.write(`${seqs.at(-1)}\n`)
}
