/** The secret that signs sessions, when none is configured: made once and kept beside the boards, so that a restart signs nobody
 * out. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MIN_SECRET_LENGTH } from '../config.ts'

export const SECRET_FILE = 'session-secret'

/** @throws Error for a file that cannot be read or made, or holds no secret */
export async function keptSecret(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const path = join(dataDir, SECRET_FILE)
  const kept = await read(path)
  if (kept !== undefined) return kept
  // Whole or not at all under its name, and never over one that is there.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  const made = await read(path)
  if (made === undefined) throw new Error(`${path} is gone again`)
  return made
}

async function read(path: string): Promise<string | undefined> {
  let text: string
  try {
    text = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (text.length >= MIN_SECRET_LENGTH) return text
  throw new Error(`${path} holds no secret; delete it and a new one is made, which signs everybody out`)
}
