/** Boxes and words in groups in groups, ten deep, a thousand in the outermost, which lie in frames. Each group of two has a neighbour and so on: 2 ** 10 in a tree. */
import { seeded } from '../../../../server/shared/testing/seeded.ts'
import { common, type Element, FILLS, words } from './element.ts'

const DEPTH = 10
/** In a frame: a tree of groups, and the frame itself. */
const TREE = 2 ** DEPTH
const COLUMNS = 32
/** Board units. */
const CELL = 130

export function deepGroups(count: number): Element[] {
  const random = seeded(count)
  const frames = Math.ceil(count / (TREE + 1))
  const across = Math.ceil(Math.sqrt(frames))
  const elements: Element[] = []
  for (let frame = 0; frame < frames; frame++) {
    const x = (frame % across) * (COLUMNS + 1) * CELL
    const y = Math.floor(frame / across) * (COLUMNS + 1) * CELL
    const frameId = `e${elements.length}`
    elements.push({
      ...common(elements.length, x - 20, y - 20),
      type: 'frame',
      name: `Frame ${frame + 1}`,
      width: COLUMNS * CELL + 40,
      height: COLUMNS * CELL + 40,
    })
    for (let leaf = 0; leaf < TREE && elements.length < count; leaf++) {
      const left = x + (leaf % COLUMNS) * CELL
      const top = y + Math.floor(leaf / COLUMNS) * CELL
      const own = particular(leaf, random)
      elements.push({
        ...common(elements.length, left, top),
        ...own,
        frameId,
        groupIds: groupsOf(frame, leaf),
      })
    }
  }
  return elements
}

/** Innermost first. */
const groupsOf = (frame: number, leaf: number): string[] =>
  Array.from({ length: DEPTH }, (_, level) => `g${frame}-${level}-${leaf >> (level + 1)}`)

function particular(leaf: number, random: () => number): Element {
  if (leaf % 4 === 3) return words(`Item ${leaf}`, 80)
  return {
    type: leaf % 2 ? 'ellipse' : 'rectangle',
    width: 60 + random() * 50,
    height: 40 + random() * 60,
    backgroundColor: leaf % 3 ? FILLS[leaf % FILLS.length] : 'transparent',
  }
}
