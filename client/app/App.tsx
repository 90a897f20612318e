/** The pages, each a chunk of its own: the home page stays small, and a board loads nothing of it. */
import { ErrorBoundary, lazy, Match, Suspense, Switch } from 'solid-js'
import { loadEditor, loadTools } from './board-code.ts'
import { FailedPage } from './FailedPage.tsx'
import { NotFoundPage } from './NotFoundPage.tsx'
import { boardIdIn, followAddress, path } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/page.css'

const HomePage = lazy(() => import('./home/HomePage.tsx'))
const BoardPage = lazy(() => {
  // A failure of these is shown by the page, which asks again.
  loadEditor().catch(() => undefined)
  const tools = loadTools().catch(() => undefined)
  // No board without tools: they would be missing where the connection goes as soon as the page is there.
  return Promise.all([import('./board/BoardPage.tsx'), tools]).then(([page]) => page)
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
