/** The steps that the style panel offers. The document takes any value; these are the ones with a button. */
import { DASHES, type Dash, FONTS, type Font, type ShapeStyle } from '#shared/board/shape.ts'
import type { StyleView } from '../../editor/view.ts'

export interface Choice<T> {
  readonly value: T
  readonly label: string
}

export const SIZES: readonly Choice<number>[] = [
  { value: 2, label: 'Thin' },
  { value: 4, label: 'Medium' },
  { value: 7, label: 'Thick' },
  { value: 12, label: 'Very thick' },
]

export const FONT_SIZES: readonly (Choice<number> & { readonly short: string })[] = [
  { value: 16, label: 'Small', short: 'S' },
  { value: 20, label: 'Medium', short: 'M' },
  { value: 28, label: 'Large', short: 'L' },
  { value: 44, label: 'Very large', short: 'XL' },
]

const DASH_LABELS: Readonly<Record<Dash, string>> = { solid: 'Solid', dashed: 'Dashed', dotted: 'Dotted' }
export const DASH_CHOICES = DASHES.map(value => ({ value, label: DASH_LABELS[value] }))

const FONT_LABELS: Readonly<Record<Font, string>> = { hand: 'Hand', sans: 'Sans', mono: 'Mono' }
export const FONT_CHOICES = FONTS.map(value => ({ value, label: FONT_LABELS[value] }))

export type StyleKey = keyof ShapeStyle

/** Whether the panel has anything to say about this key. */
export const applies = (style: StyleView, key: StyleKey): boolean => key in style

/** `sky blue` → `Sky blue` */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
