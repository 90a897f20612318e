/** How often to look whether the server can be reached again; the browser's own word for it only shortens the wait. */
const LOOK_MS = 3000

/** Loads a part of the page's code that comes after the board. A page that loses its connection meanwhile gets the part when it is
 * there again: nothing about it is an error.
 * @throws what the import threw, when the server answers and the part does not come all the same */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  let isLastTry = false
  for (let isAgain = false; ; isAgain = true) {
    try {
      if (isAgain) await reloadStyles()
      return await load()
    } catch (error) {
      if (isLastTry) throw error
    }
    // Perhaps it was away only for a moment: then once more.
    isLastTry = await isReachable()
    if (!isLastTry) await nextLook()
  }
}

/** Waits until the server can be reached.
 * @returns whether it could not be at first */
export async function serverIsBack(): Promise<boolean> {
  let wasAway = false
  while (!(await isReachable())) {
    wasAway = true
    await nextLook()
  }
  return wasAway
}

const isReachable = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store' }).then(
    () => true,
    () => false, // no answer at all; that is what was asked
  )

function nextLook(): Promise<void> {
  return new Promise(resolve => {
    const look = (): void => {
      removeEventListener('online', look)
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(look, LOOK_MS)
    addEventListener('online', look)
  })
}

const failedStyles = new Set<HTMLLinkElement>()
let stylesAgain: Promise<unknown> | undefined

/** The bundler's loader asks for a part's style sheet once only, whether it comes or not: from now on those that do not are known. */
export function watchStyles(): void {
  const note = ({ target }: Event): void => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') failedStyles.add(target)
  }
  // Such events do not bubble.
  addEventListener('error', note, { capture: true })
}

/** Asks again for the style sheets that did not come.
 * @throws when one does not come again */
function reloadStyles(): Promise<unknown> {
  stylesAgain ??= Promise.all([...failedStyles].map(reloadStyle)).finally(() => {
    stylesAgain = undefined
  })
  return stylesAgain
}

function reloadStyle(link: HTMLLinkElement): Promise<void> {
  failedStyles.delete(link)
  const again = document.createElement('link')
  for (const { name, value } of link.attributes) again.setAttribute(name, value)
  return new Promise((resolve, reject) => {
    again.onload = () => resolve()
    again.onerror = () => reject(new Error(`${link.href} did not load`))
    link.replaceWith(again)
  })
}
