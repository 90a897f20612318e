import { type Component, lazy } from 'solid-js'
import { loadPart, watchStyles } from '../sync/load-part.ts'

export { loadPart, watchStyles }

/** A component whose code comes when it is first wanted, or when there is a connection again. Stands inside a `LazyPart`. */
export const lazyPart = <P extends object>(load: () => Promise<{ default: Component<P> }>) =>
  lazy(() => loadPart(load))
