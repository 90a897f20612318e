/** Decides which updates of a board are looked at before they are applied, and remembers of their authors what that needs. An
 * editor's drawing is not looked at as long as the board has nothing that is not an editor's to change. */
import type * as Y from 'yjs'
import { may } from '#shared/roles.ts'
import { HeldShapes } from './held-shapes.ts'
import type { DecodedUpdate } from './struct-places.ts'
import { checkWrite, type WriteCheck } from './write-check.ts'
import { GUARDED_ROOTS, type Writer } from './write-rules.ts'

export interface WriteGateOptions<Author> {
  /** @returns `undefined` for who may do everything */
  readonly writerOf: (author: Author) => Writer | undefined
  /** Time by which shapes come to be held. */
  readonly nowMs: () => number
}

export class WriteGate<Author> {
  readonly #doc: Y.Doc
  readonly #writerOf: (author: Author) => Writer | undefined
  readonly #held: HeldShapes
  readonly #guarded: readonly Y.Map<unknown>[]
  /** Entries that authors have begun, see `checkWrite`. */
  readonly #unfinished = new Map<Author, Set<string>>()

  constructor(doc: Y.Doc, { writerOf, nowMs }: WriteGateOptions<Author>) {
    this.#doc = doc
    this.#writerOf = writerOf
    this.#held = new HeldShapes(doc, nowMs)
    this.#guarded = GUARDED_ROOTS.map(name => doc.getMap(name))
  }

  /** @param roots  names of the roots that the update names; `undefined` when that is not known
   * @param decode  asked only if it is looked at
   * @returns `undefined` when there is nothing to look at */
  check(
    author: Author,
    roots: ReadonlySet<string> | undefined,
    decode: () => DecodedUpdate,
  ): WriteCheck | undefined {
    const writer = this.#writerOf(author)
    if (!writer || (may(writer.role, 'edit') && !this.#isGuarded(roots))) return undefined
    const begun = this.#unfinished.get(author) ?? new Set()
    const check = checkWrite(this.#doc, decode(), writer, this.#held, begun)
    if (check.kind === 'allowed' && check.unfinished.length > 0) {
      this.#unfinished.set(author, new Set([...begun, ...check.unfinished]))
    }
    return check
  }

  forget(author: Author): void {
    this.#unfinished.delete(author)
  }

  /** What names no root hangs on something that is there or comes along, so a board whose guarded roots are empty has nothing that it
   * could hang on. */
  #isGuarded(roots: ReadonlySet<string> | undefined): boolean {
    if (!roots || this.#guarded.some(({ _map, _start }) => _map.size > 0 || _start !== null)) return true
    return GUARDED_ROOTS.some(name => roots.has(name))
  }
}
