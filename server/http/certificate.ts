/** The certificate the server shows: read from two PEM files, checked, and read again every few seconds, so that a renewal needs no
 * restart. Compared is what the files hold, not their dates: certbot puts other links in their place, Kubernetes swaps the
 * folder they lie in. A renewal that is no good is logged, and the certificate that was there stays. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { ConfigError, type TlsFiles } from '../config.ts'
import type { Clock, Timer } from '../live/clock.ts'
import { errorText, type Log } from '../log.ts'

/** What `node:tls` takes. */
export interface Credentials {
  readonly cert: Buffer
  readonly key: Buffer
}

export interface CertificateDeps {
  readonly clock: Clock
  /** Wall clock, ms: certificates expire by it. */
  readonly now: () => number
  readonly log: Log
}

/** Two small files; whoever renews has days. */
export const LOOK_EVERY_MS = 10_000

interface Read {
  readonly credentials: Credentials
  readonly leaf: X509Certificate
}

export class Certificate {
  readonly #files: TlsFiles
  readonly #deps: CertificateDeps
  #inForce: Read
  /** What the files held at the last look, if it was no good; twice the same is worth telling, since once may be between two writes. */
  #doubtful: { readonly trouble: string; isTold: boolean } | undefined
  #timer: Timer | undefined
  #isStopped = false

  private constructor(files: TlsFiles, deps: CertificateDeps, read: Read) {
    this.#files = files
    this.#deps = deps
    this.#inForce = read
    this.#warnOfDates()
  }

  /** @throws ConfigError that says which file is wrong, and how */
  static async read(files: TlsFiles, deps: CertificateDeps): Promise<Certificate> {
    return new Certificate(files, deps, await readFiles(files))
  }

  get credentials(): Credentials {
    return this.#inForce.credentials
  }

  get expiresAtMs(): number {
    return Date.parse(this.#inForce.leaf.validTo)
  }

  /** @param take  called with what is to be shown from now on; connections that are open keep what they have */
  watch(take: (credentials: Credentials) => void): void {
    this.#timer = this.#deps.clock.after(LOOK_EVERY_MS, () => {
      void this.#look(take).finally(() => {
        if (!this.#isStopped) this.watch(take)
      })
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  async #look(take: (credentials: Credentials) => void): Promise<void> {
    const { log } = this.#deps
    try {
      const read = await readFiles(this.#files)
      this.#doubtful = undefined
      if (this.#isStopped || isSame(read.credentials, this.#inForce.credentials)) return
      take(read.credentials)
      this.#inForce = read
      log.info({ expiresAt: read.leaf.validTo }, 'certificate.renewed')
      this.#warnOfDates()
    } catch (error) {
      const trouble = errorText(error)
      const doubtful = this.#doubtful?.trouble === trouble ? this.#doubtful : undefined
      if (doubtful && !doubtful.isTold) log.error({ reason: trouble }, 'certificate.not_renewed')
      this.#doubtful = { trouble, isTold: doubtful !== undefined }
    }
  }

  #warnOfDates(): void {
    const { validFrom, validTo } = this.#inForce.leaf
    const nowMs = this.#deps.now()
    if (nowMs > Date.parse(validTo)) this.#deps.log.warn({ expiredAt: validTo }, 'certificate.expired')
    if (nowMs < Date.parse(validFrom)) this.#deps.log.warn({ validFrom }, 'certificate.not_yet_valid')
  }
}

const isSame = (a: Credentials, b: Credentials): boolean => a.cert.equals(b.cert) && a.key.equals(b.key)

async function readFiles({ certPath, keyPath }: TlsFiles): Promise<Read> {
  const [cert, key] = await Promise.all([readPem('TLS_CERT', certPath), readPem('TLS_KEY', keyPath)])
  const leaf = readLeaf(cert, certPath)
  if (!leaf.checkPrivateKey(readKey(key, keyPath))) {
    throw new ConfigError(`TLS_KEY ${keyPath} is not the key of the certificate in TLS_CERT ${certPath}`)
  }
  try {
    // What the library has against the rest: other certificates of the chain, keys too short.
    createSecureContext({ cert, key })
  } catch (error) {
    throw new ConfigError(`TLS_CERT ${certPath} cannot be used with TLS_KEY ${keyPath}: ${errorText(error)}`)
  }
  return { credentials: { cert, key }, leaf }
}

async function readPem(name: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new ConfigError(`${name} ${path} cannot be read: ${errorText(error)}`)
  }
}

/** @returns the first certificate of the file, which is the server's own; the chain comes after it */
function readLeaf(pem: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new ConfigError(`TLS_CERT ${path} does not begin with a certificate in PEM: ${errorText(error)}`)
  }
}

function readKey(pem: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    // `BEGIN ENCRYPTED PRIVATE KEY` or `Proc-Type: 4,ENCRYPTED`; the error has a different code for each.
    if (pem.includes('ENCRYPTED')) {
      throw new ConfigError(
        `TLS_KEY ${path} has a passphrase, which nobody is there to type; store it without`,
      )
    }
    throw new ConfigError(`TLS_KEY ${path} holds no private key in PEM: ${errorText(error)}`)
  }
}
