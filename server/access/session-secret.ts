/** The secret that signs sessions, when none is configured: made once and kept beside the boards, so that a restart signs nobody
 * out. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MIN_SECRET_LENGTH } from '../config.ts'

export const SECRET_FILE = 'session-secret'

/** @throws Error for a file that cannot be read or made, or holds no secret */
export async function keptSecret(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true })
  const kept = await readSecret(dataDir)
  if (kept !== undefined) return kept
  // Whole or not at all under its name, and never over one that is there.
  const draft = await writeDraft(dataDir, randomBytes(32).toString('base64url'))
  try {
    await link(draft, pathIn(dataDir))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  const made = await readSecret(dataDir)
  if (made === undefined) throw new Error(`${pathIn(dataDir)} is gone again`)
  return made
}

/** In place of the one that is there, while no server runs. */
export async function writeSecret(dataDir: string, secret: string): Promise<void> {
  await rename(await writeDraft(dataDir, secret), pathIn(dataDir))
}

const pathIn = (dataDir: string): string => join(dataDir, SECRET_FILE)

/** @returns its path */
async function writeDraft(dataDir: string, secret: string): Promise<string> {
  const draft = `${pathIn(dataDir)}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flush: true })
  return draft
}

/** @returns `undefined` when none was made yet
 * @throws Error for a file that cannot be read, or holds no secret */
export async function readSecret(dataDir: string): Promise<string | undefined> {
  const path = pathIn(dataDir)
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
