/** Shown when the page's own code could not be loaded, or has a bug. */
import { serverIsBack } from '../sync/load-part.ts'
import { FullPageMessage } from './FullPageMessage.tsx'
import { reportError } from './report-error.ts'

export function FailedPage(props: { error: unknown }) {
  const isLoading = isLoadFailure(props.error)
  if (isLoading) reloadWhenBack().catch(reportError)
  else reportError(props.error)
  return (
    <FullPageMessage
      title={isLoading ? 'The page did not load' : 'Something broke'}
      sentence={
        isLoading
          ? 'A part of Drawbridge could not be fetched: without a connection it comes as soon as the server is back, after an update a reload fetches it. Nothing you drew is lost.'
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

/** Not where the server was there all the time: what does not load then would not load again and again. */
async function reloadWhenBack(): Promise<void> {
  if (await serverIsBack()) location.reload()
}

/** What browsers (a TypeError, in different words) and Vite (an Error) throw for code or a style sheet that does not come. */
const isLoadFailure = (error: unknown): boolean =>
  error instanceof Error && /import(ed|ing) .*module|dynamically imported|preload CSS/i.test(error.message)
