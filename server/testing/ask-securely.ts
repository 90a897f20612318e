/** Calls over TLS that trust the one certificate a test has made. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:https'

/** Where to, and whom to trust there. */
export interface SecureSite {
  readonly port: number
  readonly cert: Buffer
}

export interface Question {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** `fetch` can be told of no certificate. */
export function ask({ port, cert }: SecureSite, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = question
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, ca: cert, path, method, headers, agent: false }
    const asked = request(options, response => {
      let text = ''
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** @returns the id of a new board */
export async function createBoard(site: SecureSite): Promise<string> {
  const { status, body } = await ask(site, '/api/boards', { method: 'POST' })
  if (status !== 201) throw new Error(`making a board answered ${status}: ${body}`)
  return (JSON.parse(body) as { id: string }).id
}
