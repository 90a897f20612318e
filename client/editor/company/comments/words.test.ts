import { describe, expect, it } from 'vitest'
import { firstWordsOf, mentionAt, mentionOf, mentionsAny, piecesOf, suggestionsFor } from './words.ts'

const mentions = (text: string, names: readonly string[] = []) =>
  piecesOf(text, names).flatMap(piece => (piece.kind === 'mention' ? [piece.name] : []))
const links = (text: string) =>
  piecesOf(text, []).flatMap(piece => (piece.kind === 'link' ? [[piece.text, piece.href]] : []))

describe('the pieces of a comment', () => {
  it('are the whole text again, put together', () => {
    for (const text of [
      '',
      'plain',
      '@Ada, see https://example.org/a?b=c#d.',
      '@@@',
      'a@b',
      '@Ada@Bo',
      'x @ y',
    ])
      expect(
        piecesOf(text, ['Ada', 'Bo'])
          .map(piece => piece.text)
          .join(''),
      ).toBe(text)
  })

  it('name people, whose names may hold spaces', () => {
    expect(mentions('hi @Ada Lovelace, and @ada!', ['Ada', 'Ada Lovelace'])).toEqual(['Ada Lovelace', 'ada'])
    expect(mentions('@Adam is not Ada', ['Ada'])).toEqual(['Adam'])
  })

  it('name those whom nobody here knows, as far as they were chosen from the suggestions', () => {
    expect(mentions(`ask ${mentionOf('Grace Brewster Hopper')} about it`)).toEqual(['Grace Brewster Hopper'])
    expect(mentions('ask @Grace, (@Bo) and @Cy.')).toEqual(['Grace', 'Bo', 'Cy'])
  })

  it('take no address for a mention, and no lone sign', () => {
    expect(mentions('ada@example.org, @ home, @', ['example', 'home'])).toEqual([])
    expect(mentions('https://example.org/@ada', ['ada'])).toEqual([])
  })

  it('link to the web and to nothing else', () => {
    expect(links('see https://example.org/a_(b)?c=1#d, or (http://x.test).')).toEqual([
      ['https://example.org/a_(b)?c=1#d', 'https://example.org/a_(b)?c=1#d'],
      ['http://x.test', 'http://x.test/'],
    ])
    expect(links('javascript:alert(1) data:text/html,x ftp://x file:///etc https://')).toEqual([])
    expect(links('https://example.org/"onmouseover="alert(1)<b>')).toEqual([
      ['https://example.org/', 'https://example.org/'],
    ])
  })
})

describe('who is meant', () => {
  it('is whoever goes, or went, by that name, however it is written', () => {
    expect(mentionsAny('thanks @ADA', ['Ada'], [])).toBe(true)
    expect(mentionsAny(`thanks ${mentionOf('Ada Lovelace')}`, ['ada lovelace'], [])).toBe(true)
    expect(mentionsAny('thanks Ada', ['Ada'], [])).toBe(false)
  })

  it('is not Ada when Ada Lovelace is', () => {
    expect(mentionsAny('thanks @Ada Lovelace', ['Ada'], ['Ada Lovelace'])).toBe(false)
    expect(mentionsAny('thanks @Adam', ['Ada'], [])).toBe(false)
  })
})

describe('a mention that is being typed', () => {
  it('goes from the sign to the caret', () => {
    expect(mentionAt('hi @ad', 6)).toEqual({ at: 3, query: 'ad' })
    expect(mentionAt('hi @', 4)).toEqual({ at: 3, query: '' })
    expect(mentionAt('hi @ada lo and', 10)).toEqual({ at: 3, query: 'ada lo' })
  })

  it('is none in an address, on another line, or after a space', () => {
    expect(mentionAt('a@b', 3)).toBeUndefined()
    expect(mentionAt('@a\nb', 4)).toBeUndefined()
    expect(mentionAt('@ a', 3)).toBeUndefined()
    expect(mentionAt('hi', 2)).toBeUndefined()
    expect(mentionAt(`@${'a'.repeat(60)}`, 60)).toBeUndefined()
  })

  it('suggests each name once, beginnings first', () => {
    const names = ['Mary Ada', 'Ada', 'ada', 'Adam', 'Bo']
    expect(suggestionsFor('ad', names, 8)).toEqual(['Ada', 'Adam', 'Mary Ada'])
    expect(suggestionsFor('', names, 2)).toEqual(['Mary Ada', 'Ada'])
    expect(suggestionsFor('zz', names, 8)).toEqual([])
    expect(suggestionsFor('bo ', names, 8)).toEqual([])
  })
})

it('says the first words in one line', () => {
  expect(firstWordsOf(' a\n\n b ', 80)).toBe('a b')
  expect(firstWordsOf('abcdef', 4)).toBe('abc…')
})
