/** What the page of a board will want first, told with the page itself: else the browser learns of it when the code before it has run. */
import type { Asset } from './assets.ts'

/** Sources of the code that every board begins with, as Vite's manifest (`build.json`) names them. */
const BOARD_SOURCES = ['app/board/BoardPage.tsx', 'editor/open-board.ts']

interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  /** Keys of the chunks that come with it. */
  readonly imports?: readonly string[]
}

export class Preloads {
  #etag: string | undefined
  #header = ''

  /** @param manifest  of the build; without one, or one of another form, nothing is told ahead
   * @returns the `Link` header of a board's page */
  linkHeader(manifest: Asset | undefined): string {
    if (manifest?.etag === this.#etag) return this.#header
    this.#etag = manifest?.etag
    this.#header = manifest ? linksOf(manifest) : ''
    return this.#header
  }
}

function linksOf({ body }: Asset): string {
  const chunks = chunksIn(new TextDecoder().decode(body))
  const wanted = new Set(BOARD_SOURCES)
  const links: string[] = []
  for (const source of wanted) {
    const chunk = chunks[source]
    if (!chunk) continue
    for (const imported of chunk.imports ?? []) wanted.add(imported)
    links.push(`</${chunk.file}>; rel=modulepreload`)
    // As the build asks for its styles: otherwise they would come twice.
    for (const style of chunk.css ?? []) links.push(`</${style}>; rel=preload; as=style; crossorigin`)
  }
  return links.join(', ')
}

/** A build that is being written is no reason to keep the page back: nothing is told ahead until it is whole. */
function chunksIn(json: string): Readonly<Record<string, Chunk>> {
  try {
    return JSON.parse(json)
  } catch {
    return {}
  }
}
