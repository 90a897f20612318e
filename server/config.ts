/** Configuration: environment variables, and nothing else, become one frozen `Config`. `VARIABLES` is the list of
 * them; README's table says the same, by a test. A value that is not understood stops the start, because a server that
 * ignores `MAX_BORD_BYTES` or runs without the asked-for TLS is worse than one that does not start. */

export interface Limits {
  readonly maxBoardBytes: number
  readonly maxMessageBytes: number
  readonly maxParticipantsPerBoard: number
  readonly maxConnectionsPerIp: number
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  readonly boardsPerHourPerIp: number
  readonly maxAssetBytes: number
  readonly maxBoardAssetBytes: number
}

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certPath: string
  readonly keyPath: string
}

export interface Config {
  readonly host: string
  readonly port: number
  /** `undefined`: plain http, with https left to a proxy if there is to be any. */
  readonly tls: TlsFiles | undefined
  readonly dataDir: string
  /** Where the boards are instead; may hold a password. */
  readonly databaseUrl: string | undefined
  /** By which nodes hear each other; may hold a password. */
  readonly redisUrl: string | undefined
  /** Without a slash at the end; `undefined` when each request's own host is right. */
  readonly publicUrl: string | undefined
  /** Proxies in front of the server whose `X-Forwarded-…` words are believed. */
  readonly trustedProxyCount: number
  readonly allowedOrigins: readonly string[]
  /** Signs sessions; `undefined`: one that is kept beside the boards. */
  readonly sessionSecret: string | undefined
  readonly jwtSecret: string | undefined
  readonly jwksUrl: string | undefined
  /** Sites that may show boards in frames. */
  readonly embedOrigins: readonly string[]
  readonly logLevel: LogLevel
  /** 0 of a limit is no limit. */
  readonly limits: Limits
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** A variable's row in the README. */
export interface Variable {
  readonly name: string
  readonly unit: string
  readonly default: string
  readonly reason: string
}

const MIB = 1 << 20
/** Characters. */
export const MIN_SECRET_LENGTH = 32

/** Everything the server reads from its environment. */
export const VARIABLES = [
  {
    name: 'HOST',
    unit: 'address',
    default: '0.0.0.0',
    reason: 'where to listen: every interface, so that a link works in the local network',
  },
  { name: 'PORT', unit: 'number', default: '3000', reason: 'where to listen; 0 takes a free one' },
  {
    name: 'TLS_CERT',
    unit: 'path',
    default: '',
    reason:
      'a certificate with its chain (PEM): the server then speaks https and wss itself; read again every 10 s, so a renewal needs no restart',
  },
  { name: 'TLS_KEY', unit: 'path', default: '', reason: 'its private key (PEM, without a passphrase)' },
  {
    name: 'DATA_DIR',
    unit: 'path',
    default: './data',
    reason: 'where the boards are kept; back up this folder',
  },
  {
    name: 'DATABASE_URL',
    unit: 'URL',
    default: '',
    reason:
      'a PostgreSQL database (13 or newer) where the boards are kept instead: postgres://user:password@host:5432/drawbridge',
  },
  {
    name: 'REDIS_URL',
    unit: 'URL',
    default: '',
    reason:
      'joins the nodes that have one DATABASE_URL: redis://user:password@host:6379, or any node of a Redis cluster; without it that database takes one node at a time',
  },
  {
    name: 'PUBLIC_URL',
    unit: 'URL',
    default: '',
    reason: 'the address people use, when a proxy hides it; empty: as each request came',
  },
  {
    name: 'TRUST_PROXY',
    unit: 'proxies',
    default: '0',
    reason: 'how many reverse proxies stand in front; their X-Forwarded-For and -Proto are then believed',
  },
  {
    name: 'ALLOWED_ORIGINS',
    unit: 'origins',
    default: '',
    reason:
      'other sites whose pages may use this server, separated by commas, or *; its own pages always may',
  },
  {
    name: 'SESSION_SECRET',
    unit: 'text',
    default: '',
    reason:
      'signs the cookie by which owners are known, 32 characters or more; empty: made once and kept with the boards; another one signs everybody out',
  },
  {
    name: 'JWT_SECRET',
    unit: 'text',
    default: '',
    reason: 'the secret of an embedder’s tokens (HS256 and its like), 32 characters or more',
  },
  {
    name: 'JWKS_URL',
    unit: 'URL',
    default: '',
    reason: 'where an embedder publishes the keys of its tokens; this or JWT_SECRET',
  },
  {
    name: 'EMBED_ORIGINS',
    unit: 'origins',
    default: '',
    reason: 'sites that may show boards in a frame, separated by commas',
  },
  {
    name: 'LOG_LEVEL',
    unit: LOG_LEVELS.join(', '),
    default: 'info',
    reason: 'how much to log: one JSON line an event on standard error',
  },
  {
    name: 'MAX_BOARD_BYTES',
    unit: 'bytes',
    default: String(64 * MIB),
    reason:
      'a board takes 11 to 13 times its bytes of memory while it is open; 64 MiB is several hundred thousand shapes',
  },
  {
    name: 'MAX_MESSAGE_BYTES',
    unit: 'bytes',
    default: String(16 * MIB),
    reason: 'one message; must hold what somebody drew in a week offline',
  },
  {
    name: 'MAX_PARTICIPANTS_PER_BOARD',
    unit: 'connections',
    default: '1000',
    reason: 'connections to one board at a time',
  },
  {
    name: 'MAX_CONNECTIONS_PER_IP',
    unit: 'connections',
    default: '500',
    reason:
      'connections from one address at a time, and opened at once (then 50 a second); a school sits behind one',
  },
  {
    name: 'MESSAGES_PER_SECOND',
    unit: 'messages/s',
    default: '300',
    reason: 'from one connection, with a burst of four seconds; our page sends at most 150',
  },
  {
    name: 'BYTES_PER_SECOND',
    unit: 'bytes/s',
    default: String(4 * MIB),
    reason: 'from one connection, with a burst of four seconds or two of the largest messages',
  },
  {
    name: 'BOARDS_PER_HOUR_PER_IP',
    unit: 'boards/h',
    default: '1000',
    reason: 'boards created from one address; a school sits behind one',
  },
  {
    name: 'MAX_ASSET_BYTES',
    unit: 'bytes',
    default: String(10 * MIB),
    reason:
      'one picture on a board; our page makes larger ones smaller; past 256 MiB none is taken, whatever is set',
  },
  {
    name: 'MAX_BOARD_ASSET_BYTES',
    unit: 'bytes',
    default: String(512 * MIB),
    reason:
      'all pictures of one board; they lie beside the boards on your disk, as long as the board does: also those that no shape shows any more, which undo and history need',
  },
] as const satisfies readonly Variable[]

type VariableName = (typeof VARIABLES)[number]['name']

/** Planned and documented, not in this version: whoever sets one expects it to work. */
const NOT_YET: readonly string[] = ['ADMIN_TOKEN']

/** What is wrong with the environment, as one line for the person who set it. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws ConfigError naming the variable, what it holds and what it should */
export function readConfig(env: Environment): Config {
  const set = NOT_YET.find(name => env[name])
  if (set)
    throw new ConfigError(`${set} is set, but this version of Drawbridge does not support it yet; unset it`)
  const limit = (name: VariableName): number => wholeNumber(env, name, Number.MAX_SAFE_INTEGER)
  return Object.freeze({
    host: text(env, 'HOST'),
    port: wholeNumber(env, 'PORT', 65_535),
    tls: tlsFiles(env),
    dataDir: text(env, 'DATA_DIR'),
    ...nodeConfig(env),
    publicUrl: publicUrl(env),
    trustedProxyCount: wholeNumber(env, 'TRUST_PROXY', 10),
    allowedOrigins: Object.freeze(origins(env, 'ALLOWED_ORIGINS', ['*'])),
    sessionSecret: secret(env, 'SESSION_SECRET'),
    ...tokenConfig(env),
    embedOrigins: Object.freeze(origins(env, 'EMBED_ORIGINS')),
    logLevel: logLevel(env),
    limits: Object.freeze({
      maxBoardBytes: limit('MAX_BOARD_BYTES'),
      maxMessageBytes: limit('MAX_MESSAGE_BYTES'),
      maxParticipantsPerBoard: limit('MAX_PARTICIPANTS_PER_BOARD'),
      maxConnectionsPerIp: limit('MAX_CONNECTIONS_PER_IP'),
      messagesPerSecond: limit('MESSAGES_PER_SECOND'),
      bytesPerSecond: limit('BYTES_PER_SECOND'),
      boardsPerHourPerIp: limit('BOARDS_PER_HOUR_PER_IP'),
      maxAssetBytes: limit('MAX_ASSET_BYTES'),
      maxBoardAssetBytes: limit('MAX_BOARD_ASSET_BYTES'),
    }),
  })
}

/** An empty variable counts as unset: that is what `NAME=` in a compose file means to say. */
function text(env: Environment, name: VariableName): string {
  const fallback = VARIABLES.find(variable => variable.name === name)?.default ?? ''
  return env[name]?.trim() || fallback
}

function wholeNumber(env: Environment, name: VariableName, max: number): number {
  const value = text(env, name)
  const number = Number(value)
  if (!/^\d+$/.test(value) || number > max) {
    throw new ConfigError(`${name} is "${value}"; expected a whole number from 0 to ${max}`)
  }
  return number
}

function tlsFiles(env: Environment): TlsFiles | undefined {
  const [certPath, keyPath] = [text(env, 'TLS_CERT'), text(env, 'TLS_KEY')]
  if (certPath === '' && keyPath === '') return undefined
  if (keyPath === '') throw new ConfigError('TLS_CERT is set without TLS_KEY; expected both, or none')
  if (certPath === '') throw new ConfigError('TLS_KEY is set without TLS_CERT; expected both, or none')
  return Object.freeze({ certPath, keyPath })
}

/** The values are named in no message: they hold passwords. */
function nodeConfig(env: Environment): Pick<Config, 'databaseUrl' | 'redisUrl'> {
  const [database, redis] = [text(env, 'DATABASE_URL'), text(env, 'REDIS_URL')]
  // More than one host may be named, which a URL cannot have.
  if (
    database !== '' &&
    !(/^postgres(ql)?:/.test(database) && URL.canParse(database.replace(/,[^/?]*/, '')))
  ) {
    throw new ConfigError(
      'DATABASE_URL is not understood; expected an address like postgres://user:password@host:5432/drawbridge',
    )
  }
  if (redis !== '' && !(/^rediss?:/.test(redis) && URL.canParse(redis))) {
    throw new ConfigError(
      'REDIS_URL is not understood; expected an address like redis://user:password@host:6379, or rediss:// for TLS',
    )
  }
  if (redis !== '' && database === '') {
    throw new ConfigError(
      'REDIS_URL is set without DATABASE_URL; nodes share boards only in one database, so expected both',
    )
  }
  return { databaseUrl: database || undefined, redisUrl: redis || undefined }
}

function publicUrl(env: Environment): string | undefined {
  const value = text(env, 'PUBLIC_URL')
  if (value === '') return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !isHttp(url) || url.pathname !== '/' || url.search || url.hash || url.username) {
    throw new ConfigError(
      `PUBLIC_URL is "${value}"; expected an address like https://draw.example.org, without a path`,
    )
  }
  return url.origin
}

/** @param words  allowed beside origins */
function origins(env: Environment, name: VariableName, words: readonly string[] = []): string[] {
  const expected = ['origins like https://example.org', ...words].join(', or ')
  return text(env, name)
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      if (words.includes(part)) return part
      const url = URL.canParse(part) ? new URL(part) : undefined
      if (!url || !isHttp(url) || (url.origin !== part && `${url.origin}/` !== part)) {
        throw new ConfigError(`${name} holds "${part}"; expected ${expected}`)
      }
      return url.origin
    })
}

/** What is short can be guessed. The value is named in no message. */
function secret(env: Environment, name: VariableName): string | undefined {
  const value = text(env, name)
  if (value === '') return undefined
  if (value.length >= MIN_SECRET_LENGTH) return value
  throw new ConfigError(
    `${name} has ${value.length} characters; expected ${MIN_SECRET_LENGTH} random ones or more`,
  )
}

function tokenConfig(env: Environment): Pick<Config, 'jwtSecret' | 'jwksUrl'> {
  const jwtSecret = secret(env, 'JWT_SECRET')
  const value = text(env, 'JWKS_URL')
  if (value === '') return { jwtSecret, jwksUrl: undefined }
  if (jwtSecret !== undefined) throw new ConfigError('JWT_SECRET and JWKS_URL are both set; expected one')
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !isHttp(url)) {
    throw new ConfigError(
      `JWKS_URL is "${value}"; expected an address like https://example.org/.well-known/jwks.json`,
    )
  }
  return { jwtSecret, jwksUrl: url.href }
}

function logLevel(env: Environment): LogLevel {
  const value = text(env, 'LOG_LEVEL')
  const level = LOG_LEVELS.find(name => name === value)
  if (!level) throw new ConfigError(`LOG_LEVEL is "${value}"; expected one of ${LOG_LEVELS.join(', ')}`)
  return level
}

const isHttp = (url: URL): boolean => url.protocol === 'http:' || url.protocol === 'https:'
