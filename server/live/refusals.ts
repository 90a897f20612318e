/** What a person is told when the server does not do something, as frames, encoded once. */
import { CLOSE, type CloseCode, encodeRefused, type Refusal } from '#shared/protocol.ts'

export const NOT_SAVING = encodeRefused({
  code: 'not-saving',
  message:
    'The server cannot write to its disk right now. Keep this page open: your changes are in it, and are saved as soon as it can.',
})

/** Refused for good: what came with it will not be on the board. */
export const FINAL = {
  'read-only': final('read-only', CLOSE.forbidden, 'You can look at this board, but not change it.'),
  'not-own': final(
    'not-own',
    CLOSE.forbidden,
    'Some of this is somebody else’s. You can change only what you made.',
  ),
  held: final('held', CLOSE.forbidden, 'The board’s owner holds this in place. Nobody else can change it.'),
  'too-big': final(
    'too-big',
    CLOSE.tooBig,
    'This board is full. Delete something from it, or go on in a new board.',
  ),
}
export type FinalReason = keyof typeof FINAL

/** @param code  for a client that knows no `refused` */
function final(code: Refusal['code'], closeCode: CloseCode, message: string) {
  return { frame: encodeRefused({ code, message }), closeCode, message }
}

/** What broke the board's schema and was taken back. */
export const REPAIRED = {
  shape: repaired('A shape could not be read and was removed.'),
  change: repaired('A change was not sound and was taken back.'),
  text: repaired('A text was too long and was cut.'),
  comment: repaired('A comment could not be read and was removed.'),
  'comment-count': repaired('This board has as many comments as it can hold. Delete some of yours.'),
  count: repaired('This board has as many shapes as it can hold. Delete some, or go on in a new board.'),
}

function repaired(message: string): Uint8Array {
  return encodeRefused({ code: 'repaired', message })
}
