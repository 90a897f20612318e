import { forbidWrites, TestDisk, whyNoDisk, whyNoLimits } from '../server/testing/failing-disk.ts'
import { test as base, expect } from './fixtures.ts'
import { ServerProcess } from './server-process.ts'

/** The server's disk, which a test can fill and free. */
interface FillableDisk {
  fill(): void
  free(): void
}

const test = base.extend<{ testDisk: TestDisk | undefined; disk: FillableDisk }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs
  testDisk: async ({}, use) => {
    const disk = whyNoDisk() === undefined ? new TestDisk() : undefined
    await use(disk)
    disk?.unmount()
  },

  server: async ({ serverEnv, testDisk }, use) => {
    const server = new ServerProcess(serverEnv, testDisk?.path)
    await server.start()
    await use(server)
    await server.dispose()
  },

  // Who may not mount a disk forbids the server to write instead: the page shows the same.
  disk: async ({ server, testDisk }, use) => {
    test.skip(!testDisk && whyNoLimits() !== undefined, whyNoLimits())
    let limit: { allow(): void } | undefined
    await use(
      testDisk ?? {
        fill: () => {
          limit = forbidWrites(server.pid)
        },
        free: () => limit?.allow(),
      },
    )
  },
})

test('the disk is full: both are told, go on together, and all is saved when there is room again', async ({
  join,
  server,
  disk,
  boardId,
}) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 200], [420, 280])
  await ada.board.saved()
  await bo.board.expectLabels('Rectangle')

  disk.fill()
  await ada.board.write([600, 400], 'nowhere to put it')
  for (const { board, page } of [ada, bo]) {
    await expect(board.badge).toHaveText('Not saving')
    await expect(page.getByRole('alert')).toContainText('Keep this page open')
    await expect(page.getByRole('alert')).toBeInViewport({ ratio: 1 })
  }
  await bo.board.expectLabels('Rectangle', 'Text: nowhere to put it')
  await bo.board.rectangle([300, 500], [420, 580])
  await expect.poll(async () => (await ada.board.labels()).length).toBe(3)
  await expect(ada.board.badge).toHaveText('Not saving')

  disk.free()
  for (const { board, page } of [ada, bo]) {
    await board.saved()
    await expect(page.getByRole('alert')).toHaveCount(0)
  }
  await server.stop('SIGKILL')
  await server.start()
  expect((await server.readBoard(boardId)).shapeCount).toBe(3)
})
