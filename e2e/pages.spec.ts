import { expect, test } from './fixtures.ts'

test('from page to page by links, back and forward, without loading anew', async ({ person, server }) => {
  const { page, board } = await person()
  const loads: string[] = []
  page.on('request', request => {
    if (request.isNavigationRequest()) loads.push(request.url())
  })
  await page.goto(server.url)
  await page.getByRole('button', { name: 'New board' }).first().click()
  await page.waitForURL('**/b/*')
  await board.ready()
  const boardUrl = new URL(page.url()).pathname
  expect(boardUrl).toMatch(/^\/b\//)
  await board.rectangle([300, 200], [420, 280])
  await board.expectLabels('Rectangle')
  await board.saved()
  await page.goBack()
  // Its card comes with a picture, taken as the page was left.
  const card = page.locator(`a[href="${boardUrl}"]`)
  await expect(card.locator('img')).toBeVisible()
  await card.click()
  await board.ready()
  await board.expectLabels('Rectangle')
  await page.goBack()
  await expect(card).toBeVisible()
  await page.goForward()
  await board.ready()
  await board.expectLabels('Rectangle')
  expect(loads).toEqual([`${server.url}/`])
})
