/** Certificates for tests, made by the `openssl` command: Node can make keys, and no certificates. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsFiles } from '../config.ts'

/** Why a test cannot have a certificate here. Under CI it must be able to, and then a failure to make one is a failure. */
export function whyNoCertificates(): string | undefined {
  if (process.env.CI === 'true') return undefined
  return spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl not installed'
}

export interface TestCertificate extends TlsFiles {
  /** What a client trusts to trust the server. */
  readonly cert: Buffer
}

const HERE = 'DNS:localhost,IP:127.0.0.1'

/** One that is signed by itself, good for a day.
 * @param name  of the two files in the folder; what has these names is written over
 * @param hosts  whom it is for */
export function makeCertificate(dir: string, name = 'server', hosts = HERE): TestCertificate {
  const [certPath, keyPath] = [join(dir, `${name}.crt`), join(dir, `${name}.key`)]
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${hosts}`],
    ...['-keyout', keyPath, '-out', certPath],
  )
  return { certPath, keyPath, cert: readFileSync(certPath) }
}

/** The same key behind a passphrase. */
export function lockKey(keyPath: string, lockedPath: string): void {
  openssl('pkey', '-in', keyPath, '-aes256', '-passout', 'pass:secret', '-out', lockedPath)
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
