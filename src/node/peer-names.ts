/** Display names of peers in the rooms of this node, for lists and logs. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { shortNameOf } from './short-name.ts'
import { personName, roomName } from './shown-names.ts'

export interface PeerName {
  room: RoomId
  roomName: string
  name: string
}

export class PeerNames {
  #rooms: Pick<NodeMachine, 'rooms'>['rooms'] | undefined

  /** The host starts first; until then, nobody has a name. */
  readFrom(machine: Pick<NodeMachine, 'rooms'>): void {
    this.#rooms = machine.rooms
  }

  /** By room; empty if the peer has set none. */
  of(peer: PeerId): PeerName[] {
    return (this.#rooms?.list() ?? []).flatMap(({ record, view }) => {
      const name = view.state.roster.profiles.get(peer)?.name
      return name === undefined ? [] : [{ room: record.id, roomName: roomName(record), name: personName(peer, name) }]
    })
  }

  /** A peer for `%p` in a log: its name, if it has one, and its short id. */
  label(peer: PeerId): { toString(): string } {
    return { toString: () => this.#labelOf(peer) }
  }

  #labelOf(peer: PeerId): string {
    const [named] = this.of(peer)
    return named === undefined ? shortNameOf(peer) : `${named.name} ${shortNameOf(peer)}`
  }
}
