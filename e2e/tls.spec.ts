import { mkdirSync } from 'node:fs'
import { makeCertificate, whyNoCertificates } from '../server/testing/certificates.ts'
import { test as base, expect } from './fixtures.ts'

const test = base.extend({
  serverEnv: async ({ browserName: _ }, use, testInfo) => {
    const why = whyNoCertificates()
    test.skip(why !== undefined, why)
    const dir = testInfo.outputPath('certificate')
    mkdirSync(dir, { recursive: true })
    const { certPath, keyPath } = makeCertificate(dir)
    await use({ TLS_CERT: certPath, TLS_KEY: keyPath })
  },
})

/** Nobody vouches for the test's certificate: the browser is told to take it all the same, for which its service worker cannot be told. */
const TRUSTING = { ignoreHTTPSErrors: true, serviceWorkers: 'block' } as const

test('over https: a board, its link, and two people drawing over wss', async ({ person, server }) => {
  const ada = await person(TRUSTING)
  const sockets: string[] = []
  ada.page.on('websocket', socket => sockets.push(new URL(socket.url()).protocol))
  await ada.page.goto(server.url)
  await ada.page.getByRole('button', { name: 'New board' }).click()
  await ada.page.waitForURL(/^https:.*\/b\/[\w-]{22}/)
  await ada.board.ready()
  await ada.board.rectangle([300, 200], [420, 280])
  await ada.board.saved()
  const bo = await person(TRUSTING)
  await bo.board.open(ada.page.url())
  await bo.board.write([600, 400], 'over TLS')
  await expect.poll(async () => (await ada.board.labels()).sort()).toEqual(['Rectangle', 'Text: over TLS'])
  await bo.board.saved()
  expect(sockets).toEqual(['wss:'])
  const [cookie] = await ada.page.context().cookies()
  expect(cookie).toMatchObject({ secure: true, httpOnly: true })
})
