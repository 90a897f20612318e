/** Secrets that open a board, and what is kept of them. */
import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { BoardId } from '#shared/ids.ts'

/** The secret of a link: 128 random bits, base64url. */
export const createLinkKey = (): string => randomBytes(16).toString('base64url')

/** Stands for a browser; signed, it is the browser's cookie. */
export const createSessionId = (): string => randomBytes(16).toString('base64url')

/** Names a link in the API; opens nothing. */
export const createLinkId = (): string => randomBytes(9).toString('base64url')

/** What is kept of a key. No salt: it has 128 random bits, so that nobody can try them all. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Names somebody to the others of one board, and marks the shapes they make there. The same person has another on each board,
 * and nobody can tell from it what it was made of. 72 bits, 12 characters. */
export const personMark = (secret: string, boardId: BoardId, identity: string): string =>
  createHmac('sha256', secret).update(`${boardId}\n${identity}`).digest('base64url').slice(0, 12)

const scryptAsync = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(scrypt)
/** 16 MiB and some 50 ms of one core, off the event loop. */
const COST = { N: 16_384, r: 8, p: 1 }
const HASH_BYTES = 32

/** @returns salt and hash, with the cost, so that it can be raised later */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await scryptAsync(password.normalize('NFC'), salt, HASH_BYTES, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** @param kept  as `hashPassword` made it */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [kind, N, r, p, salt = '', hash = ''] = kept.split('$')
  if (kind !== 'scrypt') throw new Error(`a password hash of kind ${kind}`)
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const expected = Buffer.from(hash, 'base64url')
  const found = await scryptAsync(
    password.normalize('NFC'),
    Buffer.from(salt, 'base64url'),
    expected.length,
    cost,
  )
  return timingSafeEqual(found, expected)
}
