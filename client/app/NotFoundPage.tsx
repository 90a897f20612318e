import { FullPageMessage } from './FullPageMessage.tsx'

export function NotFoundPage() {
  return (
    <FullPageMessage
      title="Nothing here"
      sentence="This address leads to no page. Perhaps a part of the link is missing."
    >
      <a class="button primary" href="/">
        Home
      </a>
    </FullPageMessage>
  )
}
