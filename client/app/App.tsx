/** The pages, each a chunk of its own: the home page stays small, and a board loads nothing of it. */
import { ErrorBoundary, lazy, Match, Suspense, Switch } from 'solid-js'
import { FailedPage } from './FailedPage.tsx'
import { loadEditor } from './load-editor.ts'
import { NotFoundPage } from './NotFoundPage.tsx'
import { boardIdIn, followAddress, path } from './router.ts'
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
  followAddress()
  return (
    <ErrorBoundary fallback={error => <FailedPage error={error} />}>
      <Suspense>
        <Switch fallback={<NotFoundPage />}>
          <Match when={path() === '/'}>
            <HomePage />
          </Match>
          <Match when={boardIdIn(path())} keyed>
            {boardId => <BoardPage boardId={boardId} />}
          </Match>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  )
}
