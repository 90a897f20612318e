/** What every test starts from: a server of its own, a board, and as many people as it asks for, each in a browser context of
 * their own on a cable of their own. A page that logs an error fails its test. */
import { type BrowserContextOptions, test as base, type Page } from '@playwright/test'
import { BoardPage } from './board-page.ts'
import { Cable } from './cable.ts'
import { ServerProcess } from './server-process.ts'

export { expect } from '@playwright/test'

export interface Person {
  readonly page: Page
  readonly board: BoardPage
  readonly cable: Cable
  /** What went wrong on the page; a test may expect some of it and empty the list. */
  readonly errors: string[]
}

interface Fixtures {
  /** Environment of the server. */
  serverEnv: Record<string, string>
  server: ServerProcess
  /** A new person with a browser, not yet on a board. */
  person: (options?: BrowserContextOptions) => Promise<Person>
  /** A new person on the test's one board. */
  join: (options?: BrowserContextOptions & { hash?: string }) => Promise<Person>
  boardId: string
}

/** The browser's own words about a server that is away: expected when a test takes it away. The last are about a service worker
 * whose script did not come any more. */
const NETWORK_NOISE =
  /net::ERR_|WebSocket connection to|Failed to load resource|unknown error occurred when fetching the script/

export const test = base.extend<Fixtures>({
  serverEnv: [{}, { option: true }],

  server: async ({ serverEnv }, use) => {
    const server = new ServerProcess(serverEnv)
    await server.start()
    await use(server)
    await server.dispose()
  },

  person: async ({ browser, server }, use, testInfo) => {
    const closes: (() => Promise<unknown>)[] = []
    const people: Person[] = []
    const said: string[] = []
    await use(async options => {
      const cable = new Cable(() => server.port)
      await cable.mend()
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const errors: string[] = []
      const name = `person ${people.length + 1}`
      page.on('framenavigated', frame => said.push(`${name} is at ${frame.url()}`))
      page.on('pageerror', error => errors.push(error.stack || error.message))
      page.on('console', message => {
        said.push(`${name}, ${message.type()}: ${message.text()}`)
        if (message.type() === 'error' && !NETWORK_NOISE.test(message.text())) errors.push(message.text())
      })
      // A page with unsaved changes asks before it goes; the tests say yes.
      page.on('dialog', dialog => void dialog.accept())
      closes.push(
        () => context.close(),
        () => cable.cut(),
      )
      const person = { page, board: new BoardPage(page), cable, errors }
      people.push(person)
      return person
    })
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const { page } of people) said.push(await page.locator('body').ariaSnapshot().catch(String))
      await testInfo.attach('what the pages said', { body: said.join('\n'), contentType: 'text/plain' })
    }
    for (const close of closes) await close()
    const errors = people.flatMap(person => person.errors)
    if (errors.length > 0) throw new Error(`the page logged errors:\n${errors.join('\n')}`)
  },

  boardId: async ({ server }, use) => {
    await use((await server.createBoard('Test board')).id)
  },

  join: async ({ person, boardId }, use) => {
    await use(async ({ hash = '#view=0,0,1', ...options } = {}) => {
      const joined = await person(options)
      await joined.board.open(`${joined.cable.url}/b/${boardId}${hash}`)
      return joined
    })
  },
})
