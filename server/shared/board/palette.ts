/** The colours of the board. A shape stores a name and is drawn in the theme's colour; any `#rrggbb` is drawn as itself. */

export type Theme = 'light' | 'dark'
type Pair = readonly [light: string, dark: string]

export const INKS: Readonly<Record<string, Pair>> = {
  ink: ['#20242b', '#e6e8ee'],
  grey: ['#868e99', '#9aa3b2'],
  red: ['#d9373f', '#ff8a80'],
  orange: ['#e8730c', '#ffb27a'],
  yellow: ['#d9a300', '#ffd866'],
  green: ['#2b8a3e', '#7fd99a'],
  teal: ['#0c8599', '#6fd6e0'],
  blue: ['#2563eb', '#7aa2ff'],
  violet: ['#7048e8', '#b197fc'],
  pink: ['#d6336c', '#f48fb1'],
}

export const FILLS: Readonly<Record<string, Pair>> = {
  ink: ['#ffffff', '#22252c'],
  grey: ['#eef0f3', '#2c3038'],
  red: ['#ffebea', '#402324'],
  orange: ['#fff0e1', '#42301f'],
  yellow: ['#fff6d6', '#403718'],
  green: ['#e8f5e9', '#1f3325'],
  teal: ['#e0f5f7', '#1b3539'],
  blue: ['#e8eeff', '#1f2a47'],
  violet: ['#f0ebff', '#2c2548'],
  pink: ['#ffe9f0', '#42232f'],
}

export const NOTES: Readonly<Record<string, Pair>> = {
  yellow: ['#ffe9a3', '#5c4815'],
  blue: ['#bfe6f5', '#1e4a58'],
  pink: ['#ffc9d5', '#5c2d3c'],
  green: ['#d3ecc0', '#35501f'],
  orange: ['#ffd8b0', '#5e3a17'],
  violet: ['#ded6ff', '#3d3468'],
}

export const PAPER: Pair = ['#faf9f6', '#17191e']
export const GRID_DOT: Pair = ['#d9d6cd', '#2c3038']
/** Where a picture is yet to come. */
export const MISSING: Pair = ['#e9e6de', '#262a32']
export const ACCENT: Pair = ['#3f51e0', '#8b97ff']

export const INK_NAMES = Object.keys(INKS)
export const FILL_NAMES = Object.keys(FILLS)
export const NOTE_NAMES = Object.keys(NOTES)

const HEX = /^#[0-9a-f]{6}$/i
export const isColor = (text: string): boolean => Object.hasOwn(INKS, text) || HEX.test(text)

const pick = (pair: Pair, theme: Theme): string => pair[theme === 'light' ? 0 : 1]

/** @returns a CSS colour for a stroke or a text */
export const inkColor = (name: string, theme: Theme): string =>
  lookup(INKS, name, theme) ?? (HEX.test(name) ? name : (lookup(INKS, 'ink', theme) ?? '#000000'))

/** @returns a CSS colour for a fill, or `undefined` for `none` */
export const fillColor = (name: string, theme: Theme): string | undefined =>
  name === 'none' ? undefined : (lookup(FILLS, name, theme) ?? (HEX.test(name) ? name : undefined))

/** @returns a CSS colour for a sticky note; a name that no note has is yellow */
export const noteColor = (name: string, theme: Theme): string =>
  lookup(NOTES, name, theme) ?? (HEX.test(name) ? name : (lookup(NOTES, 'yellow', theme) ?? '#ffe9a3'))

export const paperColor = (theme: Theme): string => pick(PAPER, theme)
export const gridColor = (theme: Theme): string => pick(GRID_DOT, theme)
export const missingColor = (theme: Theme): string => pick(MISSING, theme)
export const accentColor = (theme: Theme): string => pick(ACCENT, theme)

function lookup(table: Readonly<Record<string, Pair>>, name: string, theme: Theme): string | undefined {
  const pair = Object.hasOwn(table, name) ? table[name] : undefined
  return pair && pick(pair, theme)
}
