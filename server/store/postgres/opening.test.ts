/** How a real PostgreSQL lets a node in, or why not: TLS as `DATABASE_URL` asks for it, passwords, rights. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { OwnPostgres, whyNoOwnPostgres } from '../../../e2e/nodes/own-postgres.ts'
import { makeCertificate, whyNoCertificates } from '../../testing/certificates.ts'
import { TestDatabase } from '../../testing/test-database.ts'
import { openPostgresStore } from './postgres-store.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const why = (await whyNoOwnPostgres()) ?? whyNoCertificates()
const RULES = [
  'host all postgres 127.0.0.1/32 trust',
  'host all guarded 127.0.0.1/32 scram-sha-256',
  'host all guest 127.0.0.1/32 trust',
  'hostssl all carded 127.0.0.1/32 cert',
  'hostssl all all 127.0.0.1/32 trust',
]

describe.skipIf(why)(`a PostgreSQL with rules${why ? ` (${why})` : ''}`, () => {
  let dir: string
  let postgres: OwnPostgres
  let database: TestDatabase

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'drawbridge-tls-'))
    const carded = makeCertificate(dir, 'carded')
    makeCertificate(dir, 'stranger')
    // For the name and not for the address, to tell a certificate's host from its signature.
    const server = makeCertificate(dir, 'server', 'DNS:localhost')
    postgres = await OwnPostgres.start()
    for (const { certPath, keyPath } of [server, carded]) {
      await postgres.copyIn(certPath)
      await postgres.copyIn(keyPath)
    }
    await postgres.stop('fast')
    await postgres.configure([
      'ssl = on',
      "ssl_cert_file = 'server.crt'",
      "ssl_key_file = 'server.key'",
      "ssl_ca_file = 'carded.crt'",
    ])
    await postgres.admit(RULES)
    await postgres.start()
    database = await TestDatabase.create(postgres.url)
    await database.sql.unsafe(`
      CREATE ROLE carded SUPERUSER LOGIN;
      CREATE ROLE secure SUPERUSER LOGIN;
      CREATE ROLE guarded SUPERUSER LOGIN PASSWORD 'good';
      CREATE ROLE guest LOGIN`)
  })
  afterAll(async () => {
    await database?.drop()
    await postgres?.dispose()
    if (dir) rmSync(dir, { recursive: true })
  })

  const urlOf = (user: string, host: string, query: string): string => {
    const url = new URL(database.url)
    Object.assign(url, { username: user, hostname: host })
    return `${url.href}?${query.replaceAll('DIR', dir)}`
  }
  /** Opens it with all that a node opens, and closes it again. */
  const visit = async (user: string, host: string, query: string): Promise<void> => {
    const store = await openPostgresStore(urlOf(user, host, query), { nodes: { isAlone: false } })
    expect(await store.watermarks([])).toEqual(new Map())
    const rows = await database.sql<{ ssl: boolean }[]>`
      SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'drawbridge'`
    expect(rows.length).toBeGreaterThan(0)
    const isAsked = /sslmode=(require|prefer|verify)/.test(query)
    expect(rows.map(({ ssl }) => ssl)).toEqual(rows.map(() => isAsked))
    await store.close()
    await expect
      .poll(() => database.sql`SELECT FROM pg_stat_activity WHERE application_name = 'drawbridge'`)
      .toHaveLength(0)
  }

  it.each([
    ['postgres', '127.0.0.1', 'target_session_attrs=read-write'],
    ['postgres', '127.0.0.1', 'sslmode=disable'],
    ['postgres', '127.0.0.1', 'sslmode=prefer'],
    ['secure', '127.0.0.1', 'sslmode=require'],
    ['secure', '127.0.0.1', 'sslmode=require&sslrootcert=DIR/server.crt'],
    ['secure', '127.0.0.1', 'sslmode=verify-ca&sslrootcert=DIR/server.crt'],
    ['secure', 'localhost', 'sslmode=verify-full&sslrootcert=DIR/server.crt'],
    ['carded', '127.0.0.1', 'sslmode=require&sslcert=DIR/carded.crt&sslkey=DIR/carded.key'],
  ])('%s at %s is let in with %s, and every connection is as asked', visit)

  it.each([
    ['secure', '127.0.0.1', 'sslmode=disable', /no encryption/],
    ['secure', '127.0.0.1', 'sslmode=verify-full&sslrootcert=DIR/server.crt', /127\.0\.0\.1 is not in/],
    ['secure', 'localhost', 'sslmode=verify-full', /self-signed certificate/],
    ['secure', 'localhost', 'sslmode=verify-ca', /self-signed certificate/],
    ['secure', 'localhost', 'sslmode=verify-full&sslrootcert=DIR/stranger.crt', /self-signed certificate/],
    ['secure', 'localhost', 'sslmode=require&sslrootcert=DIR/stranger.crt', /self-signed certificate/],
    ['secure', 'localhost', 'sslrootcert=system', /self-signed certificate/],
    ['carded', '127.0.0.1', 'sslmode=require', /valid client certificate/],
    ['secure', 'localhost', 'sslmode=verify', /sslmode is "verify"; expected one of disable, /],
    ['secure', 'localhost', 'sslmode=require&sslrootcert=DIR/nothing', /sslrootcert .* cannot be read/],
  ])('%s at %s is refused with %s, in one line', async (user, host, query, expected) => {
    await expectRefusal(urlOf(user, host, query), expected)
  })

  it('a password that is wrong or missing is refused in one line that does not tell it', async () => {
    const url = new URL(database.url)
    url.username = 'guarded'
    await expectRefusal(url.href, /password/)
    url.password = 'very-wrong'
    await expectRefusal(url.href, /^((?!very-wrong).)*password authentication failed((?!very-wrong).)*$/)
    url.password = 'good'
    await (await openPostgresStore(url.href)).close()
  })

  it('a user who may not make the tables, or not write to them, is refused in one line', async () => {
    const fresh = await TestDatabase.create(postgres.url)
    try {
      const url = Object.assign(new URL(fresh.url), { username: 'guest' })
      await expectRefusal(url.href, /permission denied for database/)
      await (await openPostgresStore(fresh.url)).close()
      await expectRefusal(url.href, /permission denied for schema drawbridge/)
      await fresh.sql.unsafe('GRANT USAGE ON SCHEMA drawbridge TO guest')
      await fresh.sql.unsafe('GRANT SELECT ON ALL TABLES IN SCHEMA drawbridge TO guest')
      await expectRefusal(
        url.href,
        /its user may not read and write drawbridge\.assets, drawbridge\.boards, /,
      )
      await fresh.sql.unsafe(
        'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA drawbridge TO guest',
      )
      const store = await openPostgresStore(url.href)
      expect(await store.sessionSecret()).toHaveLength(43)
      await store.close()
    } finally {
      await fresh.drop()
    }
  })

  it('a server that takes no writes is refused in one line, as a standby and by its settings', async () => {
    const url = `${database.url}?default_transaction_read_only=on`
    await expectRefusal(url, /it takes no writes/)
    const standby = await OwnPostgres.start([], true)
    try {
      await expectRefusal(standby.url, /is a standby/)
      // Of several hosts the one is taken that takes writes.
      const both = postgres.url.replace(/127[^/]*/, `127.0.0.1:${standby.port},127.0.0.1:${postgres.port}`)
      await (await openPostgresStore(both)).close()
      await (await openPostgresStore(`${both}?target_session_attrs=read-write`)).close()
      await expectRefusal(`${both}?target_session_attrs=standby`, /target_session_attrs is "standby"/)
    } finally {
      await standby.dispose()
    }
  })

  it('a server without TLS is refused where TLS is asked for, and taken where it is only preferred', async () => {
    const plain = await OwnPostgres.start()
    try {
      await expect(openPostgresStore(`${plain.url}?sslmode=require`)).rejects.toThrow(
        /^DATABASE_URL cannot be used: [^\n]*TLS[^\n]*$/,
      )
      await (await openPostgresStore(`${plain.url}?sslmode=prefer`)).close()
    } finally {
      await plain.dispose()
    }
  })
})

async function expectRefusal(url: string, expected: RegExp): Promise<void> {
  const refused: Error = await openPostgresStore(url).then(
    async store => {
      await store.close()
      return new Error('it was let in')
    },
    error => error,
  )
  expect(refused.message).toMatch(/^DATABASE_URL cannot be used: [^\n]+$/)
  expect(refused.message).toMatch(expected)
}
