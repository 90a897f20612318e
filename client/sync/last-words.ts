/** What a page that is closed this instant has not kept anywhere yet. IndexedDB writes are asynchronous, and a page that goes takes the
 * unfinished ones with it; localStorage is written at once. So the last changes are laid down there when the page goes, and
 * taken up when the board is opened again. */
import * as Y from 'yjs'

export class LastWords {
  readonly #doc: Y.Doc
  readonly #key: string
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Everything up to here is kept elsewhere. */
  #keptVector: Uint8Array

  constructor(doc: Y.Doc, boardId: string, storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    this.#doc = doc
    this.#key = `drawbridge.last-words.${boardId}`
    this.#storage = storage
    this.#keptVector = Y.encodeStateVector(doc)
    this.#takeUp()
  }

  /** Everything in the document now is on the server's disk, or came from this browser's cache. */
  allKept(): void {
    this.#keptVector = Y.encodeStateVector(this.#doc)
    this.#storage.removeItem(this.#key)
  }

  /** The page may go: lays down what came since. */
  layDown(): void {
    const update = Y.encodeStateAsUpdate(this.#doc, this.#keptVector)
    let binary = ''
    for (const byte of update) binary += String.fromCharCode(byte)
    this.#storage.setItem(this.#key, btoa(binary))
  }

  #takeUp(): void {
    const laidDown = this.#storage.getItem(this.#key)
    if (laidDown === null) return
    try {
      Y.applyUpdate(
        this.#doc,
        Uint8Array.from(atob(laidDown), character => character.charCodeAt(0)),
        this,
      )
    } catch (error) {
      // Not ours, or cut off: the cache and the server have the rest, so the board opens all the same.
      this.#storage.removeItem(this.#key)
      reportError(
        new Error('What was laid down when this board was last closed cannot be read', { cause: error }),
      )
    }
  }
}
