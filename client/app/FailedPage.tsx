/** Shown when the page's own code could not be loaded, or has a bug. */
import { FullPageMessage } from './FullPageMessage.tsx'
import { reportError } from './report-error.ts'

export function FailedPage(props: { error: unknown }) {
  const isLoading = isLoadFailure(props.error)
  if (!isLoading) reportError(props.error)
  return (
    <FullPageMessage
      title={isLoading ? 'The page did not load' : 'Something broke'}
      sentence={
        isLoading
          ? 'A part of Drawbridge could not be fetched: the connection is gone, or the server has a new version. Nothing you drew is lost.'
          : 'That is a bug of ours. What you drew is kept; reload to go on.'
      }
    >
      <button type="button" class="button primary" onClick={() => location.reload()}>
        Reload
      </button>
      <a class="button" href="/">
        Home
      </a>
    </FullPageMessage>
  )
}

/** What browsers (a TypeError, in different words) and Vite (an Error) throw for code or a style sheet that does not come. */
const isLoadFailure = (error: unknown): boolean =>
  error instanceof Error && /import(ed|ing) .*module|dynamically imported|preload CSS/i.test(error.message)
