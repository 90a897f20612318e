import { render } from 'solid-js/web'
import { App } from './app/App.tsx'
import { startOfflineWorker } from './app/offline-worker.ts'
import { installTooltips } from './app/tooltips.ts'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no element with the id "app"')
render(() => <App />, root)
installTooltips()
if (import.meta.env.PROD) startOfflineWorker()
