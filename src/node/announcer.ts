/** Emits the events of a node and of its rooms, in the library's types. */
import { EventEmitter } from 'node:events'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { NodeEvents, RoomEvents } from '../kith.ts'
import type { RoomEvent } from '../machine/io.ts'
import type { NodeMachine } from '../machine/node-machine.ts'
import { isOfDevices } from '../store/personal.ts'
import type { LocalRooms } from './local-rooms.ts'
import { ProgressReports, type ProgressReportsInit } from './progress-reports.ts'
import type { RoomNews } from './room-news.ts'
import { documentInfoOf } from './room-reading.ts'

/** Authors of a room whose forks are told until the next start: anyone may invent authors that fork. */
const MAX_FORKS_TOLD = 16

export class Announcer extends EventEmitter<NodeEvents> {
  readonly #machine: Pick<NodeMachine, 'rooms'>
  readonly #rooms: LocalRooms
  /** Authors whose forks were told, by room. */
  readonly #forked = new Map<RoomId, Set<PeerId>>()
  readonly #progress: ProgressReports

  constructor(machine: Pick<NodeMachine, 'rooms'>, rooms: LocalRooms, setTimer: ProgressReportsInit['setTimer']) {
    super()
    this.setMaxListeners(0)
    this.#machine = machine
    this.#rooms = rooms
    this.#progress = new ProgressReports({
      progressOf: (id) => (this.#isIn(id) ? rooms.byId(id).progress() : undefined),
      tell: (id, progress) => this.#tell(rooms.byId(id).news, 'progress', () => progress),
      setTimer,
    })
  }

  /** A document was applied, or is shown while it waits for the history before it. */
  document(event: RoomEvent & { type: 'document' | 'shown' }): void {
    const { room, document } = event
    if (!this.#isIn(room)) return
    const { news, reading, children } = this.#rooms.byId(room)
    // Followers first, so that no listener's error comes before them.
    for (const follower of news.followers) follower[event.type === 'shown' ? 'shown' : 'stored'](document)
    if (event.type === 'document' && event.wasShown) return
    this.#tell(news, 'document', () => documentInfoOf(document))
    this.#tell(news, 'message', () => reading.messageOf(document))
    this.#tell(news, 'child', () => children.linkedBy(document))
  }

  /** For those who follow the room. */
  preview(event: RoomEvent & { type: 'preview-begun' | 'preview-ended' }): void {
    if (!this.#isIn(event.room)) return
    const { news } = this.#rooms.byId(event.room)
    for (const follower of news.followers) {
      if (event.type === 'preview-begun') follower.previewBegun(event.position, event.newest)
      else follower.previewEnded(event.isReplayed)
    }
  }

  /** The owner says that a room goes on in another one. */
  moved(id: RoomId): void {
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    this.#tell(room.news, 'moved', () => room.summary())
  }

  /** Who may do what in a room, its invites or its key are not as they were. */
  access({ room: id, change }: RoomEvent & { type: 'access' }): void {
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    this.#tell(room.news, 'access', () => room.accessChange(change))
  }

  /** A room opened, was joined or left, or its neighbours changed. */
  room(id: RoomId): void {
    if (this.#machine.rooms.get(id) === undefined) this.emit('left', { id })
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    this.#tell(room.news, 'room', () => room.summary())
  }

  /** The state of a room that was joined is here. */
  joined(id: RoomId): void {
    if (!this.#isIn(id)) return
    const room = this.#rooms.byId(id)
    this.#tell(room.news, 'joined', () => room.summary())
  }

  /** Something of a room's history came, and more is missing or was until now. */
  progress(id: RoomId): void {
    this.#progress.changed(id)
  }

  /** An author forked: told once for each, and only of the first of many authors. `details()` has all of them. */
  fork(room: RoomId, author: PeerId, seq: number): void {
    const told = this.#forked.get(room) ?? new Set()
    if (told.size >= MAX_FORKS_TOLD || told.has(author)) return
    this.#forked.set(room, told.add(author))
    this.emit('fork', { room, author, seq })
  }

  /**
   * Emits an event on the node and on the room if it has listeners; `make` creates the payload, or returns
   * undefined to emit nothing.
   */
  #tell<Name extends keyof RoomEvents>(news: RoomNews, name: Name, make: () => RoomEvents[Name][0] | undefined): void {
    if (this.listenerCount(name) + news.listenerCount(name) === 0) return
    const told = make()
    if (told === undefined) return
    this.emit(name, ...([told] as never))
    news.emit(name, ...([told] as never))
  }

  /** The devices room is nobody's but theirs. */
  #isIn(id: RoomId): boolean {
    const room = this.#machine.rooms.get(id)
    return room !== undefined && !isOfDevices(room.record)
  }
}
