/** Who this person is to the others: a name and a colour, kept in this browser. Until they choose, a friendly animal. */
import { INK_NAMES } from '#shared/board/palette.ts'
import type { Profile } from './view.ts'

const KEY = 'drawbridge.profile'
const MAX_NAME = 40
const ANIMALS = `
  Badger Beaver Bison Crane Dolphin Falcon Ferret Finch Fox Gecko Hare Hedgehog Heron Ibex
  Jackdaw Kestrel Koala Lark Lemur Lynx Marmot Marten Mole Newt Otter Owl Panda Puffin Quail
  Raven Robin Salmon Seal Sparrow Squirrel Stork Swift Tapir Toad Walrus Weasel Wombat Wren`
  .trim()
  .split(/\s+/)
/** Bright enough to tell people apart; ink and grey are the board's own. */
const COLORS = INK_NAMES.filter(name => name !== 'ink' && name !== 'grey')

const pick = (list: readonly string[]): string => list[Math.floor(Math.random() * list.length)] ?? 'Guest'

/** @returns the kept profile, or a new one, which is kept at once so that it stays the same on the next board */
export function loadProfile(storage: Pick<Storage, 'getItem' | 'setItem'>): Profile {
  const kept = parseProfile(storage.getItem(KEY))
  if (kept) return kept
  const made: Profile = { name: pick(ANIMALS), color: pick(COLORS), chosen: false }
  saveProfile(storage, made)
  return made
}

export function saveProfile(storage: Pick<Storage, 'setItem'>, profile: Profile): void {
  storage.setItem(KEY, JSON.stringify(profile))
}

/** Storage may hold anything. */
export function parseProfile(text: string | null): Profile | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null) return undefined
    const { name, color, chosen } = value as Partial<Record<keyof Profile, unknown>>
    const clean = typeof name === 'string' ? cleanName(name) : ''
    if (clean === '' || typeof color !== 'string' || !INK_NAMES.includes(color)) return undefined
    return { name: clean, color, chosen: chosen === true }
  } catch {
    return undefined // not JSON: as good as nothing kept
  }
}

export const cleanName = (name: string): string => name.replace(/\s+/g, ' ').trim().slice(0, MAX_NAME)
