/** Cuts one big Yjs update into small ones that, applied in order, come to the same, so that whoever applies a big board can do
 * something else in between. Nothing is decoded: whole structs are copied as bytes, each after those it builds upon.
 *
 * The grammar is that of Yjs' first update format (`readClientsStructRefs` and the `Content…` classes of yjs 13):
 *
 *   update   varUint n × block, then the deletions
 *   block    varUint count, varUint client, varUint clock, count × struct */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** The bytes are no update of the grammar above, or build upon themselves. */
export class UpdateSliceError extends Error {
  override readonly name = 'UpdateSliceError'
}

/** What one client wrote: consecutive structs. */
interface Block {
  readonly client: number
  /** Of the next struct. */
  clock: number
  structsLeft: number
  /** Where the next struct begins, bytes. */
  at: number
}

/** Consecutive structs of one client that go into the next slice. */
interface Run {
  readonly clock: number
  readonly from: number
  to: number
  count: number
}

/** A struct's (client, clock) references, two entries each. */
type References = number[]

/** How many structs are looked at before the caller gets a turn though no slice is ready. */
const LOOK_AHEAD_STRUCTS = 2000

/** Yields slices of about `sliceBytes`, and `undefined` now and then where looking ahead takes long. The last slice carries
 * the deletions. What the update lacks (it may build upon others) the slices lack too.
 * @param sliceBytes  a slice ends after the struct that reaches this
 * @throws UpdateSliceError, possibly after some slices; the update as a whole can still be applied */
export function* sliceUpdate(
  update: Uint8Array,
  sliceBytes: number,
): Generator<Uint8Array | undefined, void> {
  const decoder = decoding.createDecoder(update)
  const blocks = new Map<number, Block>()
  const blockCount = decoding.readVarUint(decoder)
  for (let i = 0; i < blockCount; i++) {
    const structsLeft = decoding.readVarUint(decoder)
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    if (blocks.has(client)) throw new UpdateSliceError(`client ${client} has two blocks`)
    blocks.set(client, { client, clock, structsLeft, at: decoder.pos })
    // The length of a block is not told; only reading past its structs finds the next one.
    for (let j = 1; j <= structsLeft; j++) {
      skipStruct(decoder)
      if (j % LOOK_AHEAD_STRUCTS === 0) yield undefined
    }
  }
  const deletions = update.subarray(decoder.pos)

  let runs = new Map<number, Run>()
  let runBytes = 0
  const references: References = []
  for (const whole of blocks.values()) {
    // A block is read until it is empty; one that it builds upon, only as far as needed.
    const stack: { readonly block: Block; readonly until: number }[] = [
      { block: whole, until: Number.POSITIVE_INFINITY },
    ]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { block, until } = top
      if (block.structsLeft === 0 || block.clock > until) {
        stack.pop()
        continue
      }
      decoder.pos = block.at
      references.length = 0
      const length = skipStruct(decoder, references)
      const first = firstMissing(references, blocks)
      if (first) {
        if (stack.some(each => each.block === first.block))
          throw new UpdateSliceError(`client ${first.block.client} builds upon itself`)
        stack.push(first)
        continue
      }
      const run = runs.get(block.client)
      if (run) {
        run.to = decoder.pos
        run.count++
      } else runs.set(block.client, { clock: block.clock, from: block.at, to: decoder.pos, count: 1 })
      runBytes += decoder.pos - block.at
      block.at = decoder.pos
      block.clock += length
      block.structsLeft--
      if (runBytes < sliceBytes) continue
      yield encodeSlice(update, runs, NO_DELETIONS)
      runs = new Map()
      runBytes = 0
    }
  }
  yield encodeSlice(update, runs, deletions)
}

const NO_DELETIONS = Uint8Array.of(0)

function encodeSlice(update: Uint8Array, runs: ReadonlyMap<number, Run>, deletions: Uint8Array): Uint8Array {
  return encoding.encode(encoder => {
    encoding.writeVarUint(encoder, runs.size)
    for (const [client, { clock, from, to, count }] of runs) {
      encoding.writeVarUint(encoder, count)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeUint8Array(encoder, update.subarray(from, to))
    }
    encoding.writeUint8Array(encoder, deletions)
  })
}

/** The first reference to a struct of this update that is in no slice yet. */
function firstMissing(
  references: References,
  blocks: ReadonlyMap<number, Block>,
): { block: Block; until: number } | undefined {
  for (let i = 0; i < references.length; i += 2) {
    const clock = references[i + 1] as number
    const block = blocks.get(references[i] as number)
    if (block && block.structsLeft > 0 && block.clock <= clock) return { block, until: clock }
  }
  return undefined
}

const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const HAS_PARENT_KEY = 0x20
const KIND = 0x1f
const GC = 0
const SKIP = 10

/** Moves past one struct.
 * @param references  gets the (client, clock) pairs that it builds upon, its own client's too
 * @returns its length in clock units */
function skipStruct(decoder: decoding.Decoder, references?: References): number {
  const info = decoding.readUint8(decoder)
  const kind = info & KIND
  if (kind === GC || kind === SKIP) return decoding.readVarUint(decoder)
  if (info & HAS_ORIGIN) readId(decoder, references)
  if (info & HAS_RIGHT_ORIGIN) readId(decoder, references)
  if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
    const isRoot = decoding.readVarUint(decoder) === 1
    if (isRoot) skipBytes(decoder)
    else readId(decoder, references)
    if (info & HAS_PARENT_KEY) skipBytes(decoder)
  }
  return skipContent(decoder, kind)
}

function readId(decoder: decoding.Decoder, references: References | undefined): void {
  const client = decoding.readVarUint(decoder)
  const clock = decoding.readVarUint(decoder)
  references?.push(client, clock)
}

/** Type references that are followed by a name: XmlElement and XmlHook. */
const NAMED_TYPES = [3, 5]

/** @returns the length in clock units */
function skipContent(decoder: decoding.Decoder, kind: number): number {
  switch (kind) {
    case 1: // deleted
      return decoding.readVarUint(decoder)
    case 2: {
      // JSON
      const length = decoding.readVarUint(decoder)
      for (let i = 0; i < length; i++) skipBytes(decoder)
      return length
    }
    case 3: // binary
    case 5: // embed
      skipBytes(decoder)
      return 1
    case 4:
      return skipText(decoder)
    case 6: // format
      skipBytes(decoder)
      skipBytes(decoder)
      return 1
    case 7: // type
      if (NAMED_TYPES.includes(decoding.readVarUint(decoder))) skipBytes(decoder)
      return 1
    case 8: {
      const length = decoding.readVarUint(decoder)
      for (let i = 0; i < length; i++) skipAny(decoder)
      return length
    }
    case 9: // document
      skipBytes(decoder)
      skipAny(decoder)
      return 1
    default:
      throw new UpdateSliceError(`no struct is of kind ${kind}`)
  }
}

/** Moves past a length and as many bytes: a string, a binary, a JSON text. */
function skipBytes(decoder: decoding.Decoder): void {
  const length = decoding.readVarUint(decoder)
  decoder.pos += length
  if (decoder.pos > decoder.arr.length) throw new UpdateSliceError('a value runs past the end')
}

/** @returns the text's length in UTF-16 units, which is what its clock counts */
function skipText(decoder: decoding.Decoder): number {
  const { arr } = decoder
  const byteLength = decoding.readVarUint(decoder)
  const end = decoder.pos + byteLength
  if (end > arr.length) throw new UpdateSliceError('a text runs past the end')
  let units = 0
  for (let i = decoder.pos; i < end; i++) {
    const byte = arr[i] as number
    // Continuation bytes count nothing; what takes four bytes takes two units.
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
  }
  decoder.pos = end
  return units
}

/** Moves past a value of lib0's `writeAny`. */
function skipAny(decoder: decoding.Decoder): void {
  const type = decoding.readUint8(decoder)
  switch (type) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125: // integer
      while ((decoder.arr[decoder.pos++] as number) >= 0x80) {}
      return
    case 124: // float32
      decoder.pos += 4
      return
    case 123: // float64
    case 122: // bigint
      decoder.pos += 8
      return
    case 119: // string
    case 116: // bytes
      skipBytes(decoder)
      return
    case 118: {
      const count = decoding.readVarUint(decoder)
      for (let i = 0; i < count; i++) {
        skipBytes(decoder)
        skipAny(decoder)
      }
      return
    }
    case 117: {
      const count = decoding.readVarUint(decoder)
      for (let i = 0; i < count; i++) skipAny(decoder)
      return
    }
    default:
      throw new UpdateSliceError(`no value is of type ${type}`)
  }
}
