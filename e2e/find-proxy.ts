/** Finds the nginx or Caddy that a test puts before its servers; nginx is installed where that can be done. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type ProxyName = 'nginx' | 'caddy'

/** Where Debian has nginx is on the path of root only. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']

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

/** @returns `undefined` when there is none and none can be installed; the tests that need it then say so */
export function ensureNginx(): string | undefined {
  const found = findProxy('nginx')
  if (found) return found
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return undefined
  console.log('No nginx found; trying to install it')
  try {
    const install = 'apt-get update -q && apt-get install -qy --no-install-recommends nginx-light'
    execFileSync('sh', ['-c', install], { stdio: 'inherit' })
  } catch (error) {
    console.log(error instanceof Error ? error.message : error)
  }
  return findProxy('nginx')
}

/** Why a test cannot have it. Under CI there must be an nginx, and then a failure to start it is a failure. */
export function whyNoProxy(name: ProxyName): string | undefined {
  if (findProxy(name) || (name === 'nginx' && process.env.CI === 'true')) return undefined
  return `no ${name} here: install it, or name it in ${name.toUpperCase()}_PATH`
}
