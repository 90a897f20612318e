import { expect, test } from './fixtures.ts'

test('kill -9 after "Saved": everything is there, and both come back by themselves', async ({
  join,
  server,
  boardId,
}) => {
  const ada = await join()
  const bo = await join()
  await ada.board.rectangle([300, 200], [420, 280])
  await ada.board.write([600, 400], 'saved means on disk')
  await bo.page.keyboard.press('p')
  await bo.board.drag([300, 500], [600, 520])
  await ada.board.saved()
  await bo.board.saved()

  await server.stop('SIGKILL')
  await expect(ada.board.badge).toContainText('Offline')
  await server.start()
  expect((await server.readBoard(boardId)).shapeCount).toBe(3)
  for (const { board } of [ada, bo]) {
    await expect(board.badge).toHaveText('Saved', { timeout: 20_000 })
    await expect.poll(async () => (await board.labels()).length).toBe(3)
  }
  await ada.board.rectangle([800, 200], [900, 280])
  await expect.poll(async () => (await bo.board.labels()).length).toBe(4)
})

test('a server that goes down politely loses nothing that was on its way', async ({
  join,
  server,
  boardId,
}) => {
  const ada = await join()
  for (let i = 0; i < 5; i++) await ada.board.rectangle([260 + i * 120, 200], [340 + i * 120, 280])
  await expect.poll(async () => (await ada.board.labels()).length).toBe(5)
  const startedAt = Date.now()
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  await server.start()
  await expect(ada.board.badge).toHaveText('Saved', { timeout: 20_000 })
  expect((await server.readBoard(boardId)).shapeCount).toBe(5)
})

test('a board that nobody has open is there the next day', async ({ join, server, boardId }) => {
  const ada = await join()
  await ada.board.write([300, 300], 'see you tomorrow')
  await ada.board.saved()
  await ada.page.close()
  await server.stop()
  await server.start()
  const bo = await join()
  await bo.board.expectLabels('Text: see you tomorrow')
  expect((await server.readBoard(boardId)).name).toBe('Test board')
})
