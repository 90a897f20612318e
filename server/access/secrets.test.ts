import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createBoardId } from '#shared/ids.ts'
import { createLinkKey, hashKey, hashPassword, isPassword, personMark } from './keys.ts'
import { keptSecret, SECRET_FILE } from './session-secret.ts'

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})
function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-secret-'))
  dirs.push(dir)
  return dir
}

describe('keys', () => {
  it('have 128 bits, and are kept as a hash that is the same each time', () => {
    const keys = Array.from({ length: 100 }, createLinkKey)
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) expect(Buffer.from(key, 'base64url').length).toBe(16)
    const [key = ''] = keys
    expect(hashKey(key)).toBe(hashKey(key))
    expect(hashKey(key)).not.toContain(key)
  })

  it('a person has one mark on a board and another on the next', () => {
    const [one, other] = [createBoardId(), createBoardId()]
    expect(personMark('secret', one, 'ann')).toBe(personMark('secret', one, 'ann'))
    const marks = [
      personMark('secret', one, 'ann'),
      personMark('secret', one, 'ben'),
      personMark('secret', other, 'ann'),
      personMark('another', one, 'ann'),
    ]
    expect(new Set(marks).size).toBe(4)
    for (const mark of marks) expect(mark).toMatch(/^[A-Za-z0-9_-]{12}$/)
  })
})

describe('passwords', () => {
  it('are known again, each with a salt of its own', async () => {
    const [kept, again] = [await hashPassword('Bär'), await hashPassword('Bär')]
    expect(kept).not.toBe(again)
    expect(kept).not.toContain('Bär')
    expect(await isPassword('Bär', kept)).toBe(true)
    // As another keyboard types it: a letter and an accent.
    expect(await isPassword('Ba\u0308r', kept)).toBe(true)
    expect(await isPassword('bär', kept)).toBe(false)
    expect(await isPassword('', kept)).toBe(false)
  })
})

describe('the kept secret', () => {
  it('is made once, for its owner’s eyes only, and is the same for all who start at once', async () => {
    const dir = join(makeDir(), 'data')
    const secrets = await Promise.all([keptSecret(dir), keptSecret(dir), keptSecret(dir)])
    expect(new Set(secrets).size).toBe(1)
    expect(secrets[0]?.length).toBeGreaterThanOrEqual(43)
    expect(await keptSecret(dir)).toBe(secrets[0])
    expect(readdirSync(dir)).toEqual([SECRET_FILE])
    expect(statSync(join(dir, SECRET_FILE)).mode & 0o777).toBe(0o600)
  })

  it('is not made up for a file that holds none', async () => {
    const dir = makeDir()
    writeFileSync(join(dir, SECRET_FILE), 'short\n')
    await expect(keptSecret(dir)).rejects.toThrow('holds no secret')
  })
})
