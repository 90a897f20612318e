/** `npm run bench:canvas [-- --shapes 1000,10000,50000 --scene grid --apps drawbridge,excalidraw,tldraw --runs 3 --throttle 1]`: opens the same boards in each
 * whiteboard, in turn, and prints tables. What scenes there are says scenes/scene.ts. With `--moving`: how many frames come while one pans, zooms, draws, drags and erases there; `--phases` names those
 * wanted, by their names or a part of them. With `--elsewhere`: how long a stroke of ours takes to another page. `--built` takes the rivals' pages as they were built before. The machine is whatever it is and busy with whatever it is busy with: ratios within one
 * run hold, times do not. */
import { execSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { CHROMIUM_ARGS, ensureChromium } from '../../browser.ts'
import { type App, type AppName, RivalPages, startDrawbridge } from './apps.ts'
import { measureElsewhere } from './elsewhere.ts'
import { type Loading, measureLoading } from './loading.ts'
import { type Motion, measureMoving, PHASES } from './moving.ts'
import { SCENE_NAMES, type Scene, type SceneName } from './scenes/scene.ts'

const { values } = parseArgs({
  options: {
    shapes: { type: 'string', default: '1000,10000,50000' },
    scene: { type: 'string', default: 'grid' },
    apps: { type: 'string', default: 'drawbridge,excalidraw,tldraw' },
    runs: { type: 'string', default: '3' },
    throttle: { type: 'string', default: '1' },
    moving: { type: 'boolean', default: false },
    phases: { type: 'string', default: '' },
    built: { type: 'boolean', default: false },
    elsewhere: { type: 'boolean', default: false },
  },
})
const runCount = Number(values.runs)
const throttle = Number(values.throttle)
const sceneName = values.scene as SceneName
if (!SCENE_NAMES.includes(sceneName))
  throw new Error(`--scene is ${values.scene}; there are ${SCENE_NAMES.join(', ')}`)

// Its own folder, so that whoever only wants to draw does not install the rivals.
if (!values.elsewhere && !existsSync(join(import.meta.dirname, 'node_modules'))) {
  console.log('Installing what the benchmark needs (once)…')
  execSync('npm ci --ignore-scripts --loglevel=error', { cwd: import.meta.dirname, stdio: 'inherit' })
}

const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS })
const gib = Math.round(totalmem() / 2 ** 30)
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${gib} GiB, Node ${process.version}, Chromium ${browser.version()}`,
)
console.log(`CPU slowed ${throttle} times; each the median of ${runCount} runs\n`)

if (values.elsewhere) {
  await printElsewhere()
  await browser.close()
  process.exit(0)
}

const rivals = new RivalPages()
const names = values.apps.split(',') as AppName[]
if (names.some(name => name !== 'drawbridge')) await rivals.start(!values.built)
const apps: App[] = []
for (const name of names) apps.push(name === 'drawbridge' ? await startDrawbridge() : rivals.app(name))

const scenes = values.shapes.split(',').map((count): Scene => ({ name: sceneName, count: Number(count) }))
for (const scene of values.moving ? scenes : []) await tryMoving(scene)
for (const scene of values.moving ? [] : scenes) {
  const results = new Map<App, Loading[]>()
  // The runs of all in turn, so that what else the machine does hits all of them.
  for (let run = 0; run < runCount; run++) {
    for (const app of apps) {
      if (scene.count > app.mostShapes) continue
      const loading = await measureLoading(app, browser, { scene, throttle })
      results.set(app, [...(results.get(app) ?? []), loading])
    }
  }
  printTable(scene, results)
}
for (const app of apps) await app.stop()
await rivals.stop()
await browser.close()
process.exit(0)

async function printElsewhere(): Promise<void> {
  const delays = await measureElsewhere(browser)
  const at = (share: number) => Math.round(delays[Math.floor(delays.length * share)] ?? Number.NaN)
  console.log(`a stroke on another page, ${delays.length} points: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`)
}

async function tryMoving(scene: Scene): Promise<void> {
  const phases = PHASES.filter(
    ({ name, isOnGrid }) =>
      values.phases.split(';').some(part => isMeant(name, part)) && (!isOnGrid || scene.name === 'grid'),
  )
  const runs: { app: App; motions: Map<string, Motion> }[] = []
  for (let run = 0; run < runCount; run++)
    for (const app of apps)
      if (scene.count <= app.mostShapes)
        runs.push({ app, motions: await measureMoving(app, browser, { scene, throttle, phases }) })
  const shown = apps.filter(app => scene.count <= app.mostShapes)
  console.log(`${titleOf(scene)}: frames a second · longest frame, ms\n`)
  console.log(`|  | ${shown.map(({ name }) => name).join(' | ')} | main thread, ms a frame |`)
  console.log(`| --- |${' --- |'.repeat(shown.length + 1)}`)
  for (const { name } of phases) {
    const middle = (app: App) => {
      const motions = runs.flatMap(run => (run.app === app ? (run.motions.get(name) ?? []) : []))
      return motions.sort((a, b) => a.framesPerSecond - b.framesPerSecond)[Math.floor(motions.length / 2)]
    }
    const cells = shown.map(app => {
      const motion = middle(app)
      return motion ? `${Math.round(motion.framesPerSecond)} · ${Math.round(motion.longestMs)}` : '–'
    })
    const [ours] = shown
    console.log(
      `| ${name} | ${cells.join(' | ')} | ${(ours && middle(ours)?.mainMsPerFrame.toFixed(1)) ?? '–'} |`,
    )
  }
  console.log('')
}

function isMeant(name: string, part: string): boolean {
  return PHASES.some(phase => phase.name === part) ? name === part : name.includes(part)
}

function titleOf({ name, count }: Scene): string {
  const notes = apps.flatMap(app => (app.note === undefined ? [] : `; ${app.name}: ${app.note}`))
  return `${name}, ${count.toLocaleString('en')} elements${notes.join('')}`
}

function printTable(scene: Scene, results: ReadonlyMap<App, readonly Loading[]>): void {
  const first = [...results.values()][0] ?? []
  console.log(`${titleOf(scene)}\n`)
  console.log(
    '|  | shapes shown, ms | × ours | longest block, ms | JS heap, MB | × ours | import, ms | × ours |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const [app, loadings] of results) {
    const cells = [
      ...withRatio('shownMs', loadings, first),
      told(median('blockMs', loadings), '< 50'),
      ...withRatio('heapMb', loadings, first),
      ...withRatio('importMs', loadings, first),
    ]
    console.log(`| ${app.name} | ${cells.join(' | ')} |`)
  }
  console.log('')
}

/** @param first  the runs of the app that ratios are to */
function withRatio(key: keyof Loading, loadings: readonly Loading[], first: readonly Loading[]): string[] {
  const value = median(key, loadings)
  return [told(value, '–'), value > 0 ? (value / median(key, first)).toFixed(1) : '–']
}

/** @returns 0 when there is none */
function median(key: keyof Loading, loadings: readonly Loading[]): number {
  const sorted = loadings.flatMap(loading => loading[key] ?? []).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function told(value: number, none: string): string {
  return value > 0 ? String(Math.round(value)) : none
}
