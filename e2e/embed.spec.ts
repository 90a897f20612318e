/** Links and embedding, as the page has them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { BoardPage } from './board-page.ts'
import { test as base, expect } from './fixtures.ts'
import type { ServerProcess } from './server-process.ts'

const SECRET = 'what the school and this server share'

/** A site that shows one page, on a port of its own. To a browser, `localhost` is another site than 127.0.0.1. */
interface Site {
  readonly origin: string
  html: string
}

async function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  const site = { origin: '', html: '' }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(site.html)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  site.origin = `http://localhost:${(server.address() as AddressInfo).port}`
  await use(site)
  await new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  })
}

const test = base.extend<{ school: Site; stranger: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern
  school: ({}, use) => withSite(use),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  stranger: ({}, use) => withSite(use),
  serverEnv: ({ school }, use) => use({ JWT_SECRET: SECRET, EMBED_ORIGINS: school.origin }),
})

/** A board that only its owner, a link and a token open. */
async function closedBoard(server: ServerProcess) {
  const created = await fetch(`${server.url}/api/boards`, { method: 'POST' })
  const { id } = (await created.json()) as { id: string }
  const cookie = created.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const headers = { Cookie: cookie, 'Content-Type': 'application/json' }
  const call = (method: string, rest: string, body: object) =>
    fetch(`${server.url}/api/boards/${id}${rest}`, { method, headers, body: JSON.stringify(body) })
  await call('PATCH', '', { anyone: 'nobody' })
  const link = (await (await call('POST', '/links', { role: 'editor' })).json()) as { key: string }
  return { id, key: link.key }
}

test('a link opens a board that the address alone does not', async ({ server, person }) => {
  const { id, key } = await closedBoard(server)
  const [ada, bo] = [await person(), await person()]
  await ada.page.goto(`${ada.cable.url}/b/${id}`)
  await expect(ada.page.getByRole('heading', { name: /no such board/i })).toBeVisible()
  await ada.board.open(`${ada.cable.url}/b/${id}?key=${key}`)
  await bo.board.open(`${bo.cable.url}/b/${id}?key=${key}`)
  await ada.board.rectangle([400, 300], [500, 400])
  await ada.board.saved()
  await expect(bo.board.outline).toContainText('Rectangle')
})

test('a board in another site’s page: who has the token draws, and a site that is not named shows none', async ({
  server,
  person,
  school,
  stranger,
}) => {
  const { id, key } = await closedBoard(server)
  const bo = await person()
  await bo.board.open(`${bo.cable.url}/b/${id}?key=${key}`)
  const token = await new SignJWT({ role: 'editor', board: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('pupil')
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(SECRET))
  const { page, cable, errors } = await person()
  const html = `<!doctype html><title>Lesson</title>
    <iframe style="width: 1200px; height: 700px; border: 0" src="${cable.url}/b/${id}?token=${token}"></iframe>`
  school.html = html
  stranger.html = html
  await page.goto(school.origin)
  const frame = page.frameLocator('iframe')
  await expect(frame.locator('main')).toHaveAttribute('aria-busy', 'false', { timeout: 15_000 })
  await frame.getByRole('application', { name: 'Drawing area' }).click({ position: { x: 700, y: 500 } })
  await new BoardPage(page).rectangle([400, 300], [500, 400])
  await expect(frame.locator('.save-badge')).toHaveText('Saved')
  await expect(bo.board.outline).toContainText('Rectangle')
  expect(errors).toEqual([])

  await page.goto(stranger.origin)
  await expect.poll(() => errors.join('\n')).toContain('frame-ancestors')
  await expect(frame.locator('main')).toHaveCount(0)
  errors.length = 0
})
