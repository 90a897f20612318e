/** Merges the rows of one board's cache, away from the page. Gets the database's name; answers when it is done. */
import { compactRows, openRows, readRows, replaceRows } from './cache-rows.ts'

self.onmessage = async ({ data }: MessageEvent<string>) => {
  const db = await openRows(data)
  const compacted = compactRows(await readRows(db))
  if (compacted) await replaceRows(db, compacted.keys, compacted.row)
  db.close()
  self.postMessage(undefined)
}
