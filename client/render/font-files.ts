/** Where the board's fonts come from. */
import interUrl from '@fontsource/inter/files/inter-latin-400-normal.woff2?url'
import monoUrl from '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2?url'
import handUrl from '@fontsource/shantell-sans/files/shantell-sans-latin-400-normal.woff2?url'
import type { Font } from '#shared/board/shape.ts'

const FILES: Readonly<Record<Font, { family: string; url: string }>> = {
  hand: { family: 'Shantell Sans', url: handUrl },
  sans: { family: 'Inter', url: interUrl },
  mono: { family: 'JetBrains Mono', url: monoUrl },
}

/** @returns the font, to be added to those of the page or the worker; rejects when it does not come */
export function loadFont(font: Font): Promise<FontFace> {
  const { family, url } = FILES[font]
  return new FontFace(family, `url(${url}) format("woff2")`, { weight: '400' }).load()
}
