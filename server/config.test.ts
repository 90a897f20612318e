import { expect, it } from 'vitest'
import { ConfigError, readConfig, VARIABLES } from './config.ts'

it('an empty environment gives the defaults of the table', () => {
  expect(readConfig({})).toEqual({
    host: '0.0.0.0',
    port: 3000,
    tls: undefined,
    dataDir: './data',
    databaseUrl: undefined,
    redisUrl: undefined,
    publicUrl: undefined,
    trustedProxyCount: 0,
    allowedOrigins: [],
    sessionSecret: undefined,
    jwtSecret: undefined,
    jwksUrl: undefined,
    embedOrigins: [],
    logLevel: 'info',
    limits: {
      maxBoardBytes: 67_108_864,
      maxMessageBytes: 16_777_216,
      maxParticipantsPerBoard: 1000,
      maxConnectionsPerIp: 500,
      messagesPerSecond: 300,
      bytesPerSecond: 4_194_304,
      boardsPerHourPerIp: 1000,
      maxAssetBytes: 10_485_760,
      maxBoardAssetBytes: 536_870_912,
    },
  })
  expect(readConfig(Object.fromEntries(VARIABLES.map(({ name, default: value }) => [name, value])))).toEqual(
    readConfig({}),
  )
})

it('values are taken as they are meant', () => {
  const config = readConfig({
    PORT: '0',
    HOST: ' 127.0.0.1 ',
    DATA_DIR: '',
    PUBLIC_URL: 'https://draw.example.org/',
    TRUST_PROXY: '1',
    ALLOWED_ORIGINS: 'https://a.example, https://b.example:8443/',
    SESSION_SECRET: 'x'.repeat(32),
    JWKS_URL: 'https://a.example/keys',
    EMBED_ORIGINS: 'https://a.example',
    TLS_CERT: '/etc/cert.pem',
    TLS_KEY: 'key.pem',
    DATABASE_URL: 'postgres://me:secret@a:5432,b:5433/boards?sslmode=require',
    REDIS_URL: 'rediss://:secret@a:6380/1',
    MAX_CONNECTIONS_PER_IP: '0',
  })
  expect(config).toMatchObject({
    port: 0,
    host: '127.0.0.1',
    dataDir: './data',
    publicUrl: 'https://draw.example.org',
    trustedProxyCount: 1,
    allowedOrigins: ['https://a.example', 'https://b.example:8443'],
    sessionSecret: 'x'.repeat(32),
    jwksUrl: 'https://a.example/keys',
    embedOrigins: ['https://a.example'],
    tls: { certPath: '/etc/cert.pem', keyPath: 'key.pem' },
    databaseUrl: 'postgres://me:secret@a:5432,b:5433/boards?sslmode=require',
    redisUrl: 'rediss://:secret@a:6380/1',
  })
  expect(config.limits.maxConnectionsPerIp).toBe(0)
  expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true)
})

it.each([
  ['PORT', '80a'],
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['MAX_BOARD_BYTES', '64MB'],
  ['MESSAGES_PER_SECOND', '1.5'],
  ['MESSAGES_PER_SECOND', '1e3'],
  ['PUBLIC_URL', 'draw.example.org'],
  ['PUBLIC_URL', 'https://example.org/draw'],
  ['PUBLIC_URL', 'ftp://example.org'],
  ['ALLOWED_ORIGINS', 'https://a.example/path'],
  ['ALLOWED_ORIGINS', 'example'],
  ['SESSION_SECRET', 'short'],
  ['JWT_SECRET', 'also short'],
  ['JWKS_URL', 'keys'],
  ['EMBED_ORIGINS', '*'],
  ['TRUST_PROXY', 'true'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', 'localhost/drawbridge'],
  ['DATABASE_URL', 'mysql://localhost/drawbridge'],
  ['DATABASE_URL', 'postgres://local host'],
  ['REDIS_URL', 'http://localhost'],
  ['REDIS_URL', 'redis://localhost'],
  ['TLS_CERT', '/etc/cert.pem'],
  ['TLS_KEY', '/etc/key.pem'],
])('%s=%s stops the start with one line that names it', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} [^\n]*$`))
})

it('no message repeats a secret, and there is one kind of token at a time', () => {
  expect(() => readConfig({ JWT_SECRET: 'hunter2' })).toThrow(/^(?!.*hunter2)/)
  const both = { JWT_SECRET: 'x'.repeat(32), JWKS_URL: 'https://a.example/keys' }
  expect(() => readConfig(both)).toThrow('JWT_SECRET and JWKS_URL')
})

it.each([
  ['DATABASE_URL', 'postgress://me:very-secret@host/boards'],
  ['DATABASE_URL', 'postgres://me:very-secret@ho st/boards'],
  ['REDIS_URL', 'redis://me:very-secret@ho st'],
  ['REDIS_URL', 'redis://me:very-secret@host'],
])('%s: what is refused is not repeated, for it may hold a password', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(/^(?!.*very-secret)/s)
})
