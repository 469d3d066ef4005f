/** What peers call themselves in the rooms of this node, for lists and logs. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { authorOfPeer, shortNameOf } from './author-names.ts'

export interface PeerName {
  room: RoomId
  roomName: string
  name: string
}

export class PeerNames {
  #rooms: Pick<NodeMachine, 'rooms'>['rooms'] | undefined

  /** Before that, as the host starts first, nobody has a name. */
  readFrom(machine: Pick<NodeMachine, 'rooms'>): void {
    this.#rooms = machine.rooms
  }

  /** By room; none where it has not said. */
  of(peer: PeerId): PeerName[] {
    const author = authorOfPeer(peer)
    if (author === undefined) return []
    return (this.#rooms?.list() ?? []).flatMap(({ record, view }) => {
      const name = view.state.roster.profiles.get(author)?.name
      return name === undefined ? [] : [{ room: record.id, roomName: record.name, name }]
    })
  }

  /** A peer for a `%p` of a log: its name, if it has one, and its short id. */
  label(peer: PeerId): { toString(): string } {
    return { toString: () => this.#labelOf(peer) }
  }

  #labelOf(peer: PeerId): string {
    const [named] = this.of(peer)
    return named === undefined ? shortNameOf(peer) : `${named.name} ${shortNameOf(peer)}`
  }
}
