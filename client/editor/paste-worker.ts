/** Makes shapes of a big paste away from the page. Gets a `PasteRequest`, answers with `PasteAnswer`s. */
import type { AssetId } from '#shared/ids.ts'
import type { PasteAnswer, PasteRequest } from './big-paste.ts'
import { parseShapes } from './clipboard-reading.ts'
import { copiesAt } from './pasted-shapes.ts'

/** Few enough that the page takes one answer in a few milliseconds. */
const SHAPES_AN_ANSWER = 150

const answer = (message: PasteAnswer) => self.postMessage(message)

self.onmessage = ({ data: { text, place } }: MessageEvent<PasteRequest>) => {
  const pictures = new Map<AssetId, Blob>()
  const shapes = parseShapes(text, pictures)
  if (!shapes) {
    answer('no-shapes')
    return
  }
  if (pictures.size > 0) answer({ pictures })
  const copies = copiesAt(shapes, place)
  for (let i = 0; i < copies.length; i += SHAPES_AN_ANSWER) answer(copies.slice(i, i + SHAPES_AN_ANSWER))
  answer('end')
}
