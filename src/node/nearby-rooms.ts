/** What connected nodes on this network announce, for people. */
import type { Announced, Offer } from '../../protocols/nearby/index.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NearbyRoom } from '../kith.ts'
import { shownName } from '../names.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeCore } from './core.ts'
import { formatInvite } from './invite.ts'
import { shortNameOf } from './short-name.ts'
import { claimedName, withShortName } from './shown-names.ts'

/** A peer in a local network answers within a few milliseconds; one that is busy, at the next look. */
const ANSWER_MS = 1_000

export class NearbyRooms {
  readonly #core: NodeCore
  #waiting: (() => void)[] = []

  constructor(core: NodeCore) {
    this.#core = core
  }

  /** Asks, and waits for the answers a moment. */
  async list(): Promise<NearbyRoom[]> {
    await this.#core.command({ type: 'ask-nearby' })
    await this.#answers()
    const announced = this.#core.machine.wings.nearby.announced(monotonicMs())
    return roomsOf(announced, (id) => this.#core.machine.rooms.get(id) !== undefined)
  }

  /** A peer answered. */
  answered(): void {
    if (this.#core.machine.wings.nearby.awaited > 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  async #answers(): Promise<void> {
    if (this.#core.machine.wings.nearby.awaited === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    const timer = setTimeout(resolve, ANSWER_MS)
    await promise
    clearTimeout(timer)
    this.#waiting = this.#waiting.filter((waiting) => waiting !== resolve)
  }
}

/** What several announce alike is one room; what they call differently is listed as each does. By name. */
export function roomsOf(announced: readonly Announced[], isHere: (id: Offer['room']) => boolean): NearbyRoom[] {
  const rooms = new Map<string, NearbyRoom>()
  const nameOf = namesOf(announced)
  for (const { peer, offers } of announced) {
    for (const { room: id, name, app, access, invite } of offers) {
      const shown = { id, name: shownName(name), app: shownName(app), access }
      const key = JSON.stringify(shown)
      const room = rooms.get(key) ?? {
        ...{ ...shown, invite: formatInvite(id, [], invite), isHere: isHere(id), offeredBy: [] },
      }
      room.offeredBy.push({ peer, name: nameOf(peer) })
      rooms.set(key, room)
    }
  }
  return [...rooms.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
}

/** Names of peers as they say: with the end of the id where two say the same. */
function namesOf(announced: readonly Announced[]): (peer: PeerId) => string {
  const names = new Map(announced.map(({ peer, from }) => [peer, claimedName(peer, from)]))
  const counts = Map.groupBy(names.values(), (name) => name)
  return (peer) => {
    const name = names.get(peer) ?? shortNameOf(peer)
    return (counts.get(name)?.length ?? 0) > 1 ? withShortName(name, peer) : name
  }
}
