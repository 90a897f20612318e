/** What comes onto the board from outside the page: by the clipboard, and as files that are dropped. Nobody needs it for the first stroke. */
import { type CameraControl, toBoard } from './camera.ts'
import { Clipboard } from './clipboard.ts'
import type { PasteDeps } from './pasting.ts'
import { takeDrops } from './pictures/take-drops.ts'

export class FromOutside {
  readonly clipboard: Clipboard
  readonly #stopDrops: () => void

  constructor(container: HTMLElement, camera: Pick<CameraControl, 'value'>, deps: PasteDeps) {
    this.clipboard = new Clipboard(deps)
    this.#stopDrops = takeDrops(container, (files, atPx) =>
      deps.pictures.use(pictures => pictures.add(files, toBoard(camera.value, atPx))),
    )
  }

  close(): void {
    this.clipboard.close()
    this.#stopDrops()
  }
}
