import { CLOSE } from '#shared/protocol.ts'

/** For close codes that came without a reason. */
export function refusalMessage(code: number): string {
  switch (code) {
    case CLOSE.noSuchBoard:
      return 'There is no board at this link.'
    case CLOSE.unauthorized:
      return 'Sign in again to open this board.'
    case CLOSE.forbidden:
      return 'This link no longer opens this board.'
    case CLOSE.tooBig:
      return 'A change was too big for this board.'
    case CLOSE.tooFast:
      return 'This page sent too much at once.'
    default:
      return 'The server closed this board.'
  }
}
