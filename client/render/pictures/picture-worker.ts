/** Decodes and prepares pictures beside the page. Gets `PictureTask`s, answers each with a `PictureAnswer`. */
import { decodePicture } from './decode-picture.ts'
import type { PictureAnswer, PictureTask } from './picture-work.ts'
import { preparePicture } from './prepare-picture.ts'

self.onmessage = async ({ data }: MessageEvent<PictureTask>) => {
  const answer = (message: PictureAnswer, moved: Transferable[] = []) =>
    self.postMessage(message, { transfer: moved })
  try {
    if (data.kind === 'prepare') answer({ id: data.id, ok: true, value: await preparePicture(data.blob) })
    else {
      const decoded = await decodePicture(data.blob, data.level)
      answer({ id: data.id, ok: true, value: decoded }, [decoded.bitmap])
    }
  } catch (error) {
    answer({ id: data.id, ok: false, message: error instanceof Error ? error.message : String(error) })
  }
}
