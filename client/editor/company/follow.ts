/** Following somebody: this camera goes where theirs goes, until one moves it oneself, draws, or presses Escape. Whom one follows is in
 * one's presence, so that they know, and those who come later too; where they look comes by live payloads, and only while somebody follows.
 *
 *   free ⇄ following (the leader may be away: then the camera waits) */

import type { Box } from '#shared/geometry/box.ts'
import { encodeViewport } from '#shared/live-company.ts'
import type { Presence } from '../../sync/presence.ts'
import type { CameraControl } from '../camera.ts'
import { Cell, type ReadonlyCell } from '../cell.ts'
import type { Person } from '../view.ts'
import { Chase } from './chase.ts'
import {
  type Followings,
  followersOf,
  leaderOf,
  mustGiveUp,
  nextOrder,
  readFollowing,
} from './follow-chain.ts'
import type { FollowView } from './people-view.ts'

export interface FollowDeps {
  readonly presence: Pick<Presence, 'clientId' | 'count' | 'tell' | 'told' | 'subscribe'>
  readonly camera: CameraControl
  readonly people: ReadonlyCell<readonly Person[]>
  readonly send: (payload: Uint8Array) => void
  readonly announce: (text: string) => void
}

const FIELD = 'following'
/** Their camera moves once a frame; between two words of it the chase goes on. */
const INTERVAL_MS = 33

export class Follow implements FollowView {
  readonly following = new Cell<number | undefined>(undefined)
  readonly followers = new Cell<readonly number[]>([])
  readonly #deps: FollowDeps
  readonly #chase: Chase
  readonly #stops: (() => void)[]
  /** Where those look who do so for somebody. */
  readonly #viewports = new Map<number, Box>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #hasMoved = false

  constructor(deps: FollowDeps) {
    this.#deps = deps
    this.#chase = new Chase(deps.camera, () => this.stop())
    const tellSize = () => this.#moved()
    window.addEventListener('resize', tellSize)
    this.#stops = [
      () => window.removeEventListener('resize', tellSize),
      deps.presence.subscribe(() => this.#heard()),
      // After all have heard of the change: who is not connected any more may be known to be away.
      deps.people.subscribe(() => queueMicrotask(() => this.#peopleChanged())),
      deps.camera.cell.subscribe(() => this.#moved()),
    ]
    this.#heard()
  }

  /** Whose screen one looks at: who is followed, or whom they follow. */
  get leader(): number | undefined {
    return leaderOf(this.#deps.presence.clientId, this.#followings())
  }

  follow(clientId: number): void {
    const { presence, announce } = this.#deps
    const name = this.#nameOf(clientId)
    if (clientId === presence.clientId || name === undefined) return
    this.following.set(clientId)
    presence.tell(FIELD, [clientId, nextOrder(this.#followings())])
    announce(`Following ${name}`)
    this.#aim()
  }

  stop(words?: string): void {
    const leader = this.following.value
    if (leader === undefined) return
    this.following.set(undefined)
    this.#chase.rest()
    this.#deps.presence.tell(FIELD, null)
    this.#deps.announce(words ?? `No longer following ${this.#nameOf(leader) ?? 'anybody'}`)
  }

  /** Somebody tells where they look. */
  receive(clientId: number, box: Box): void {
    this.#viewports.set(clientId, box)
    if (this.following.value !== undefined) this.#aim()
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
    this.#chase.close()
  }

  #followings(): Followings {
    const followings = new Map<number, { leader: number; order: number }>()
    for (const [clientId, value] of this.#deps.presence.told(FIELD)) {
      const following = readFollowing(value)
      if (following) followings.set(clientId, following)
    }
    return followings
  }

  #heard(): void {
    const { presence } = this.#deps
    const followings = this.#followings()
    if (this.following.value !== undefined && mustGiveUp(presence.clientId, followings)) {
      const leader = this.#nameOf(this.following.value)
      this.stop(leader && `${leader} follows you now`)
      return
    }
    for (const clientId of this.#viewports.keys())
      if (!presence.told(FIELD).has(clientId)) this.#viewports.delete(clientId)
    const followers = followersOf(presence.clientId, followings)
    const known = new Set(this.followers.value)
    const isNew = followers.some(follower => !known.has(follower))
    if (isNew || followers.length !== known.size) this.#followersChanged(followers)
    if (isNew) this.#tell()
    this.#aim()
  }

  #followersChanged(followers: readonly number[]): void {
    const before = this.followers.value
    this.followers.set(followers)
    const [first] = followers.filter(follower => !before.includes(follower))
    if (first !== undefined) this.#deps.announce(`${this.#nameOf(first) ?? 'Somebody'} follows you`)
  }

  /** Who is followed may be away for a while; when they have left, there is nobody to follow. */
  #peopleChanged(): void {
    const leader = this.following.value
    if (leader !== undefined && this.#nameOf(leader) === undefined) this.stop('Who you followed has left')
  }

  #aim(): void {
    const { leader } = this
    const box = leader === undefined ? undefined : this.#viewports.get(leader)
    if (box && this.following.value !== undefined) this.#chase.to(box)
  }

  #moved(): void {
    this.#hasMoved = true
    if (this.followers.value.length === 0 || this.#timer !== undefined) return
    this.#tell()
  }

  #tell(): void {
    this.#hasMoved = false
    this.#deps.send(encodeViewport(this.#deps.camera.viewport))
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#hasMoved) this.#moved()
    }, INTERVAL_MS)
  }

  #nameOf(clientId: number): string | undefined {
    return this.#deps.people.value.find(person => person.clientId === clientId)?.name
  }
}
