/** A task of its own, so that frames and input that are due come first; timers would wait 4 ms, or a second in the background. */
export function nextTask(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/** The task after the next frame, which then is on the screen. In a page that is hidden there is none until it is seen. */
export async function framePainted(): Promise<void> {
  await new Promise(requestAnimationFrame)
  await nextTask()
}
