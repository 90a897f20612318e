/** Where one begins: a new board, or one that was open in this browser before. */
import Search from 'lucide-solid/icons/search'
import { createMemo, createSignal, For, onMount, Show } from 'solid-js'
import { boardTitle } from '../board-title.ts'
import { localStore } from '../local-store.ts'
import { startOfflineWorker } from '../offline-worker.ts'
import { forgetBoard, type RecentBoard, readRecentBoards } from '../recent-boards.ts'
import { BoardCard } from './BoardCard.tsx'
import { NewBoardButton } from './NewBoardButton.tsx'
import '../styles/home.css'

/** Up to this many are seen at a glance. */
const SEARCH_FROM_COUNT = 9

export default function HomePage() {
  document.title = 'Drawbridge'
  onMount(startOfflineWorker)
  const [boards, setBoards] = createSignal(readRecentBoards(localStore()))
  const [query, setQuery] = createSignal('')
  const found = createMemo(() => {
    const words = query().trim().toLocaleLowerCase()
    return boards().filter(board => boardTitle(board.name).toLocaleLowerCase().includes(words))
  })
  const forget = (board: RecentBoard) => {
    forgetBoard(localStore(), board.id)
    setBoards(readRecentBoards(localStore()))
  }

  return (
    <main class="page home" aria-busy="false">
      <section class="welcome">
        <h1>Drawbridge</h1>
        <p class="lead">Open a board, send the link, draw together.</p>
        <NewBoardButton />
        <p class="note">No account. Your boards stay on this server.</p>
      </section>
      <section class="boards" aria-labelledby="your-boards">
        <div class="boards-head">
          <h2 id="your-boards">Your boards</h2>
          <Show when={boards().length >= SEARCH_FROM_COUNT}>
            <label class="search">
              <Search />
              <span class="visually-hidden">Search your boards</span>
              <input
                type="search"
                placeholder="Search"
                autocomplete="off"
                onInput={event => setQuery(event.currentTarget.value)}
              />
            </label>
          </Show>
        </div>
        <Show when={boards().length > 0} fallback={<EmptyList />}>
          <ul class="board-list">
            <For each={found()}>{board => <BoardCard board={board} onForget={() => forget(board)} />}</For>
          </ul>
          <p role="status" class="no-match">
            {found().length === 0 ? `No board’s name has “${query().trim()}”.` : ''}
          </p>
        </Show>
      </section>
    </main>
  )
}

const EmptyList = () => (
  <p class="empty-list">
    Boards that you open in this browser will be listed here, so that you find them again.
  </p>
)
