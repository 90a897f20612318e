/** What a comment says: people's names stand out, and links to the web open in a page of their own that learns nothing of this one. */
import { For, Match, Switch } from 'solid-js'
import type { CommentsView } from '../../../editor/company/comments/comments-view.ts'
import { folded, type Piece, piecesOf } from '../../../editor/company/comments/words.ts'
import { fromCell } from '../../from-cell.ts'

export function CommentWords(props: { comments: CommentsView; text: string }) {
  const names = fromCell(props.comments.names)
  const ownNames = fromCell(props.comments.ownNames)
  const isMe = (name: string) => ownNames().some(own => folded(own) === folded(name))
  const as = <K extends Piece['kind']>(piece: Piece, kind: K) =>
    piece.kind === kind ? (piece as Extract<Piece, { kind: K }>) : undefined
  return (
    <p class="comment-words">
      <For each={piecesOf(props.text, names())}>
        {piece => (
          <Switch fallback={piece.text}>
            <Match when={as(piece, 'mention')}>
              {mention => (
                <span class="mention" classList={{ 'is-me': isMe(mention().name) }}>
                  {mention().text}
                </span>
              )}
            </Match>
            <Match when={as(piece, 'link')}>
              {link => (
                <a href={link().href} target="_blank" rel="noopener noreferrer nofollow">
                  {link().text}
                </a>
              )}
            </Match>
          </Switch>
        )}
      </For>
    </p>
  )
}
