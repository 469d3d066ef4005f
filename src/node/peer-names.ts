/** Display names of peers in the rooms of this node, for lists and logs. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { shownName } from '../names.ts'
import type { Room } from '../room/room.ts'
import { personsIn } from './persons.ts'
import { shortNameOf } from './short-name.ts'
import { personName, roomName, withShortName } from './shown-names.ts'

export interface PeerName {
  room: RoomId
  roomName: string
  name: string
}

export class PeerNames {
  #machine: Pick<NodeMachine, 'rooms'> | undefined

  /** The host starts first; until then, no peer has a name. */
  readFrom(machine: Pick<NodeMachine, 'rooms'>): void {
    this.#machine = machine
  }

  /** What a peer is called, by room; empty if it has set no name. */
  of(peer: PeerId): PeerName[] {
    return this.#namingRooms(peer).map((room) => ({
      ...{ room: room.record.id, roomName: roomName(room.record) },
      name: personName(peer, room.view.state.roster, personsIn(room)),
    }))
  }

  /** The names that a peer has set, each as it is shown, without what tells it from others. */
  setBy(peer: PeerId): string[] {
    const names = this.#namingRooms(peer).map(({ view }) => shownName(view.state.roster.profiles.get(peer)?.name ?? ''))
    return [...new Set(names)].filter((name) => name !== '')
  }

  /** A peer for `%p` in a log: its name, if it has one, and its short id. */
  label(peer: PeerId): { toString(): string } {
    return { toString: () => this.#labelOf(peer) }
  }

  #labelOf(peer: PeerId): string {
    const [named] = this.of(peer)
    return named === undefined ? shortNameOf(peer) : withShortName(named.name, peer)
  }

  #namingRooms(peer: PeerId): Room[] {
    return (this.#machine?.rooms.list() ?? []).filter(({ view }) => view.state.roster.profiles.has(peer))
  }
}
