/** Listens to a bus for tests. */

/** A listener that can be waited for. */
export function ear() {
  const heard: string[] = []
  let joinedCount = 0
  let checks: (() => void)[] = []
  const look = (): void => {
    const now = checks
    checks = []
    for (const check of now) check()
  }
  const until = (condition: () => boolean): Promise<void> =>
    new Promise(resolve => {
      const check = (): void => {
        if (condition()) resolve()
        else checks.push(check)
      }
      check()
    })
  return {
    heard,
    hears: (text: string) => until(() => heard.includes(text)),
    joins: (count: number) => until(() => joinedCount >= count),
    listener: {
      heard: (message: Uint8Array) => {
        heard.push(Buffer.from(message).toString())
        look()
      },
      joined: () => {
        joinedCount++
        look()
      },
    },
  }
}
