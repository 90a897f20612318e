/** The files of the built page, from memory, compressed once. A file that was built anew is read anew. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
/** These are compressed already. */
const INCOMPRESSIBLE = new Set(['.png', '.jpg', '.webp', '.woff2', '.ico'])
/** Below this a header costs more than compression saves. */
const MIN_COMPRESSED_BYTES = 512

export type Encoding = 'br' | 'gzip' | undefined

export interface Asset {
  readonly type: string
  readonly etag: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly encoding: Encoding
}

interface Cached {
  readonly mtimeMs: number
  readonly size: number
  readonly plain: Uint8Array<ArrayBuffer>
  readonly etag: string
  readonly compressed: Map<'br' | 'gzip', Promise<Uint8Array<ArrayBuffer>>>
}

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

export class Assets {
  readonly #root: string
  readonly #cache = new Map<string, Cached>()

  /** @param root  folder of the built page; it need not be there yet */
  constructor(root: string) {
    this.#root = root
  }

  /** @param path  below the root, with slashes
   * @param acceptEncoding  the request's header
   * @returns `undefined` when there is no such file */
  async read(path: string, acceptEncoding = ''): Promise<Asset | undefined> {
    const file = normalize(join(this.#root, path))
    const isInside = file.startsWith(normalize(this.#root) + sep) && !/(^|[/\\])\./.test(path)
    const cached = isInside && !path.includes('\0') ? await this.#load(file) : undefined
    if (!cached) return undefined
    const extension = extname(file)
    const type = TYPES[extension] ?? 'application/octet-stream'
    const isWorthIt = !INCOMPRESSIBLE.has(extension) && cached.plain.length >= MIN_COMPRESSED_BYTES
    const encoding = isWorthIt ? bestEncoding(acceptEncoding) : undefined
    const body = encoding ? await this.#compressed(file, cached, encoding) : cached.plain
    return { type, etag: cached.etag, body, encoding }
  }

  async #load(file: string): Promise<Cached | undefined> {
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) return undefined
    const known = this.#cache.get(file)
    if (known && known.mtimeMs === found.mtimeMs && known.size === found.size) return known
    const plain = new Uint8Array(await readFile(file))
    const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
    const cached = { mtimeMs: found.mtimeMs, size: found.size, plain, etag, compressed: new Map() }
    this.#cache.set(file, cached)
    return cached
  }

  /** A compressed file beside it is used if the build made one; otherwise it is made here, once for all who ask. */
  #compressed(
    file: string,
    { plain, compressed }: Cached,
    encoding: 'br' | 'gzip',
  ): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = compressed.get(encoding)
    if (!bytes) {
      bytes = readFile(`${file}.${encoding === 'br' ? 'br' : 'gz'}`)
        .catch(() =>
          encoding === 'br'
            ? brotliAsync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
            : gzipAsync(plain, { level: 9 }),
        )
        .then(buffer => new Uint8Array(buffer))
      compressed.set(encoding, bytes)
    }
    return bytes
  }
}

function bestEncoding(acceptEncoding: string): Encoding {
  const accepted = acceptEncoding
    .split(',')
    .map(part => part.trim().toLowerCase())
    .filter(part => !/;\s*q=0(\.0*)?$/.test(part))
    .map(part => part.split(';')[0]?.trim())
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : undefined
}
