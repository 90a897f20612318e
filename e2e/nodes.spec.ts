/** Three nodes over PostgreSQL and Redis behind nginx, with stock clients: nodes that die, and nodes that are replaced. */
import { test as base, expect } from '@playwright/test'
import { createBoard } from '../server/testing/ask-securely.ts'
import { SecureStockClient } from '../server/testing/secure-clients.ts'
import { rollThrough } from './rolling-restart.ts'
import type { ServerProcess } from './server-process.ts'
import { SharedNodes, whyNoSharedNodes } from './shared-nodes.ts'

const test = base.extend<{ shared: SharedNodes }>({
  shared: async ({ browserName: _ }, use) => {
    const why = await whyNoSharedNodes()
    test.skip(why !== undefined, why)
    const shared = await SharedNodes.start()
    await use(shared)
    await shared.stop()
  },
})

// Three servers, a database and a proxy of their own, on a machine that may be busy.
test.describe.configure({ timeout: 120_000 })

async function connectionsOf(node: ServerProcess): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text()
  return Number(/^drawbridge_connections (\d+)$/m.exec(text)?.[1])
}

test('who was on a node that is killed is on another, with all that was drawn', async ({ shared }) => {
  const { nodes, balancer } = shared
  const id = await createBoard(balancer)
  const people = [1, 2, 3].map(() => new SecureStockClient(balancer, id))
  const [ann, ben, cy] = people as [SecureStockClient, SecureStockClient, SecureStockClient]
  await Promise.all(people.map(person => person.synced()))
  ann.shapes.set('before', 1)
  await Promise.all([ben.has('before'), cy.has('before')])
  const counts = await Promise.all(nodes.map(connectionsOf))
  expect(counts.toSorted()).toEqual([0, 0, 3])

  const node = nodes[counts.indexOf(3)]
  const gone = people.map(
    ({ provider }) => new Promise(resolve => provider.once('connection-close', resolve)),
  )
  await node?.stop('SIGKILL')
  await Promise.all(gone)
  ben.shapes.set('while-away', 1)
  await Promise.all([ann.has('while-away'), cy.has('while-away')])
  cy.shapes.set('after', 1)
  await Promise.all([ann.has('after'), ben.has('after')])
  const newcomer = new SecureStockClient(balancer, id)
  await newcomer.synced()
  expect(Object.keys(newcomer.shapes.toJSON()).sort()).toEqual(['after', 'before', 'while-away'])
  await node?.start()
  for (const { provider } of [...people, newcomer]) provider.destroy()
})

test('nodes that are restarted one after the other: everybody is back each time, and nothing is lost', async ({
  shared,
}) => {
  const { restarts, drawnCount, lostCount, differentCount } = await rollThrough({
    nodes: shared.nodes,
    balancer: shared.balancer,
    participants: 24,
    boards: 8,
  })
  expect(restarts.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  expect(restarts.reduce((sum, { movedCount }) => sum + movedCount, 0)).toBeGreaterThanOrEqual(24)
  expect(drawnCount).toBeGreaterThan(0)
  expect({ lostCount, differentCount }).toEqual({ lostCount: 0, differentCount: 0 })
  // Whoever came when their node was away was sent to another, at once.
  expect(shared.readLog()).toMatch(/^\S+ \S+ "GET \/live\/\.\.\." 101 .* node_status=502, 101$/m)
  expect(shared.readLog()).not.toMatch(/" 50\d /)
})
