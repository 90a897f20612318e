/** What `DATABASE_URL` says of TLS, as libpq understands it: the driver verifies nothing for `require`, takes any other word for
 * "verify", knows no `sslrootcert`, and compares a certificate with "localhost" when the host is an IP address.
 *
 *   sslmode=disable       without TLS, as when nothing is said
 *   sslmode=prefer        with TLS if the server has it; verifies nothing
 *   sslmode=require       with TLS; verifies nothing, or with `sslrootcert` as `verify-ca`
 *   sslmode=verify-ca     the certificate is signed by somebody who is trusted
 *   sslmode=verify-full   and it is the host's
 *   sslrootcert           who is trusted: a file of PEM certificates; else, and for `system`, whom Node trusts (NODE_EXTRA_CA_CERTS too)
 *   sslcert, sslkey       a certificate that the server asks for: two PEM files */
import { readFile } from 'node:fs/promises'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { errorText } from '../../log.ts'
import { StoreError } from '../store.ts'

const MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
type Mode = (typeof MODES)[number]
const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const

/** Where the database is. */
export interface Address {
  /** Without what `ssl` says. It may hold a password. */
  readonly url: string
  readonly ssl: false | 'prefer' | ConnectionOptions
}

/** @throws StoreError `unusable` */
export async function readAddress(url: string): Promise<Address> {
  const queryAt = url.indexOf('?')
  const place = queryAt < 0 ? url : url.slice(0, queryAt)
  const query = new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt))
  const [rootPath, certPath, keyPath] = FILES.map(name => query.get(name) || undefined)
  const mode = modeOf(query.get('sslmode'), rootPath)
  for (const name of ['sslmode', ...FILES]) query.delete(name)
  const bare = query.size === 0 ? place : `${place}?${query}`
  if (mode === 'disable' || mode === 'prefer') return { url: bare, ssl: mode === 'prefer' && mode }
  const [ca, cert, key] = await Promise.all([
    rootPath === 'system' ? undefined : read('sslrootcert', rootPath),
    read('sslcert', certPath),
    read('sslkey', keyPath),
  ])
  const ssl: ConnectionOptions = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  if (mode === 'require' && !ca) return { url: bare, ssl: { ...ssl, rejectUnauthorized: false } }
  const hosts = hostsOf(place)
  const isAnyones = (): undefined => undefined
  ssl.checkServerIdentity =
    mode === 'verify-full'
      ? (_, shown) => {
          // Of several hosts it is not told which one this is.
          const problems = hosts.map(host => checkServerIdentity(host, shown))
          return problems.includes(undefined) ? undefined : problems[0]
        }
      : isAnyones
  return { url: bare, ssl }
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
