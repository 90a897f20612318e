/** What the person is told about pictures that did not come as they were. */

/** @param reducedCount  had to be made smaller   @param notRead  names of the files that are no pictures   @param count  of all files
 * @returns `undefined` when there is nothing to tell */
export function newsOf(reducedCount: number, notRead: readonly string[], count: number): string | undefined {
  const news: string[] = []
  const [name] = notRead
  if (name !== undefined && notRead.length === 1)
    news.push(`“${name}” is not a picture that this browser can read.`)
  else if (notRead.length > 1)
    news.push(`${notRead.length} of ${count} files are not pictures that this browser can read.`)
  if (reducedCount > 0)
    news.push(
      `${reducedCount === 1 ? 'A picture was' : `${reducedCount} pictures were`} made smaller: at most 4096 px a side and 10 MiB.`,
    )
  return news.length > 0 ? news.join(' ') : undefined
}
