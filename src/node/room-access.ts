/** One room as the parts of a running node see it: what is here of it, and whether it can be read and written. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { KithError, type App } from '../kith.ts'
import type { Room } from '../room/room.ts'
import { personName, roomName } from './shown-names.ts'
import type { NodeCore } from './core.ts'

export class RoomAccess {
  readonly id: RoomId
  readonly core: NodeCore

  constructor(id: RoomId, core: NodeCore) {
    this.id = id
    this.core = core
  }

  /** What the machine has of the room. Throws a KithError `no-such-room` where it was left. */
  get open(): Room {
    const room = this.core.machine.rooms.get(this.id)
    if (room === undefined) throw new KithError('no-such-room', 'this node has left that room')
    return room
  }

  /** What the room is called, as it is shown; empty while that is not known. */
  get name(): string {
    return roomName(this.open.record)
  }

  get app(): string {
    return this.open.record.app
  }

  get status(): 'waiting' | 'open' {
    return this.open.record.status === 'open' ? 'open' : 'waiting'
  }

  get isCarried(): boolean {
    return this.open.record.carriedBytesMax !== undefined
  }

  /** Peers that are in the room now. */
  get neighbours(): PeerId[] {
    return this.core.machine.wings['room-state'].neighbours(this.id)
  }

  /** What the room is waiting for, in words that go on after 'waiting for'; empty if for nothing. */
  get waitingFor(): string {
    if (this.open.isQuotaReached()) return 'space: what it may keep of this room is full'
    if (this.status === 'open') {
      const missing = this.open.graph.missing().length
      return missing === 0 ? '' : `${missing} missing document${missing === 1 ? '' : 's'} that others build on`
    }
    if (this.neighbours.length > 0) return 'the root document, from a peer that is in the room'
    const connected = this.core.connectedPeers()
    if (connected === 0) return 'a peer: none is connected yet'
    return `a peer that is in this room: ${connected} connected, not in it`
  }

  /** Throws a KithError `carried` or `waiting` where the room can be neither read nor written. */
  requireOpen(): void {
    if (this.isCarried) {
      throw new KithError('carried', 'this node only carries the room for others: join it to read and write')
    }
    if (this.status === 'waiting') {
      throw new KithError('waiting', `the room is not here yet: waiting for ${this.waitingFor}`)
    }
  }

  /** The room's app; undefined where it has none yet, or one that this node does not have. */
  get knownApp(): App | undefined {
    return this.core.apps.get(this.app)
  }

  /** The room's app. Throws what `requireOpen` throws, and a KithError `wrong-app` where this node does not have it. */
  requireKnownApp(): App {
    this.requireOpen()
    this.#requireRoom()
    const { knownApp } = this
    if (knownApp === undefined) {
      throw new KithError(
        'wrong-app',
        `this node does not have the app '${this.app}' of '${this.name}': it keeps the room's documents and passes them on, and can only show them as they are (kith read ROOM --documents)`,
      )
    }
    return knownApp
  }

  /** Throws what `requireOpen` throws, and a KithError `wrong-app` in a room of another app. */
  requireApp(app: string): void {
    this.requireOpen()
    this.#requireRoom()
    if (this.app !== app) {
      throw new KithError('wrong-app', `'${this.name}' is a ${this.app} room, and this is for ${app} rooms`)
    }
  }

  /** How an author is called in the room, which is how no other member is. */
  nameOf(author: PeerId): string {
    return personName(author, this.open.view.state.roster)
  }

  #requireRoom(): void {
    if (this.app === '') throw new KithError('wrong-app', `${this.id} is the id of a document that is no room's`)
  }
}
