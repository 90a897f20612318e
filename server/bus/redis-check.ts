/** Asks Redis, before a node begins, for what it will need: so that a wrong password or a missing right stops the start instead of
 * leaving the node apart from the others for good. A Redis that is away is no reason: nodes begin and go on without. */
import { Redis } from 'ioredis'
import { errorText } from '../log.ts'
import { OPTIONS } from './redis-line.ts'

/** Users that may use some channels only must be given `drawbridge:*`. */
const CHANNEL = 'drawbridge:check'

/** What Redis answers to whoever will never be let in, or not to this. All else may pass. */
const REFUSALS = [/^(NOAUTH|WRONGPASS|NOPERM|DENIED) /, /^ERR (unknown command|invalid password|AUTH )/]
/** Codes of TLS handshakes that fail in the same way each time. */
const TLS_REFUSALS = /^(ERR_TLS_|ERR_SSL_)|CERT|^UNABLE_TO_(GET|VERIFY|DECODE)/

/** That Redis will not do. */
export class RedisRefusal extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'RedisRefusal'
  }
}

/** @returns why it is away; `undefined` when it is there, and does
 * @throws RedisRefusal */
export async function checkRedis(url: string): Promise<string | undefined> {
  const client = new Redis(url, { ...OPTIONS, lazyConnect: true, retryStrategy: () => null })
  // What it fails of is told here, and to `connect` only that it is closed.
  let failure: Error | undefined
  client.on('error', error => {
    failure ??= error
  })
  try {
    await client.connect()
    await ask(client)
    return undefined
  } catch (error) {
    const reason = failure ?? error
    if (isRefusal(reason)) throw new RedisRefusal(reasonOf(reason))
    return reasonOf(reason)
  } finally {
    client.disconnect()
  }
}

async function ask(client: Redis): Promise<void> {
  const isSharded = await client.cluster('SLOTS').then(
    () => true,
    () => false,
  )
  await (isSharded ? elsewhere(client.spublish(CHANNEL, '')) : client.publish(CHANNEL, ''))
  await (isSharded ? elsewhere(client.ssubscribe(CHANNEL)) : client.subscribe(CHANNEL))
}

/** Another master has the channel; whether this user may use it was looked at before that. */
async function elsewhere(answer: Promise<unknown>): Promise<void> {
  await answer.catch(error => {
    if (!/^MOVED /.test(errorText(error))) throw error
  })
}

function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && TLS_REFUSALS.test(code)) return true
  return REFUSALS.some(pattern => pattern.test(errorText(error)))
}

/** Its first sentence: what Redis has to say of its protected mode is a page. */
const reasonOf = (error: unknown): string => errorText(error).split(/(?<=\.) |\n/)[0] ?? ''
