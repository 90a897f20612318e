/** Around a part whose code comes when it is first wanted: while it comes nothing shows, and when it cannot come a
 * line says so. */
import { ErrorBoundary, type JSX, Suspense } from 'solid-js'

export function LazyPart(props: { children: JSX.Element }) {
  return (
    <ErrorBoundary fallback={() => <LoadProblem />}>
      <Suspense>{props.children}</Suspense>
    </ErrorBoundary>
  )
}

const LoadProblem = () => (
  <div class="island toast" role="alert">
    <span>This part did not load. What you drew is kept.</span>
    <button type="button" class="button" onClick={() => location.reload()}>
      Reload
    </button>
  </div>
)
