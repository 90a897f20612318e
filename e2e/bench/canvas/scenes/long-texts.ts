/** A board of writing: a third are paragraphs of 500 to 2,000 letters, in all fonts, one in eight in Hebrew, Arabic, Chinese or Japanese and with emoji; the
 * others are headings and boxes with a sentence in them. A file may be 100 MB: more paragraphs would not fit at 50,000. */
import { seeded } from '../../../../server/shared/testing/seeded.ts'
import { common, type Element, FILLS, words } from './element.ts'

/** Board units: a paragraph, and beside it a heading and a box with its label. */
const CELL = { w: 900, h: 900 }
const WIDTH = 600
const FONT_FAMILIES = [5, 6, 8]
const LATIN = (
  'the board holds what we said and what is left of it stands in long rows of words that somebody wrote down while others spoke about ' +
  'deadlines, interviews, measurements and unforeseeable circumstances'
).split(' ')
const OTHERS = [
  'שלום עולם זה טקסט ארוך שנכתב מימין לשמאל על הלוח'.split(' '),
  'هذا نص طويل مكتوب من اليمين إلى اليسار على السبورة'.split(' '),
  '这块板上写着很长的文字 没有空格的句子也要换行 大家一起写'.split(' '),
  '会議の議事録をここに書きます そして絵文字 🎉 👩‍👩‍👧 🇯🇵 も混ざります'.split(' '),
]

export function longTexts(count: number): Element[] {
  const random = seeded(count)
  const columns = Math.ceil(Math.sqrt(count / 4))
  return Array.from({ length: Math.ceil(count / 4) }, (_, cell) => {
    const x = (cell % columns) * CELL.w
    const y = Math.floor(cell / columns) * CELL.h
    return cellOf(cell, x, y, random)
  })
    .flat()
    .slice(0, count)
}

/** A heading, a paragraph and a box with its label: four elements. */
function cellOf(cell: number, x: number, y: number, random: () => number): Element[] {
  const id = 4 * cell
  const from = cell % 8 === 7 ? (OTHERS[(cell >> 3) % OTHERS.length] ?? LATIN) : LATIN
  const fontFamily = FONT_FAMILIES[cell % FONT_FAMILIES.length]
  const paragraph = write(from, 500 + random() * 1500, random)
  const box = { x: x + WIDTH + 40, y: y + 60, width: 200, height: 160 }
  const label = write(from, 50 + random() * 60, random)
  return [
    {
      ...common(id, x, y),
      ...words(write(from, 20, random)),
      fontFamily,
      fontSize: 36,
      width: 400,
      height: 45,
    },
    { ...common(id + 1, x, y + 60), ...words(broken(paragraph, 60), WIDTH, paragraph), fontFamily },
    {
      ...common(id + 2, box.x, box.y),
      ...box,
      type: 'rectangle',
      backgroundColor: FILLS[cell % FILLS.length],
      boundElements: [{ type: 'text', id: `e${id + 3}` }],
    },
    {
      ...common(id + 3, box.x + 5, box.y + 5),
      ...words(broken(label, 18), 190, label),
      fontFamily,
      textAlign: 'center',
      verticalAlign: 'middle',
      containerId: `e${id + 2}`,
    },
  ]
}

function write(from: readonly string[], letters: number, random: () => number): string {
  let text = ''
  while (text.length < letters) text += `${text === '' ? '' : ' '}${from[Math.floor(random() * from.length)]}`
  return text
}

/** Lines of about so many letters: what Excalidraw itself would have stored. */
function broken(text: string, letters: number): string {
  let onLine = 0
  let broken = ''
  for (const word of text.split(' ')) {
    const breaks = onLine > 0 && onLine + word.length > letters
    broken += breaks ? `\n${word}` : `${onLine > 0 ? ' ' : ''}${word}`
    onLine = breaks ? word.length : onLine + word.length + 1
  }
  return broken
}
