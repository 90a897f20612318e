/** The same server reached in three ways: as it is, with TLS of its own, and behind nginx, which then ends TLS. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBoard } from '../../../server/testing/ask-securely.ts'
import { makeCertificate } from '../../../server/testing/certificates.ts'
import { ProxyProcess } from '../../proxy-process.ts'
import { ServerProcess } from '../../server-process.ts'
import { type Contestant, NO_LIMITS, OurServer } from './contestants.ts'

export async function startSecure(): Promise<Contestant> {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-bench-'))
  const { certPath, keyPath, cert } = makeCertificate(dir)
  const server = new ServerProcess({ ...NO_LIMITS, TLS_CERT: certPath, TLS_KEY: keyPath })
  await server.start()
  return {
    name: 'wss, by the server',
    dialect: 'drawbridge',
    pid: server.pid,
    createBoard: () => createBoard({ port: server.port, cert }),
    urlOf: board => `wss://127.0.0.1:${server.port}/live/${board}`,
    stop: async () => {
      await server.dispose()
      rmSync(dir, { recursive: true })
    },
  }
}

export async function startBehindNginx(): Promise<Contestant> {
  const dir = mkdtempSync(join(tmpdir(), 'drawbridge-bench-'))
  const process = new ServerProcess({ ...NO_LIMITS, TRUST_PROXY: '1' })
  await process.start()
  const server = new OurServer(process, 'drawbridge')
  const nginx = await ProxyProcess.start('nginx', {
    dir,
    nodePorts: [process.port, process.port, process.port],
    certificate: makeCertificate(dir),
  })
  return {
    name: 'wss, by nginx before it',
    dialect: 'drawbridge',
    pid: server.pid,
    proxyPids: childrenOf(nginx.pid),
    createBoard: () => server.createBoard(),
    urlOf: board => `wss://127.0.0.1:${nginx.port}/live/${board}`,
    stop: async () => {
      await nginx.stop()
      await server.stop()
      rmSync(dir, { recursive: true })
    },
  }
}

/** nginx works in processes below its first. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
