import { describe, expect, it } from 'vitest'
import { ACTIONS } from '../editor/action-table.ts'
import { TOOLS } from '../tools/tool-table.ts'
import { ariaKeys, hintParts, keyCaps, keyText } from './keys.ts'

describe('keys as shown', () => {
  it.each([
    ['Mod+Shift+z', 'Ctrl+Shift+Z', '⌘⇧Z'],
    ['Mod++', 'Ctrl++', '⌘+'],
    ['+', '+', '+'],
    ['Delete', 'Del', 'Del'],
    ['Shift+ArrowLeft', 'Shift+←', '⇧←'],
    ['Alt+]', 'Alt+]', '⌥]'],
    ['?', '?', '?'],
  ])('%s', (keys, other, mac) => {
    expect(keyText(keys, false)).toBe(other)
    expect(keyText(keys, true)).toBe(mac)
  })

  it('are never empty in the tables', () => {
    for (const { keys } of [...ACTIONS, ...TOOLS]) {
      for (const key of keys) expect(keyCaps(key, false)).not.toContain('')
    }
  })
})

it('tells screen readers every alternative', () => {
  expect(ariaKeys(['Mod+Shift+z', 'Mod+y'], false)).toBe('Control+Shift+z Control+y')
  expect(ariaKeys(['Mod++', 'v'], true)).toBe('Meta+Plus v')
})

it('parts a hint into words and keys', () => {
  expect(hintParts('[Shift] keeps a square · [Alt] from the centre')).toEqual([
    { keys: 'Shift' },
    { words: ' keeps a square · ' },
    { keys: 'Alt' },
    { words: ' from the centre' },
  ])
  expect(hintParts('Click to put a note')).toEqual([{ words: 'Click to put a note' }])
})
