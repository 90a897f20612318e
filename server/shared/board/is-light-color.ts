/** Whether dark type reads better than white on a colour: WCAG's relative luminance, at the point where both have the
 * same contrast. @param color  `#rrggbb`; any other is taken as dark */
export function isLightColor(color: string): boolean {
  const hex = /^#([0-9a-f]{6})$/i.exec(color)?.[1]
  if (!hex) return false
  const channel = (at: number): number => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4) > LUMINANCE_OF_EQUAL_CONTRAST
}

/** (1.05 / (l + 0.05) = (l + 0.05) / (0.018 + 0.05), 0.018 being that of the ink #20242b, gives l = 0.217. White looks
 * better a little beyond that, and is still read at this size and weight. */
const LUMINANCE_OF_EQUAL_CONTRAST = 0.3
