import { render } from 'solid-js/web'
import { App } from './app/App.tsx'
import { loadPart, watchStyles } from './app/lazy-part.ts'
import { reportError } from './app/report-error.ts'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no element with the id "app"')
watchStyles()
render(() => <App />, root)
for (const type of ['pointerover', 'focusin']) addEventListener(type, startTooltips)

/** Their code comes when there first is a pointer or a focus that could want one, and that one gets its tip. */
function startTooltips(event: Event): void {
  for (const type of ['pointerover', 'focusin']) removeEventListener(type, startTooltips)
  loadPart(() => import('./app/tooltips.ts'))
    .then(({ installTooltips }) => installTooltips(event))
    .catch(reportError)
}
