/** Tells the listeners of a node and of its rooms what happens, in the shapes of the library. */
import { EventEmitter } from 'node:events'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { NodeEvents } from '../kith.ts'
import type { NodeMachine } from '../room/node-machine.ts'
import { documentInfoOf } from './local-room.ts'
import type { LocalRooms } from './local-rooms.ts'

export class Announcer extends EventEmitter<NodeEvents> {
  readonly #machine: Pick<NodeMachine, 'rooms'>
  readonly #rooms: LocalRooms

  constructor(machine: Pick<NodeMachine, 'rooms'>, rooms: LocalRooms) {
    super()
    this.setMaxListeners(0)
    this.#machine = machine
    this.#rooms = rooms
  }

  /** A document was applied. */
  document(id: RoomId, document: Document): void {
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    room.stored(document) // first, so that no listener's error comes before it
    const info = documentInfoOf(document)
    this.emit('document', info)
    room.emit('document', info)
    const message = room.messageOf(document)
    if (message === undefined) return
    this.emit('message', message)
    room.emit('message', message)
  }

  /** A room opened, was joined, or its neighbours changed. */
  room(id: RoomId): void {
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    const summary = room.summary()
    this.emit('room', summary)
    room.emit('room', summary)
  }

  fork(room: RoomId, author: PeerId, seq: number): void {
    this.emit('fork', { room, author, seq })
  }

  #isIn(id: RoomId): boolean {
    return this.#machine.rooms.get(id) !== undefined
  }
}
