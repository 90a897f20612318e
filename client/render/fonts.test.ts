import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isFontComing, onFont, useFont } from './fonts.ts'

let faces: { family: string; arrive: () => void }[] = []

beforeEach(() => {
  faces = []
  vi.useFakeTimers()
  vi.stubGlobal('document', { fonts: { add: () => {} } })
  vi.stubGlobal(
    'FontFace',
    class {
      readonly family: string
      constructor(family: string) {
        this.family = family
      }
      load() {
        const { promise, resolve } = Promise.withResolvers<void>()
        faces.push({ family: this.family, arrive: resolve })
        return promise
      }
    },
  )
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const arrive = async (): Promise<void> => {
  for (const { arrive } of faces) arrive()
  await vi.advanceTimersByTimeAsync(0)
}

it('a font that is read is fetched at once, waited for, and told of when it is there', async () => {
  const heard = vi.fn()
  const forget = onFont(heard)
  useFont('sans', true)
  useFont('sans', true)
  expect(faces.map(({ family }) => family)).toEqual(['Inter'])
  expect(isFontComing()).toBe(true)
  await arrive()
  expect(isFontComing()).toBe(false)
  expect(heard).toHaveBeenCalledOnce()
  forget()
})

it('a font of texts too small to be read comes later, waited for by nobody, and nothing is painted again', async () => {
  const heard = vi.fn()
  const forget = onFont(heard)
  useFont('hand', false)
  expect(faces).toEqual([])
  await vi.advanceTimersByTimeAsync(1000)
  expect(faces.map(({ family }) => family)).toEqual(['Shantell Sans'])
  expect(isFontComing()).toBe(false)
  await arrive()
  useFont('hand', true)
  expect(isFontComing()).toBe(false)
  expect(heard).not.toHaveBeenCalled()
  forget()
})

it('when such texts come near before their font does, it is fetched at once, and once', async () => {
  const heard = vi.fn()
  const forget = onFont(heard)
  useFont('mono', false)
  useFont('mono', true)
  expect(isFontComing()).toBe(true)
  await vi.advanceTimersByTimeAsync(1000)
  expect(faces).toHaveLength(1)
  await arrive()
  expect(isFontComing()).toBe(false)
  expect(heard).toHaveBeenCalledOnce()
  forget()
})
