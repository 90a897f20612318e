/** What a person is told when the server does not do something, as frames, encoded once. */
import { encodeRefused } from '#shared/protocol.ts'

export const NOT_SAVING = encodeRefused({
  code: 'not-saving',
  message: 'The server cannot save this board right now. Your changes are kept and saved as soon as it can.',
})

export const TOO_BIG = encodeRefused({
  code: 'too-big',
  message: 'This board is full. Delete something from it, or go on in a new board.',
})

/** What broke the board's schema and was taken back. */
export const REPAIRED = {
  shape: repaired('A shape could not be read and was removed.'),
  change: repaired('A change was not sound and was taken back.'),
  text: repaired('A text was too long and was cut.'),
  count: repaired('This board has as many shapes as it can hold. Delete some, or go on in a new board.'),
}

function repaired(message: string): Uint8Array {
  return encodeRefused({ code: 'repaired', message })
}
