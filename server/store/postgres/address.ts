/** What `DATABASE_URL` says of TLS and of several hosts, as libpq understands it: the driver takes any mode that it does not know for one
 * that verifies, knows no `sslrootcert`, compares a certificate with "localhost" when the host is an IP address, and is content with
 * a standby when it is to find a server that takes writes.
 *
 *   sslmode=disable       without TLS, as when nothing is said
 *   sslmode=prefer        with TLS if the server has it; verifies nothing
 *   sslmode=require       with TLS; verifies nothing, or with `sslrootcert` as `verify-ca`
 *   sslmode=verify-ca     the certificate is signed by somebody who is trusted
 *   sslmode=verify-full   and it is the host's
 *   sslrootcert           who is trusted: a file of PEM certificates; else, and for `system`, whom Node trusts (NODE_EXTRA_CA_CERTS too)
 *   sslcert, sslkey       a certificate that the server asks for: two PEM files
 *   target_session_attrs  of several hosts always the primary is taken; `any`, `read-write` and `primary` are accepted */
import { readFile } from 'node:fs/promises'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { errorText } from '../../log.ts'
import { StoreError } from '../store.ts'

const MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type Mode = (typeof MODES)[number]
const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const
const TARGETS = ['any', 'read-write', 'primary']

/** Where the database is. */
export interface Address {
  /** Without what `ssl` says. It may hold a password. */
  readonly url: string
  readonly ssl: false | 'prefer' | ConnectionOptions
  readonly hasSeveralHosts: boolean
}

/** @throws StoreError `unusable` */
export async function readAddress(url: string): Promise<Address> {
  const queryAt = url.indexOf('?')
  const place = queryAt < 0 ? url : url.slice(0, queryAt)
  const query = new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt))
  const [rootPath, certPath, keyPath] = FILES.map(name => query.get(name) || undefined)
  const mode = modeOf(query.get('sslmode'), rootPath)
  const target = query.get('target_session_attrs') ?? 'any'
  if (!TARGETS.includes(target)) {
    throw new StoreError(
      'unusable',
      `target_session_attrs is "${target}"; expected one of ${TARGETS.join(', ')}`,
    )
  }
  for (const name of ['sslmode', ...FILES, 'target_session_attrs']) query.delete(name)
  const hosts = hostsOf(place)
  const bare = {
    url: query.size === 0 ? place : `${place}?${query}`,
    hasSeveralHosts: hosts.length > 1,
  }
  if (mode === 'disable' || mode === 'prefer') return { ...bare, ssl: mode === 'prefer' && mode }
  const [ca, cert, key] = await Promise.all([
    rootPath === 'system' ? undefined : read('sslrootcert', rootPath),
    read('sslcert', certPath),
    read('sslkey', keyPath),
  ])
  const ssl: ConnectionOptions = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  if (mode === 'require' && !ca) return { ...bare, ssl: { ...ssl, rejectUnauthorized: false } }
  const isAnyones = (): undefined => undefined
  ssl.checkServerIdentity =
    mode === 'verify-full'
      ? (_, shown) => {
          // Of several hosts it is not told which one this is.
          const problems = hosts.map(host => checkServerIdentity(host, shown))
          return problems.includes(undefined) ? undefined : problems[0]
        }
      : isAnyones
  return { ...bare, ssl }
}

function modeOf(asked: string | null, rootPath: string | undefined): Mode {
  if (asked === null) return rootPath === 'system' ? 'verify-full' : 'disable'
  const mode = MODES.find(name => name === asked)
  if (mode) return mode
  throw new StoreError('unusable', `sslmode is "${asked}"; expected one of ${MODES.join(', ')}`)
}

async function read(name: string, path: string | undefined): Promise<Buffer | undefined> {
  try {
    return path === undefined ? undefined : await readFile(path)
  } catch (error) {
    throw new StoreError('unusable', `${name} ${path} cannot be read: ${errorText(error)}`)
  }
}

/** @param place  a URL without its query; it may name more than one host, which a URL cannot */
function hostsOf(place: string): string[] {
  const authority = /^[^:]*:\/\/([^/]*)/.exec(place)?.[1] ?? ''
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .split(',')
    .map(host => host.replace(/:\d*$/, ''))
}
