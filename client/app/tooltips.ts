/** One tooltip for the whole page: it shows `data-tip`, and `data-tip-key` beside it, of what the mouse rests on or the
 * keyboard has focused. It repeats what the label and `aria-keyshortcuts` tell a screen reader, so it is hidden from it.
 * Touch has none: nothing is said only here. */

const DELAY_MS = 500
/** Moving on to the next button within this, its tip shows at once. */
const WARM_MS = 400
const GAP_PX = 8

/** @param first  what came before there were tooltips: it is taken as if it came now */
export function installTooltips(first: Event): void {
  const tip = document.createElement('div')
  tip.className = 'tip'
  tip.popover = 'manual'
  tip.setAttribute('aria-hidden', 'true')
  const words = tip.appendChild(document.createElement('span'))
  const key = tip.appendChild(document.createElement('span'))
  key.className = 'tip-key'
  document.body.append(tip)

  let timer: ReturnType<typeof setTimeout> | undefined
  let shownFor: Element | undefined
  let hiddenAtMs = Number.NEGATIVE_INFINITY

  const hide = () => {
    clearTimeout(timer)
    if (!shownFor) return
    shownFor = undefined
    hiddenAtMs = performance.now()
    tip.hidePopover()
  }
  const show = (owner: HTMLElement) => {
    hide()
    if (!owner.isConnected) return
    shownFor = owner
    words.textContent = owner.dataset.tip ?? ''
    key.textContent = owner.dataset.tipKey ?? ''
    key.hidden = !owner.dataset.tipKey
    tip.showPopover()
    place(tip, owner)
  }
  const ownerOf = (event: Event): HTMLElement | undefined => {
    const owner = event.target instanceof Element ? event.target.closest('[data-tip]') : null
    return owner instanceof HTMLElement ? owner : undefined
  }

  const entered = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') return
    const owner = ownerOf(event)
    if (owner && owner === shownFor) return
    hide()
    if (!owner || event.buttons !== 0) return
    const isWarm = performance.now() - hiddenAtMs < WARM_MS
    timer = setTimeout(() => show(owner), isWarm ? 0 : DELAY_MS)
  }
  const focused = (event: Event) => {
    const owner = ownerOf(event)
    if (owner?.matches(':focus-visible')) show(owner)
  }
  document.addEventListener('pointerover', entered)
  document.addEventListener('focusin', focused)
  for (const type of ['pointerdown', 'focusout', 'wheel'] as const) {
    document.addEventListener(type, hide, { capture: true, passive: true })
  }
  document.documentElement.addEventListener('pointerleave', hide)
  document.addEventListener('keydown', hide, { capture: true })
  if (first instanceof PointerEvent) entered(first)
  else focused(first)
}

/** Below its owner, or above it in the lower half of the page; never over the page's edge. */
function place(tip: HTMLElement, owner: HTMLElement): void {
  const at = owner.getBoundingClientRect()
  const { width, height } = tip.getBoundingClientRect()
  const isLow = at.top > innerHeight / 2
  const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, GAP_PX), innerWidth - width - GAP_PX)
  const top = isLow ? at.top - height - GAP_PX : at.bottom + GAP_PX
  tip.style.translate = `${Math.round(left)}px ${Math.round(top)}px`
}
