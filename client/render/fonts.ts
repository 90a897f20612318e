/** The board's fonts. A font is fetched when a text in it is first painted; until it is there another family stands in. For texts that are too
 * small to be read it is fetched a little later: when a font arrives, the browser lays out the whole page anew, and that is not to be in the middle of
 * the zoom that brings the first of them near. */
import type { Font } from '#shared/board/shape.ts'
import { loadFont } from './font-files.ts'
import { forgetLayouts } from './text-layout.ts'

/** A picture in another family is better than none: after this nobody waits for the font any more. */
const PATIENCE_MS = 3000

/** After texts too small to be read were painted: whatever was opened is there. */
const LATER_MS = 1000

/** Those that are wanted, and whether any text was painted to be read. */
const readable = new Map<Font, boolean>()
const asked = new Set<Font>()
const waiting = new Set<Font>()
/** Those that have arrived, or for which nobody waits any more. */
const isHere = new Set<Font>()
const loaded = new Set<Font>()
const listeners = new Set<() => void>()

/** Whether a font that was asked for is still on its way, and worth waiting for. */
export const isFontComing = (): boolean => waiting.size > 0

/** Whether texts in it are painted with it, not with what stands in. */
export const isFontLoaded = (font: Font): boolean => loaded.has(font)

/** @param listener  hears of every font that has arrived (or failed for good) and makes a difference   @returns the unsubscribe */
export function onFont(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Asks for a font; cheap to call for every text. */
export function useFont(font: Font, isReadable: boolean): void {
  const before = readable.get(font)
  if (before === true || before === isReadable) return
  readable.set(font, isReadable)
  if (!isReadable) setTimeout(() => load(font), LATER_MS)
  else if (!isHere.has(font)) {
    waiting.add(font)
    load(font)
  }
}

function load(font: Font): void {
  if (asked.has(font)) return
  asked.add(font)
  const giveUp = setTimeout(() => arrived(font), PATIENCE_MS)
  loadFont(font)
    .then(
      face => {
        document.fonts.add(face)
        loaded.add(font)
      },
      // The stand-in family stays: text is readable, and the next page load tries again.
      () => undefined,
    )
    .then(() => {
      clearTimeout(giveUp)
      arrived(font)
    })
}

function arrived(font: Font): void {
  waiting.delete(font)
  isHere.add(font)
  forgetLayouts()
  // Bars look the same in every font.
  if (readable.get(font)) for (const listener of [...listeners]) listener()
}
