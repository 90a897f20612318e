import { MAX_TEXT_LENGTH } from '../server/shared/board/layout.ts'
import type { BoardPage } from './board-page.ts'
import { expect, type Person, test } from './fixtures.ts'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** Writes a new text at one go, as a paste does. */
async function putText({ page, board }: Person, words: string, y = 300): Promise<void> {
  await board.tool('t')
  await page.mouse.click(300, y)
  await expect(page.getByRole('textbox', { name: 'Text' })).toBeFocused()
  await page.keyboard.insertText(words)
  await page.keyboard.press('Escape')
}

/** More than the server lets stand. */
const writeTooMuch = (person: Person): Promise<void> =>
  putText(person, 'word '.repeat(MAX_TEXT_LENGTH / 5 + 10))

const notice = ({ page }: BoardPage) => page.getByRole('alert')

test('what the server took back is said where one sees it, until it is put away', async ({ join }) => {
  const ada = await join()
  const bo = await join()
  await writeTooMuch(ada)
  await expect(notice(ada.board)).toHaveText('A text was too long and was cut.')
  await expect(notice(ada.board)).toBeInViewport({ ratio: 1 })
  await expect(notice(bo.board)).toHaveCount(0)
  await ada.board.saved()
  await notice(ada.board).getByRole('button', { name: 'Dismiss' }).press('Enter')
  await expect(notice(ada.board)).toHaveCount(0)
  // Who had the focus in it has it on the board again.
  await expect(ada.board.canvas).toBeFocused()
})

test('a notice goes by itself, but not while somebody points at it', async ({ person, server, boardId }) => {
  const ada = await person()
  await ada.page.clock.install()
  await ada.board.open(`${server.url}/b/${boardId}#view=0,0,1`)
  await writeTooMuch(ada)
  await expect(notice(ada.board)).toBeVisible()
  await notice(ada.board).hover()
  await ada.page.clock.runFor(60_000)
  await expect(notice(ada.board)).toBeVisible()
  await ada.page.mouse.move(900, 100)
  await ada.page.clock.runFor(11_000)
  await expect(notice(ada.board)).toHaveCount(0)
})

test('on a phone a notice lies on no tool', async ({ join }) => {
  const ada = await join(PHONE)
  await writeTooMuch(ada)
  await expect(notice(ada.board)).toBeInViewport({ ratio: 1 })
  const box = await notice(ada.board).boundingBox()
  const bars = ada.page.locator('.phone-bars > .island, .top-row > .island').filter({ visible: true })
  expect(await bars.count()).toBe(4)
  for (const each of await bars.all()) {
    const bar = await each.boundingBox()
    if (!box || !bar) throw new Error('nothing to be seen')
    const isApart = box.y + box.height <= bar.y || bar.y + bar.height <= box.y
    expect(isApart, `${JSON.stringify(box)} against ${JSON.stringify(bar)}`).toBe(true)
  }
})

test.describe('a board that is full', () => {
  test.use({ serverEnv: { MAX_BOARD_BYTES: '2000' } })

  test('does not call saved what it did not take, and takes it when there is room', async ({
    join,
    server,
    boardId,
  }) => {
    const ada = await join()
    await putText(ada, 'old '.repeat(225))
    await ada.board.saved()
    await putText(ada, 'new '.repeat(300), 500)
    await expect(ada.board.badge).toHaveText('Not saving')
    await expect(notice(ada.board)).toContainText('This board is full')
    await ada.board.select(/old/)
    await ada.page.keyboard.press('Delete')
    await ada.board.saved()
    await expect.poll(async () => (await server.readBoard(boardId)).shapeCount).toBe(1)
    await expect(ada.board.item(/new/)).toHaveCount(1)
  })
})
