/** A board in one person's browser, in a person's words: take a tool, drag, type, read the outline and the badge. */
import { expect, type Locator, type Page } from '@playwright/test'

export interface Clip {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Somebody's pointer over the ink would be counted as ink. */
const HIDE_CURSORS = '[data-client-id] { visibility: hidden }'
type At = readonly [x: number, y: number]

export class BoardPage {
  readonly page: Page
  readonly outline: Locator
  readonly badge: Locator
  readonly canvas: Locator

  constructor(page: Page) {
    this.page = page
    this.outline = page.getByRole('list', { name: 'Board outline' })
    this.badge = page.locator('.save-badge')
    this.canvas = page.getByRole('application', { name: 'Drawing area' })
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
    await this.ready()
  }

  /** The board's shapes are on the screen. */
  async ready(): Promise<void> {
    // A page that only says something, that its code did not come yet perhaps, is not busy either.
    const main = this.page.locator('main', { has: this.canvas })
    await expect(main).toHaveAttribute('aria-busy', 'false', { timeout: 15_000 })
  }

  async saved(): Promise<void> {
    await expect(this.badge).toHaveText('Saved')
  }

  async tool(key: string): Promise<void> {
    await this.page.keyboard.press(key)
  }

  /** Presses on the first point, over the others in small steps, and lets go on the last. */
  async drag(from: At, ...through: At[]): Promise<void> {
    await this.press(from, ...through)
    await this.page.mouse.up()
  }

  /** The same without letting go. */
  async press(from: At, ...through: At[]): Promise<void> {
    const { mouse } = this.page
    await mouse.move(...from)
    await mouse.down()
    for (const at of through) await mouse.move(...at, { steps: 6 })
  }

  async rectangle(from: At, to: At): Promise<void> {
    await this.tool('r')
    await this.drag(from, to)
  }

  /** Writes a new text at a point. */
  async write(at: At, words: string): Promise<void> {
    await this.tool('t')
    await this.page.mouse.click(...at)
    await this.page.keyboard.type(words)
    await this.page.keyboard.press('Escape')
  }

  /** What a screen reader is told stands on the board. */
  async labels(): Promise<string[]> {
    return this.outline.getByRole('button').allInnerTexts()
  }

  async expectLabels(...labels: string[]): Promise<void> {
    await expect.poll(() => this.labels()).toEqual(labels)
  }

  item(label: string | RegExp): Locator {
    return this.outline.getByRole('button', { name: label })
  }

  /** Selects a shape as one does without a pointer: in the outline. The keys then mean the board. */
  async select(label: string | RegExp): Promise<void> {
    await this.item(label).focus()
    await this.page.keyboard.press('Enter')
    await expect(this.canvas).toBeFocused()
  }

  /** Share of the clip's pixels that are not paper (or its dots): 0 to 1. */
  async inked(clip: Clip): Promise<number> {
    const png = (await this.page.screenshot({ clip, style: HIDE_CURSORS })).toString('base64')
    return this.page.evaluate(async base64 => {
      const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')
      if (!context) throw new Error('no 2d context')
      context.drawImage(bitmap, 0, 0)
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height)
      let inked = 0
      // Paper and dots of the light theme are brighter than 200 in every channel; ink is darker in at least one.
      for (let i = 0; i < data.length; i += 4) {
        if (Math.min(data[i] ?? 255, data[i + 1] ?? 255, data[i + 2] ?? 255) < 190) inked++
      }
      return inked / (data.length / 4)
    }, png)
  }

  async expectInk(clip: Clip): Promise<void> {
    await expect.poll(() => this.inked(clip), { message: 'ink in the clip' }).toBeGreaterThan(0.002)
  }

  async expectNoInk(clip: Clip): Promise<void> {
    await expect.poll(() => this.inked(clip), { message: 'no ink in the clip' }).toBe(0)
  }
}
