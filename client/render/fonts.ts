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

interface WantedFont {
  /** Whether any text was painted to be read. */
  isReadable: boolean
  /** `missed`: it has not come, or not in time, and nobody waits for it any more. */
  stage: 'wanted' | 'asked' | 'missed' | 'loaded'
}

const fonts = new Map<Font, WantedFont>()
const listeners = new Set<() => void>()

const isAwaited = ({ isReadable, stage }: WantedFont): boolean =>
  isReadable && stage !== 'missed' && stage !== 'loaded'

/** Whether a font that was asked for is still on its way, and worth waiting for. */
export const isFontComing = (): boolean => [...fonts.values()].some(isAwaited)

/** Whether texts in it are painted with it, not with what stands in. */
export const isFontLoaded = (font: Font): boolean => fonts.get(font)?.stage === 'loaded'

/** @param listener  hears of every font that has arrived (or failed for good) and makes a difference   @returns the unsubscribe */
export function onFont(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Asks for a font; cheap to call for every text. */
export function useFont(font: Font, isReadable: boolean): void {
  const before = fonts.get(font)
  if (before && (before.isReadable || before.isReadable === isReadable)) return
  const wanted: WantedFont = { stage: 'wanted', ...before, isReadable }
  fonts.set(font, wanted)
  if (!isReadable) setTimeout(() => load(font), LATER_MS)
  else if (isAwaited(wanted)) load(font)
}

function load(font: Font): void {
  const wanted = fonts.get(font)
  if (wanted?.stage !== 'wanted') return
  wanted.stage = 'asked'
  const giveUp = setTimeout(() => arrived(font, 'missed'), PATIENCE_MS)
  loadFont(font)
    .then(
      (face): WantedFont['stage'] => {
        document.fonts.add(face)
        return 'loaded'
      },
      // The stand-in family stays: text is readable, and the next page load tries again.
      (): WantedFont['stage'] => 'missed',
    )
    .then(stage => {
      clearTimeout(giveUp)
      arrived(font, stage)
    })
}

function arrived(font: Font, stage: WantedFont['stage']): void {
  const wanted = fonts.get(font)
  if (!wanted) return
  wanted.stage = stage
  forgetLayouts()
  // Bars look the same in every font.
  if (wanted.isReadable) for (const listener of [...listeners]) listener()
}
