/** Stands in for `lib0/broadcastchannel` in the page's build (vite.config.ts): y-websocket imports it, and is told not to use it (session.ts). */
const refuse = (): never => {
  throw new Error('tabs do not talk to each other here: WebsocketProvider needs disableBc')
}
export const [publish, subscribe, unsubscribe] = [refuse, refuse, refuse]
