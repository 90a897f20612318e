/** How often to look whether the server can be reached again; the browser's own word for it only shortens the wait. */
const LOOK_MS = 3000

/** Loads a part of the page's code that comes after the board. A page that loses its connection meanwhile gets the part when it is
 * there again: nothing about it is an error.
 * @throws what the import threw, when the server answers and the part does not come all the same */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  let isLastTry = false
  for (;;) {
    try {
      return await load()
    } catch (error) {
      if (isLastTry) throw error
    }
    // Perhaps it was away only for a moment: then once more.
    isLastTry = await isReachable()
    if (isLastTry) await reloadStyles()
    else await nextLook()
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

/** The bundler's loader asks for a part's style sheet once; one that did not come stays in the page without effect. */
async function reloadStyles(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')]
  await Promise.all(
    links
      .filter(link => link.sheet === null)
      .map(
        link =>
          new Promise<void>(resolve => {
            const again = link.cloneNode() as HTMLLinkElement
            // Without it the part is there, only plain: the next load of the page has it.
            again.onload = again.onerror = () => resolve()
            link.replaceWith(again)
          }),
      ),
  )
}
