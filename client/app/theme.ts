/** Light or dark: the person's choice, or the system's. `public/theme.js` does the same before the first paint. */
import { createMemo, createRoot, createSignal } from 'solid-js'
import type { Theme } from '#shared/board/palette.ts'
import { keep, localStore } from './local-store.ts'

export const THEME_CHOICES = ['light', 'dark', 'system'] as const
export type ThemeChoice = (typeof THEME_CHOICES)[number]

const KEY = 'drawbridge.theme'

const isChoice = (text: string | null): text is ThemeChoice =>
  (THEME_CHOICES as readonly (string | null)[]).includes(text)

const readChoice = (): ThemeChoice => {
  const text = localStore().getItem(KEY)
  return isChoice(text) ? text : 'system'
}

const [choice, setChoice] = createSignal<ThemeChoice>(readChoice())
export const themeChoice = choice

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
const [isSystemDark, setSystemDark] = createSignal(darkQuery.matches)
darkQuery.addEventListener('change', event => {
  setSystemDark(event.matches)
  paint()
})

export const theme = createRoot(() =>
  createMemo((): Theme => {
    const chosen = choice()
    return chosen === 'system' ? (isSystemDark() ? 'dark' : 'light') : chosen
  }),
)

export function chooseTheme(next: ThemeChoice): void {
  keep(localStore(), KEY, next)
  setChoice(next)
  paint()
}

export const toggleTheme = (): void => chooseTheme(theme() === 'light' ? 'dark' : 'light')

// Another tab changed it.
addEventListener('storage', event => {
  if (event.key !== KEY) return
  setChoice(readChoice())
  paint()
})

/** The browser's own bars take the paper's colour. */
function paint(): void {
  document.documentElement.dataset.theme = theme()
  const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', paper)
}
