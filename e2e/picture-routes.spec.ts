/** Pictures opened by their own address, as somebody might be talked into. */
import { expect, test } from './fixtures.ts'

test('an SVG with a script shows, and its script does not run', async ({ server, boardId, person }) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="document.title='run'">
    <script>document.title = 'run'; fetch('/api/boards', { method: 'POST' })</script>
    <style>rect { fill: rgb(1, 2, 3) }</style><rect width="40" height="40"/></svg>`
  const assets = `${server.url}/api/boards/${boardId}/assets`
  const headers = { 'content-type': 'image/svg+xml' }
  const answer = await fetch(assets, { method: 'POST', headers, body: svg })
  expect(answer.status).toBe(201)
  const { asset } = (await answer.json()) as { asset: string }
  const { page, errors } = await person()
  const requests: string[] = []
  page.on('request', request => requests.push(request.url()))
  await page.goto(`${assets}/${asset}`)
  // The page is a sandbox: even what the test runs in it sees an origin that is nobody's.
  await expect(page.locator('rect')).toHaveCSS('fill', 'rgb(1, 2, 3)')
  expect(await page.title()).toBe('')
  expect(requests).toEqual([`${assets}/${asset}`])
  expect(errors.join()).toContain('script')
  errors.length = 0
})
