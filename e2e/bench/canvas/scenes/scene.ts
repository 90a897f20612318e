/** The boards that are measured: deterministic `.excalidraw` files of N elements, which everybody here can read. */
import { boundArrows } from './bound-arrows.ts'
import { deepGroups } from './deep-groups.ts'
import { denseInk } from './dense-ink.ts'
import type { Element } from './element.ts'
import { grid } from './grid.ts'
import { images, pictures } from './images.ts'
import { longTexts } from './long-texts.ts'

const SCENES = {
  grid,
  'dense-ink': denseInk,
  'long-texts': longTexts,
  images,
  'deep-groups': deepGroups,
  'bound-arrows': boundArrows,
} satisfies Record<string, (count: number) => Element[]>

export type SceneName = keyof typeof SCENES

export interface Scene {
  readonly name: SceneName
  /** Of elements. */
  readonly count: number
}

export const SCENE_NAMES = Object.keys(SCENES) as readonly SceneName[]

export const sceneFile = ({ name, count }: Scene) => ({
  type: 'excalidraw',
  version: 2,
  elements: SCENES[name](count),
  appState: {},
  files: name === 'images' ? pictures() : {},
})
