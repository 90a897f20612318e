/** The pages, each a chunk of its own: the home page stays small, and a board loads nothing of it. */
import { Route, Router } from '@solidjs/router'
import { ErrorBoundary, lazy, Suspense } from 'solid-js'
import { FailedPage } from './FailedPage.tsx'
import { loadEditor } from './load-editor.ts'
import { NotFoundPage } from './NotFoundPage.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/page.css'

const HomePage = lazy(() => import('./home/HomePage.tsx'))
const BoardPage = lazy(() => {
  // Both chunks at once, not one after the other. A failure is shown by the page, which asks again.
  loadEditor().catch(() => undefined)
  return import('./board/BoardPage.tsx')
})

export function App() {
  return (
    <ErrorBoundary fallback={error => <FailedPage error={error} />}>
      <Router root={props => <Suspense>{props.children}</Suspense>}>
        <Route path="/" component={HomePage} />
        <Route path="/b/:boardId" component={BoardPage} />
        <Route path="*" component={NotFoundPage} />
      </Router>
    </ErrorBoundary>
  )
}
