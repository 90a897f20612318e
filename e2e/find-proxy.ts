/** Finds the nginx or Caddy that a test puts before its servers, and fetches it where that can be done. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type ProxyName = 'nginx' | 'caddy'

/** Where Debian has nginx is on the path of root only. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']
const CACHE = join(import.meta.dirname, '../node_modules/.cache')
/** Debian's and Ubuntu's. Which of nginx' two has the program depends on the version of the system. */
const PACKAGES = {
  nginx: { packages: 'nginx nginx-light', binary: 'usr/sbin/nginx', version: '-v' },
  caddy: { packages: 'caddy', binary: 'usr/bin/caddy', version: 'version' },
} as const

/** `NGINX_PATH` or `CADDY_PATH`, else what is on the path. */
export function findProxy(name: ProxyName): string | undefined {
  const variable = `${name.toUpperCase()}_PATH`
  const asked = process.env[variable]
  if (asked) {
    if (!existsSync(asked)) throw new Error(`${variable} is ${asked}, which does not exist`)
    return asked
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS]
  return folders.map(folder => join(folder, name)).find(path => existsSync(path))
}

/** @returns `undefined` when there is none and none can be had; the tests that need it then say so */
export function ensureProxy(name: ProxyName): string | undefined {
  return findProxy(name) ?? unpack(name)
}

/** Unpacked beside our packages: installed, it would start to serve at once, on port 80. */
function unpack(name: ProxyName): string | undefined {
  const { packages, binary, version } = PACKAGES[name]
  const folder = join(CACHE, name)
  const path = join(folder, binary)
  if (!existsSync(path)) {
    if (spawnSync('apt-get', ['--version']).status !== 0) return undefined
    console.log(`No ${name} found; trying to unpack one`)
    mkdirSync(folder, { recursive: true })
    // Only root may look for new ones.
    const script = `(apt-get update -q || true) && apt-get download ${packages} && for deb in *.deb; do dpkg-deb -x "$deb" .; done`
    spawnSync('sh', ['-c', script], { cwd: folder, stdio: 'inherit' })
  }
  const { status, stderr } = spawnSync(path, [version], { encoding: 'utf8' })
  if (status === 0) return path
  console.log(`The ${name} that was unpacked does not run${stderr ? `: ${stderr.trim()}` : ''}`)
  return undefined
}

/** Why a test cannot have it. Under CI there must be an nginx, and then a failure to start it is a failure. */
export function whyNoProxy(name: ProxyName): string | undefined {
  if (findProxy(name) || (name === 'nginx' && process.env.CI === 'true')) return undefined
  return `no ${name} here: install it, or name it in ${name.toUpperCase()}_PATH`
}
