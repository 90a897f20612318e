/** Finds the nginx or Caddy that a test puts before its servers; nginx is fetched where that can be done. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type ProxyName = 'nginx' | 'caddy'

/** Where Debian has nginx is on the path of root only. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']
const UNPACKED = join(import.meta.dirname, '../node_modules/.cache/nginx')

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
export function ensureNginx(): string | undefined {
  return findProxy('nginx') ?? unpackNginx()
}

/** Debian's and Ubuntu's, unpacked beside our packages: installed, it would start to serve at once, on port 80. */
function unpackNginx(): string | undefined {
  const binary = join(UNPACKED, 'usr/sbin/nginx')
  if (!existsSync(binary)) {
    if (spawnSync('apt-get', ['--version']).status !== 0) return undefined
    console.log('No nginx found; trying to unpack one')
    mkdirSync(UNPACKED, { recursive: true })
    // Which of the two has the program depends on the version of the system. Only root may look for new ones.
    const unpack =
      '(apt-get update -q || true) && apt-get download nginx nginx-light && for deb in *.deb; do dpkg-deb -x "$deb" .; done'
    spawnSync('sh', ['-c', unpack], { cwd: UNPACKED, stdio: 'inherit' })
  }
  const { status, stderr } = spawnSync(binary, ['-v'], { encoding: 'utf8' })
  if (status === 0) return binary
  console.log(`The nginx that was unpacked does not run${stderr ? `: ${stderr.trim()}` : ''}`)
  return undefined
}

/** Why a test cannot have it. Under CI there must be an nginx, and then a failure to start it is a failure. */
export function whyNoProxy(name: ProxyName): string | undefined {
  if (findProxy(name) || (name === 'nginx' && process.env.CI === 'true')) return undefined
  return `no ${name} here: install it, or name it in ${name.toUpperCase()}_PATH`
}
