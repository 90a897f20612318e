/** nginx or Caddy as a process of its own before servers of a test, with the very file that README gives: only ports, paths and, where
 * a test says so, times are others. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestCertificate } from '../server/testing/certificates.ts'
import { findProxy, type ProxyName } from './find-proxy.ts'

export interface ProxyOptions {
  /** For its files. */
  readonly dir: string
  /** Three. */
  readonly nodePorts: readonly number[]
  readonly certificate: TestCertificate
  /** More that is other than in the file. */
  readonly changes?: readonly Change[]
}

/** What stands in the file, and what is to stand there. */
type Change = readonly [from: string, to: string]

export class ProxyProcess {
  readonly port: number
  readonly cert: Buffer
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number, cert: Buffer) {
    this.#child = child
    this.port = port
    this.cert = cert
  }

  static async start(name: ProxyName, options: ProxyOptions): Promise<ProxyProcess> {
    const port = await freePort()
    mkdirSync(options.dir, { recursive: true })
    const { args, ready } = await PROXIES[name](port, options)
    const child = spawn(findProxy(name) ?? name, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Where Caddy keeps what it has learned.
      env: { ...process.env, XDG_DATA_HOME: options.dir, XDG_CONFIG_HOME: options.dir },
    })
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', line => {
        lines.push(line)
        if (line.includes(ready)) resolve()
      })
      child.once('error', reject)
      child.once('exit', code => reject(new Error(`${name} ended with ${code}:\n${lines.join('\n')}`)))
    })
    return new ProxyProcess(child, port, options.certificate.cert)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }
}

interface Prepared {
  readonly args: string[]
  /** In the line with which it says that it listens. */
  readonly ready: string
}

const PROXIES: Record<ProxyName, (port: number, options: ProxyOptions) => Promise<Prepared>> = {
  nginx: async (port, { dir, nodePorts, certificate, changes = [] }) => {
    const site = change(readDeployed('nginx.conf'), [
      ...nodePorts.map((nodePort, i): Change => [`node${i + 1}:3000`, `127.0.0.1:${nodePort}`]),
      ['listen 80;', `listen 127.0.0.1:${await freePort()};`],
      ['listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`],
      ['listen [::]:80;', ''],
      ['listen [::]:443 ssl http2;', ''],
      ['/etc/letsencrypt/live/draw.example.org/fullchain.pem', certificate.certPath],
      ['/etc/letsencrypt/live/draw.example.org/privkey.pem', certificate.keyPath],
      ['/var/log/nginx/drawbridge.log', join(dir, 'access.log')],
      ['/var/log/nginx/drawbridge-error.log', join(dir, 'error.log')],
      ...changes,
    ])
    writeFileSync(join(dir, 'site.conf'), site)
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    const main = `
      daemon off;
      pid ${join(dir, 'nginx.pid')};
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      worker_processes 2;
      worker_rlimit_nofile 8192;
      error_log stderr notice;
      events { worker_connections 4096; }
      http {
        ${folders.map(name => `${name}_temp_path ${join(dir, name)};`).join('\n')}
        include ${join(dir, 'site.conf')};
      }`
    writeFileSync(join(dir, 'nginx.conf'), main)
    return { args: ['-p', dir, '-e', 'stderr', '-c', join(dir, 'nginx.conf')], ready: 'start worker process' }
  },

  caddy: async (port, { dir, nodePorts, certificate, changes = [] }) => {
    const tls = `tls ${certificate.certPath} ${certificate.keyPath}`
    const site = change(readDeployed('Caddyfile'), [
      ['draw.example.org {', `https://127.0.0.1:${port} {\n\t${tls}`],
      ...nodePorts.map((nodePort, i): Change => [`node${i + 1}:3000`, `127.0.0.1:${nodePort}`]),
      ...changes,
    ])
    const own = `{\n\tadmin off\n\tauto_https disable_redirects\n}\n`
    writeFileSync(join(dir, 'Caddyfile'), own + site)
    return {
      args: ['run', '--config', join(dir, 'Caddyfile'), '--adapter', 'caddyfile'],
      ready: 'serving initial configuration',
    }
  },
}

const readDeployed = (name: string): string => readFileSync(join(import.meta.dirname, 'deploy', name), 'utf8')

/** What is to be changed must be there, or the test would be of something else. */
function change(text: string, changes: readonly Change[]): string {
  return changes.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`the file no longer says "${from}"`)
    return changed.replaceAll(from, to)
  }, text)
}

/** Neither of them says which port it was given. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
