/** A Y.Text as splices: what a DOM text field can give and take. */
import type { Doc, Text, YTextEvent } from 'yjs'
import type { SharedText, TextSplice } from './board.ts'

/** @param origin  of this person's transactions
 * @param mayWrite  asked at every letter: the shape may come to be held while it is typed into */
export function createSharedText(text: Text, doc: Doc, origin: unknown, mayWrite: () => boolean): SharedText {
  // Own splices come back as events too; the field that made them has them already.
  let isSplicing = false
  return {
    get value() {
      return text.toString()
    },
    splice(at, removed, inserted) {
      if (!mayWrite()) return
      isSplicing = true
      try {
        doc.transact(() => {
          if (removed > 0) text.delete(at, removed)
          if (inserted !== '') text.insert(at, inserted)
        }, origin)
      } finally {
        isSplicing = false
      }
    },
    subscribe(listener) {
      const tell = (event: YTextEvent) => {
        if (!isSplicing) listener(splicesOf(event))
      }
      text.observe(tell)
      return () => text.unobserve(tell)
    },
  }
}

function splicesOf(event: YTextEvent): TextSplice[] {
  const splices: TextSplice[] = []
  let at = 0
  for (const { retain = 0, insert, delete: removed = 0 } of event.delta) {
    at += retain
    if (typeof insert === 'string') {
      splices.push({ at, removed: 0, inserted: insert })
      at += insert.length
    } else if (removed > 0) splices.push({ at, removed, inserted: '' })
  }
  return splices
}

/** The one splice that turns `before` into `after`: what a text field's input event amounts to.
 * @param caret  where the caret is after the change, which tells "aa|" from "a|a"
 * @returns `undefined` when they are equal */
export function spliceBetween(before: string, after: string, caret: number): TextSplice | undefined {
  if (before === after) return undefined
  // What is right of the caret was not touched by typing, so match the tail first, no further than the caret.
  const maxTail = Math.min(before.length, after.length - Math.min(caret, after.length))
  let tail = 0
  while (tail < maxTail && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const maxHead = Math.min(before.length, after.length) - tail
  let head = 0
  while (head < maxHead && before[head] === after[head]) head++
  // Half an emoji is no text: what differs in one half only is replaced whole.
  if (isHighSurrogate(before, head - 1) || isHighSurrogate(after, head - 1)) head--
  if (isHighSurrogate(before, before.length - tail - 1) || isHighSurrogate(after, after.length - tail - 1))
    tail--
  return { at: head, removed: before.length - head - tail, inserted: after.slice(head, after.length - tail) }
}

const isHighSurrogate = (text: string, at: number): boolean => {
  const code = at < 0 ? 0 : text.charCodeAt(at)
  return code >= 0xd800 && code <= 0xdbff
}
