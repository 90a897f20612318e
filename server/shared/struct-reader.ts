/** Reads the structs of a Yjs update (first format) one after the other, without making anything of them.
 *
 * Yjs makes an object of each struct before it looks at the next, so two bytes of input may cost a hundred of memory and a
 * microsecond of everybody's time. Here a struct costs a few bytes read. What Yjs reads again is not checked: UTF-8, JSON. */
import * as decoding from 'lib0/decoding'

/** Thrown for an update that is one, and asks for too much. */
export class OverweightUpdate extends Error {}

/** Values in one struct; Yjs takes a struct in one go. A struct of ours holds a shape. */
const MAX_VALUES = 100_000
/** Values within values; reading and writing them is recursive in Yjs. */
const MAX_DEPTH = 100
const VALUES_PER_UNIT = 16
/** Yjs looks a root type's name up by going through all of them, for each struct in it that it writes. A board has two. */
export const MAX_ROOTS = 1000
/** What goes into a sequence may have to look for its place among all that was put there at the same time. */
const UNITS_PER_PLACE = 8
const BYTES_PER_WEIGHT_UNIT = 1024

const utf8 = new TextDecoder()

const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const HAS_PARENT_KEY = 0x20
const KIND = 0x1f
const KIND_GC = 0
const KIND_SKIP = 10

/** Reads one struct after the other; its fields are those of the last one read, so that nothing is made. */
export class StructReader {
  readonly decoder: decoding.Decoder
  kind = 0
  /** Clients and clocks of what it builds upon, as many as `dependencyCount`. */
  readonly dependencies: number[] = [0, 0, 0, 0, 0, 0]
  dependencyCount = 0
  /** Names of root types so far. */
  readonly roots = new Set<string>()
  #lastRoot: Uint8Array = new Uint8Array()
  #valueCount = 0
  #hasPlace = false

  constructor(update: Uint8Array) {
    this.decoder = decoding.createDecoder(update)
  }

  /** Reads up to the content.
   * @throws Error when the bytes end early */
  header(): void {
    const { decoder } = this
    const info = decoding.readUint8(decoder)
    this.kind = info & KIND
    this.dependencyCount = 0
    this.#hasPlace = false
    if (this.kind === KIND_GC || this.kind === KIND_SKIP) return
    if (info & HAS_ORIGIN) this.#dependency()
    if (info & HAS_RIGHT_ORIGIN) this.#dependency()
    this.#hasPlace = (info & HAS_RIGHT_ORIGIN) !== 0
    if (info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) return
    this.#hasPlace = (info & HAS_PARENT_KEY) === 0
    if (decoding.readVarUint(decoder) === 1) this.#root()
    else this.#dependency()
    if (info & HAS_PARENT_KEY) this.#skipBytes()
  }

  /** Reads the content.
   * @returns how many clocks the struct takes
   * @throws Error when it is none; OverweightUpdate */
  content(): number {
    const { decoder } = this
    switch (this.kind) {
      case KIND_GC:
      case KIND_SKIP:
      case 1: // deleted
        return decoding.readVarUint(decoder)
      case 2: {
        const count = this.#count()
        for (let i = 0; i < count; i++) this.#json()
        return count
      }
      case 3: // binary
        this.#skipBytes()
        return 1
      case 4:
        return this.#textLength()
      case 5: // embed
        this.#json()
        return 1
      case 6: // format
        this.#skipBytes()
        this.#json()
        return 1
      case 7: {
        const type = decoding.readVarUint(decoder)
        if (type > 6) throw new Error(`a type ${type}`)
        if (type === 3 || type === 5) this.#skipBytes() // an XML element's name, a hook's
        return 1
      }
      case 8: {
        const count = this.#count()
        for (let i = 0; i < count; i++) this.#any(0)
        return count
      }
      case 9: // document
        this.#skipBytes()
        this.#any(0)
        return 1
      default:
        throw new Error(`a struct of kind ${this.kind}`)
    }
  }

  /** Reads a whole struct.
   * @returns its length in clocks */
  struct(): number {
    this.#valueCount = 0
    this.header()
    return this.content()
  }

  /** What the last struct costs.
   * @param start  its offset */
  unitsSince(start: number): number {
    const bytes = this.decoder.pos - start
    const place = this.#hasPlace ? UNITS_PER_PLACE : 1
    return place + Math.floor(this.#valueCount / VALUES_PER_UNIT) + Math.floor(bytes / BYTES_PER_WEIGHT_UNIT)
  }

  #dependency(): void {
    const i = this.dependencyCount++ * 2
    this.dependencies[i] = decoding.readVarUint(this.decoder)
    this.dependencies[i + 1] = decoding.readVarUint(this.decoder)
  }

  #root(): void {
    const { decoder } = this
    const length = decoding.readVarUint(decoder)
    const start = decoder.pos
    this.#skip(length)
    const name = decoder.arr.subarray(start, decoder.pos)
    const last = this.#lastRoot
    // Mostly it is that of the struct before.
    if (length === last.length && name.every((byte, i) => byte === last[i])) return
    this.#lastRoot = name
    this.roots.add(utf8.decode(name))
    if (this.roots.size > MAX_ROOTS) throw new OverweightUpdate(`more than ${MAX_ROOTS} root types`)
  }

  #skipBytes(): void {
    const length = decoding.readVarUint(this.decoder)
    this.#skip(length)
  }

  #skip(length: number): void {
    const { decoder } = this
    if (length > decoder.arr.length - decoder.pos) throw new Error('it ends early')
    decoder.pos += length
  }

  /** A count of values, each at least a byte. */
  #count(): number {
    const count = decoding.readVarUint(this.decoder)
    if (count > this.decoder.arr.length - this.decoder.pos) throw new Error('it ends early')
    return count
  }

  #value(): void {
    if (++this.#valueCount > MAX_VALUES) throw new OverweightUpdate(`more than ${MAX_VALUES} values in one`)
  }

  /** In UTF-16 units, as Yjs counts. */
  #textLength(): number {
    const { decoder } = this
    const bytes = decoding.readVarUint(decoder)
    const start = decoder.pos
    this.#skip(bytes)
    let length = 0
    for (let i = start; i < decoder.pos; i++) {
      const byte = decoder.arr[i] ?? 0
      if ((byte & 0xc0) !== 0x80) length += byte >= 0xf0 ? 2 : 1
    }
    return length
  }

  #json(): void {
    const { decoder } = this
    this.#value()
    const end = decoding.readVarUint(decoder) + decoder.pos
    if (end > decoder.arr.length) throw new Error('it ends early')
    let depth = 0
    let isInText = false
    for (; decoder.pos < end; decoder.pos++) {
      const byte = decoder.arr[decoder.pos]
      if (byte === 0x22) isInText = !isInText
      else if (isInText) {
        if (byte === 0x5c) decoder.pos++
      } else if (byte === 0x2c) this.#value()
      else if (byte === 0x5b || byte === 0x7b) {
        if (++depth > MAX_DEPTH) throw new OverweightUpdate(`values nested ${depth} deep`)
      } else if (byte === 0x5d || byte === 0x7d) depth--
    }
    decoder.pos = end
  }

  /** lib0's `any`. */
  #any(depth: number): void {
    const { decoder } = this
    if (depth > MAX_DEPTH) throw new OverweightUpdate(`values nested ${depth} deep`)
    this.#value()
    switch (127 - decoding.readUint8(decoder)) {
      case 0: // undefined, null
      case 1:
      case 6: // false, true
      case 7:
        return
      case 2:
        decoding.readVarInt(decoder)
        return
      case 3:
        this.#skip(4)
        return
      case 4:
      case 5:
        this.#skip(8)
        return
      case 8: // text, bytes
      case 11:
        this.#skipBytes()
        return
      case 9: {
        const count = this.#count()
        for (let i = 0; i < count; i++) {
          this.#skipBytes()
          this.#any(depth + 1)
        }
        return
      }
      case 10: {
        const count = this.#count()
        for (let i = 0; i < count; i++) this.#any(depth + 1)
        return
      }
      default:
        throw new Error('a value of no kind')
    }
  }
}
