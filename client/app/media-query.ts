import { type Accessor, createSignal, onCleanup } from 'solid-js'

/** @returns whether the page matches a media query now */
export function createMediaQuery(query: string): Accessor<boolean> {
  const list = matchMedia(query)
  const [matches, setMatches] = createSignal(list.matches)
  const onChange = () => setMatches(list.matches)
  list.addEventListener('change', onChange)
  onCleanup(() => list.removeEventListener('change', onChange))
  return matches
}

/** The same width as in the style sheets. */
export const PHONE_QUERY = '(max-width: 640px)'
