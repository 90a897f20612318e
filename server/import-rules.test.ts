/** The walls of the house (README, "The house"), checked on the real import graph: every import of every source file. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** Rooms by path, the first that fits. A room may import itself and what stands right of it. */
const ROOMS: readonly [room: string, path: RegExp, imports: readonly string[]][] = [
  ['shared', /^server\/shared\//, []],
  ['client/main', /^client\/main\.tsx$/, ['client/app']],
  [
    'client/app',
    /^client\/app\//,
    ['client/editor', 'client/tools', 'client/render', 'client/sync', 'client/board', 'shared'],
  ],
  [
    'client/editor',
    /^client\/editor\//,
    ['client/tools', 'client/render', 'client/sync', 'client/board', 'shared'],
  ],
  ['client/tools', /^client\/tools\//, ['client/board', 'shared']],
  ['client/render', /^client\/render\//, ['client/board', 'shared']],
  ['client/sync', /^client\/sync\//, ['client/board', 'shared']],
  ['client/board', /^client\/board\//, ['shared']],
  [
    'server/main',
    /^server\/(main|run|migrate)\.ts$/,
    ['server/start', 'server/access', 'server/store', 'server/base'],
  ],
  [
    'server/start',
    /^server\/(start|open-store)\.ts$/,
    [
      'server/app',
      'server/http',
      'server/live',
      'server/access',
      'server/store',
      'server/bus',
      'server/base',
      'shared',
    ],
  ],
  [
    'server/app',
    /^server\/app\.ts$/,
    ['server/http', 'server/live', 'server/access', 'server/store', 'server/base', 'shared'],
  ],
  [
    'server/http',
    /^server\/http\//,
    ['server/live', 'server/access', 'server/store', 'server/base', 'shared'],
  ],
  [
    'server/live',
    /^server\/live\//,
    ['server/access', 'server/store', 'server/bus', 'server/base', 'shared'],
  ],
  ['server/access', /^server\/access\//, ['server/store', 'server/base', 'shared']],
  ['server/store', /^server\/store\//, ['server/base', 'shared']],
  ['server/bus', /^server\/bus\//, ['server/base', 'shared']],
  ['server/base', /^server\/(config|log)\.ts$/, ['shared']],
]

/** The rooms that may import a package; packages that are not here may be imported anywhere but in `shared`. */
const OWNERS: readonly [packages: RegExp, rooms: RegExp][] = [
  [/^konva/, /^client\/render$/],
  [/^(solid-js|@solidjs\/|@kobalte\/|lucide-solid)/, /^client\/(app|main)$/],
  [/^y-websocket/, /^client\/sync$/],
  [/^yjs$/, /^(client\/(board|sync)|server\/(live|store)|shared)$/],
  [/^y-protocols/, /^(client\/sync|server\/live)$/],
  [/^(hono|@hono\/)/, /^server\/(app|http|start)$/],
  [/^ws$/, /^server\/(http|start)$/],
  [/^(better-sqlite3|postgres)$/, /^server\/store$/],
  [/^ioredis$/, /^server\/bus$/],
  [/^pino$/, /^server\/main$/],
  [/^jose$/, /^server\/access$/],
  [/^prom-client$/, /^server\/http$/],
  [/^node:/, /^server\//],
]
/** In the shared room only these, and `yjs` only where the document's layout is. */
const SHARED_PACKAGES = /^(lib0\/|fractional-indexing$)/
const SHARED_YJS_FILES = [
  ...['layout', 'comments', 'held', 'meeting'].map(name => `server/shared/board/${name}.ts`),
  'server/shared/document-hash.ts',
]

interface Import {
  readonly file: string
  readonly room: string
  /** A path from the root, or a package's name. */
  readonly target: string
}

const roomOf = (path: string): string | undefined => ROOMS.find(([, pattern]) => pattern.test(path))?.[0]
const isTest = (file: string): boolean => /\.test\.tsx?$|\/testing\/|\/(test-|contract\.ts)/.test(file)
const files = globSync('{client,server}/**/*.{ts,tsx}', { cwd: ROOT }).map(file => file.replaceAll('\\', '/'))
const imports = files.filter(file => !isTest(file)).flatMap(importsOf)

function importsOf(file: string): Import[] {
  const code = readFileSync(join(ROOT, file), 'utf8')
  const { module, errors } = parseSync(file, code)
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`)
  const written = [
    ...module.staticImports.map(entry => entry.moduleRequest.value),
    ...module.staticExports.flatMap(entry =>
      entry.entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      code.slice(moduleRequest.start, moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ]
  return written.map(specifier => ({
    file,
    room: roomOf(file) ?? 'no room',
    target: resolve(file, specifier),
  }))
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('#shared/')) return specifier.replace('#shared', 'server/shared')
  if (!specifier.startsWith('.')) return specifier
  return relative(ROOT, join(ROOT, dirname(file), specifier)).replaceAll('\\', '/')
}

const isLocal = (target: string): boolean => /^(client|server)\//.test(target)
/** Style sheets and assets are not code. */
const isCode = (target: string): boolean => !/\.(css|svg|woff2)(\?|$)/.test(target)

describe('import rules', () => {
  it('every file stands in a room', () => {
    expect(files.filter(file => !isTest(file) && !roomOf(file))).toEqual([])
  })

  it('imports run one way', () => {
    const broken = imports.filter(({ room, target }) => {
      if (!isLocal(target) || !isCode(target)) return false
      const to = roomOf(target)
      const allowed = ROOMS.find(([name]) => name === room)?.[2] ?? []
      return to === undefined || (to !== room && !allowed.includes(to))
    })
    expect(broken).toEqual([])
  })

  it('the client takes of the server only what is shared, and by its name', () => {
    const broken = files
      .filter(file => file.startsWith('client/'))
      .flatMap(file => readFileSync(join(ROOT, file), 'utf8').match(/from '(\.\.\/)+server\/[^']*'/g) ?? [])
    expect(broken).toEqual([])
  })

  it('every package has its owner', () => {
    const broken = imports.filter(({ room, target }) => {
      const owners = OWNERS.find(([pattern]) => pattern.test(target))?.[1]
      return !isLocal(target) && owners !== undefined && !owners.test(room)
    })
    expect(broken).toEqual([])
  })

  it('what both sides share knows neither Node nor the DOM', () => {
    const broken = imports.filter(({ file, room, target }) => {
      if (room !== 'shared' || isLocal(target) || SHARED_PACKAGES.test(target)) return false
      return !(target === 'yjs' && SHARED_YJS_FILES.includes(file))
    })
    expect(broken).toEqual([])
  })

  it('tools see the tool context, never the editor; effects at import are main’s alone', () => {
    expect(imports.filter(({ target }) => target === 'server/main.ts')).toEqual([])
    expect(
      imports.filter(({ room, target }) => room === 'client/tools' && target.startsWith('client/editor')),
    ).toEqual([])
  })

  it('no file imports itself through others', () => {
    const graph = new Map<string, string[]>()
    for (const { file, target } of imports) {
      if (isLocal(target) && isCode(target)) graph.set(file, [...(graph.get(file) ?? []), target])
    }
    expect(findCycle(graph)).toBeUndefined()
  })
})

/** Type imports count too: two files that need each other's types are one idea in two places. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target, [...path, file])
      if (cycle) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle) return cycle
  }
  return undefined
}
