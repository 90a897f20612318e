/** What stands in a comment besides words: people's names after an `@`, and links. And what an `@` that is being typed may mean.
 *
 * A mention is plain text, so that it reads the same everywhere. Names hold spaces: a name that is known here ends where it ends; a
 * name that was chosen from the suggestions is written with no-break spaces and ends at the next other one, so that it is whole
 * even where nobody knows the name. */

export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'mention'; readonly text: string; readonly name: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

const NO_BREAK_SPACE = '\u00a0'
/** The longest name that a person may have. */
const MAX_NAME = 40
const WORD = /[\p{L}\p{N}_]/u
/** What ends a name that is not known, and what a sentence may put behind it. */
const UNKNOWN_NAME = /^[\p{L}\p{N}_][^ \t\n\r@]*/u
const TRAILING = /[.,;:!?'"’”)\]}]+$/
const LINK = /https?:\/\/[^\s<>"]+/giu

/** @param names  that are known here, in any order */
export function piecesOf(text: string, names: readonly string[]): Piece[] {
  const longestFirst = [...new Set(names)].filter(Boolean).sort((a, b) => b.length - a.length)
  const pieces: Piece[] = []
  let from = 0
  const put = (piece: Piece, at: number) => {
    if (at > from) pieces.push({ kind: 'words', text: text.slice(from, at) })
    pieces.push(piece)
    from = at + piece.text.length
  }
  const links = [...text.matchAll(LINK)].flatMap(linkOf)
  for (let at = 0; at < text.length; at++) {
    const link = links[0]
    if (link && link.at === at) {
      links.shift()
      put({ kind: 'link', text: link.text, href: link.href }, at)
      at = from - 1
      continue
    }
    if (text[at] !== '@' || WORD.test(text[at - 1] ?? '')) continue
    const name = nameAt(text, at + 1, longestFirst)
    if (name === undefined) continue
    put({ kind: 'mention', text: text.slice(at, at + 1 + name.length), name: plain(name) }, at)
    at = from - 1
  }
  if (from < text.length) pieces.push({ kind: 'words', text: text.slice(from) })
  return pieces
}

/** Whether somebody who goes by one of these names is meant. */
export function mentionsAny(text: string, own: readonly string[], names: readonly string[]): boolean {
  if (!text.includes('@')) return false
  const mine = new Set(own.map(folded))
  return piecesOf(text, [...names, ...own]).some(
    piece => piece.kind === 'mention' && mine.has(folded(piece.name)),
  )
}

/** How a mention is written. */
export const mentionOf = (name: string): string => `@${name.replaceAll(' ', NO_BREAK_SPACE)}`

/** The mention that is being typed: what stands between the last `@` and the caret.
 * @param caret  UTF-16 units   @returns `undefined` when nobody is being named */
export function mentionAt(text: string, caret: number): { at: number; query: string } | undefined {
  const at = text.lastIndexOf('@', caret - 1)
  if (at < 0 || at >= caret || caret - at > MAX_NAME + 1 || WORD.test(text[at - 1] ?? '')) return undefined
  const query = text.slice(at + 1, caret)
  return /^\s|[\n@]/.test(query) ? undefined : { at, query: plain(query) }
}

/** The names that go on from what was typed, the likeliest first: their beginnings, then their other words'. */
export function suggestionsFor(query: string, names: readonly string[], limit: number): string[] {
  // Not trimmed: a space behind a whole name ends it.
  const typed = plain(query).toLowerCase()
  const begins = (name: string) => folded(name).startsWith(typed)
  const hasWord = (name: string) => folded(name).includes(` ${typed}`)
  const unique = names.filter((name, i) => names.findIndex(each => folded(each) === folded(name)) === i)
  return [...unique.filter(begins), ...unique.filter(name => !begins(name) && hasWord(name))].slice(0, limit)
}

/** One line, for a label or a list. */
export function firstWordsOf(text: string, length: number): string {
  const line = plain(text).replace(/\s+/g, ' ').trim()
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

export const folded = (name: string): string => plain(name).trim().toLowerCase()

const plain = (name: string): string => name.replaceAll(NO_BREAK_SPACE, ' ')

/** The name as it is written at `at`, if one is. */
function nameAt(text: string, at: number, longestFirst: readonly string[]): string | undefined {
  const known = longestFirst.find(
    name =>
      folded(text.slice(at, at + name.length)) === folded(name) && !WORD.test(text[at + name.length] ?? ''),
  )
  if (known !== undefined) return text.slice(at, at + known.length)
  const unknown = UNKNOWN_NAME.exec(text.slice(at, at + MAX_NAME + 20))?.[0].replace(TRAILING, '')
  return unknown === '' ? undefined : unknown
}

function linkOf(match: RegExpMatchArray): { at: number; text: string; href: string }[] {
  const text = match[0].replace(TRAILING, '')
  // Only what the browser itself takes for an address of the web.
  if (!URL.canParse(text)) return []
  return [{ at: match.index ?? 0, text, href: new URL(text).href }]
}
