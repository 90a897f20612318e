/** Disks that really fail under a server of its own, with people drawing: they are told that nothing is saved, go on together, and
 * when the disk is back everything is on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it, type TestContext, vi } from 'vitest'
import { ServerProcess } from '../e2e/server-process.ts'
import { readConfig } from './config.ts'
import { startServer } from './start.ts'
import { DATABASE_FILE } from './store/sqlite/sqlite-store.ts'
import { forbidWrites, TestDisk, whyNoDisk, whyNoLimits } from './testing/failing-disk.ts'
import { Participant } from './testing/participant.ts'
import { recordLog } from './testing/quiet-log.ts'

// Processes are started, and some failures only show after seconds.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 })

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function makeDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-disk-'))
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function mountDisk(skip: TestContext['skip']): TestDisk {
  const why = whyNoDisk()
  if (why !== undefined) skip(why)
  const disk = new TestDisk()
  cleanUp.push(() => disk.unmount())
  return disk
}

async function startProcess(dataDir: string): Promise<ServerProcess> {
  const server = new ServerProcess({}, dataDir)
  cleanUp.push(() => server.dispose())
  await server.start()
  return server
}

async function joinBoard(
  port: number,
  id: string,
  options?: Parameters<typeof Participant.join>[1],
): Promise<Participant> {
  const participant = await Participant.join(`ws://127.0.0.1:${port}/live/${id}`, options)
  cleanUp.push(() => participant.leave())
  return participant
}

async function readiness(port: number): Promise<unknown[]> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return [response.status, ((await response.json()) as { status: string }).status]
}

/** What a participant with an empty document reads. */
async function readBoard(port: number, id: string): Promise<string[]> {
  const { peer } = await joinBoard(port, id)
  return [...peer.shapes.keys()].sort()
}

const NOT_SAVING = [503, 'not-saving']
const READY = [200, 'ready']

/** Ann, Ben and a stock client draw; the disk fails; they go on, and Cyd joins. */
async function drawWithoutDisk(port: number, id: string, fail: () => unknown) {
  const [ann, ben] = [await joinBoard(port, id), await joinBoard(port, id)]
  const stock = await joinBoard(port, id, { isStock: true })
  ann.peer.shapes.set('before', 1)
  await Promise.all([ann.saved(), ben.saved()])
  await fail()
  ann.peer.shapes.set('ann', 1)
  stock.peer.shapes.set('stock', 1)
  await Promise.all([ann.refused('not-saving'), ben.refused('not-saving')])
  expect(await readiness(port)).toEqual(NOT_SAVING)
  const savedCounts = [ann.peer.savedCount, ben.peer.savedCount]

  await Promise.all([ben.has('ann'), ben.has('stock'), stock.has('ann')])
  const cyd = await joinBoard(port, id)
  await cyd.has('ann')
  await cyd.refused('not-saving')
  cyd.peer.shapes.set('cyd', 1)
  await Promise.all([ann.has('cyd'), ben.has('cyd'), stock.has('cyd')])
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  expect(await readiness(port)).toEqual(NOT_SAVING)
  expect([ann.peer.savedCount, ben.peer.savedCount]).toEqual(savedCounts)
  expect([ann.peer.isSaved, cyd.peer.isSaved]).toEqual([false, false])
  expect([ann.refusals, ben.refusals, cyd.refusals]).toEqual(Array(3).fill(['not-saving']))
  return { ann, ben, cyd }
}

/** The same, and the disk comes back while they are there. */
async function drawThrough(
  port: number,
  id: string,
  fail: () => unknown,
  mend: () => unknown,
): Promise<void> {
  const { ann, ben, cyd } = await drawWithoutDisk(port, id, fail)
  // Ben has nothing on the way, and is told all the same that it works again.
  const told = ben.nextFrame('saved')
  await mend()
  await Promise.all([ann.saved(), cyd.saved(), told])
  expect(await readiness(port)).toEqual(READY)
  ben.peer.shapes.set('after', 1)
  await ben.saved()
}

const DRAWN = ['after', 'ann', 'before', 'cyd', 'stock']

async function expectSurvived(
  server: ServerProcess,
  fail: () => unknown,
  mend: () => unknown,
  reason: RegExp,
): Promise<void> {
  const { id } = await server.createBoard()
  await drawThrough(server.port, id, fail, mend)
  const failures = server.log.filter(line => line.includes('"store.failing"'))
  expect(failures).toHaveLength(1)
  expect(failures[0]).toMatch(reason)
  await server.stop('SIGKILL')
  await server.start()
  expect(await readBoard(server.port, id)).toEqual(DRAWN)
}

describe('[W10] nothing is lost, and nobody is told that it is saved, while the disk', () => {
  it('is full', async ({ skip }) => {
    const disk = mountDisk(skip)
    const server = await startProcess(disk.path)
    await expectSurvived(
      server,
      () => disk.fill(),
      () => disk.free(),
      /SQLITE_FULL/,
    )
  })

  it('is read-only', async ({ skip }) => {
    const disk = mountDisk(skip)
    const server = await startProcess(disk.path)
    const files = [DATABASE_FILE, `${DATABASE_FILE}-wal`]
    await expectSurvived(
      server,
      () => disk.setReadOnly(true, ...files),
      () => disk.setReadOnly(false, ...files),
      /SQLITE_IOERR_WRITE/,
    )
  })

  it('does not answer', async ({ skip }) => {
    const disk = mountDisk(skip)
    const server = await startProcess(disk.path)
    cleanUp.push(() => disk.thaw())
    await expectSurvived(
      server,
      () => disk.freeze(),
      () => disk.thaw(),
      /has not answered/,
    )
  })

  it('is so broken that the server must be stopped to mend it', async ({ skip }) => {
    const disk = mountDisk(skip)
    const server = await startProcess(disk.path)
    const { id } = await server.createBoard()
    const people = Object.values(await drawWithoutDisk(server.port, id, () => disk.breakDown()))
    expect(await server.stop('SIGTERM')).toBe(1)
    disk.repair()
    await server.start()
    expect(await readBoard(server.port, id)).toEqual(['before'])
    const back = await Promise.all(people.map(({ peer }) => joinBoard(server.port, id, { peer })))
    await Promise.all(back.map(participant => participant.saved()))
    await server.stop('SIGKILL')
    await server.start()
    expect(await readBoard(server.port, id)).toEqual(DRAWN.filter(key => key !== 'after'))
  })

  it('takes no writes', async ({ skip }) => {
    const why = whyNoLimits()
    if (why !== undefined) skip(why)
    const server = await startProcess(makeDir())
    let limit: { allow(): void } | undefined
    await expectSurvived(
      server,
      () => {
        limit = forbidWrites(server.pid)
      },
      () => limit?.allow(),
      /SQLITE_IOERR/,
    )
  })

  it('is held by somebody else for long', async () => {
    const dir = makeDir()
    const server = await startProcess(dir)
    const other = new Database(join(dir, DATABASE_FILE))
    cleanUp.push(() => other.close())
    await expectSurvived(
      server,
      () => other.exec('BEGIN IMMEDIATE'),
      () => other.exec('ROLLBACK'),
      /SQLITE_BUSY/,
    )
  })
})

/** Runs an expression in the store's writing thread, as a debugger would. */
async function inWriter(expression: string): Promise<void> {
  const session = new Session()
  session.connect()
  const attached = new Map<string, string>()
  session.on('NodeWorker.attachedToWorker', ({ params }) =>
    attached.set(params.sessionId, params.workerInfo.url),
  )
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const guarded = `const threads = process.getBuiltinModule('node:worker_threads')
    if (threads.workerData?.role === 'writer') { ${expression} }`
  for (const [sessionId, url] of attached) {
    if (!url.endsWith('/store/sqlite/worker.ts')) continue
    const { promise: done, resolve } = Promise.withResolvers<void>()
    session.once('NodeWorker.receivedMessageFromWorker', () => resolve())
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: guarded } })
    await session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
    await done
  }
  await session.post('NodeWorker.disable')
  session.disconnect()
}

describe('[W10] a store whose thread dies', () => {
  async function startHere() {
    const dir = makeDir()
    const log = recordLog()
    const config = readConfig({ HOST: '127.0.0.1', PORT: '0', DATA_DIR: dir })
    const server = await startServer(config, { log })
    cleanUp.push(() => server.drain({ spreadMs: 0, deadlineMs: 5000 }))
    const created = await fetch(`http://127.0.0.1:${server.port}/api/boards`, { method: 'POST' })
    return { dir, log, server, id: ((await created.json()) as { id: string }).id }
  }
  /** After it has written, before it says so: the worst moment, for nobody knows whether it has. */
  const DIES_AT_THE_NEXT_ANSWER = 'threads.parentPort.postMessage = () => process.exit(7)'

  it('is started anew, and what it had in hand is written again and not twice', async () => {
    const { dir, log, server, id } = await startHere()
    const [ann, ben] = [await joinBoard(server.port, id), await joinBoard(server.port, id)]
    await inWriter(DIES_AT_THE_NEXT_ANSWER)
    ann.peer.shapes.set('ann', 1)
    await Promise.all([ann.refused('not-saving'), ben.refused('not-saving')])
    await ann.saved()
    expect(await readiness(server.port)).toEqual(READY)
    expect(log.lines.find(({ event }) => event === 'store.failing')?.fields.reason).toMatch(
      /exited with code 7/,
    )
    expect(await server.drain({ spreadMs: 0, deadlineMs: 5000 })).toBe(true)
    const again = await startProcess(dir)
    expect(await readBoard(again.port, id)).toEqual(['ann'])
    expect(await again.readBoard(id)).toMatchObject({ shapeCount: 1 })
  })

  it('and the next one, which cannot write, holds nobody up', async () => {
    const { dir, log, server, id } = await startHere()
    const other = new Database(join(dir, DATABASE_FILE))
    cleanUp.push(() => other.close())
    await drawThrough(
      server.port,
      id,
      async () => {
        other.exec('BEGIN IMMEDIATE')
        await inWriter(DIES_AT_THE_NEXT_ANSWER)
      },
      () => other.exec('ROLLBACK'),
    )
    expect(log.lines.find(({ event }) => event === 'store.failing')?.fields.reason).toMatch(
      /exited with code 7/,
    )
    expect(await server.drain({ spreadMs: 0, deadlineMs: 5000 })).toBe(true)
    const again = await startProcess(dir)
    expect(await readBoard(again.port, id)).toEqual(DRAWN)
  })
})
