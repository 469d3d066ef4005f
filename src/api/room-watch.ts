/**
 * What a page shows, kept current. A room that changes is told at once and then a few times a second, so that a page is
 * told little even while a long history comes in.
 */
import type { KithNode, NodeEvents, Room } from '../kith.ts'
import type { LastMessage, RoomOverview, WatchRecord } from './page-calls.ts'
import { roomHere } from './room-here.ts'

/** How often the same room is told at most. */
const TELL_EVERY_MS = 250
/** Messages of a room that are told one by one in that time: more than people write, and fewer than a history has. */
export const MAX_MESSAGES_AT_ONCE = 32
/** Of a text in a list. */
const MAX_SHOWN_CHARACTERS = 200

/** What was told of a room lately, and what is to be told of it. */
interface Told {
  isChanged: boolean
  messages: number
}

/** The kind of a document that says what its author is called. */
const PROFILE_KIND = 'profile'

/** Stands for the node among the rooms. */
const NODE = ''

/** How everything is now. */
export function* currentRooms(node: KithNode): Generator<WatchRecord> {
  yield { event: 'node', node: node.status() }
  for (const { id } of node.rooms.list()) {
    const room = roomHere(node, id)
    if (room !== undefined) yield { event: 'room', room: overviewOf(room) }
  }
  yield { event: 'listed' }
}

/** Calls `push` for what changes, until the returned function is called. */
export function watchRooms(node: KithNode, push: (record: WatchRecord) => void): () => void {
  const watch = new RoomWatch(node, push)
  return () => watch.end()
}

class RoomWatch {
  readonly #node: KithNode
  readonly #push: (record: WatchRecord) => void
  readonly #told = new Map<string, Told>()
  readonly #stops: (() => void)[]
  #timer: NodeJS.Timeout | undefined

  constructor(node: KithNode, push: (record: WatchRecord) => void) {
    this.#node = node
    this.#push = push
    const changed = (): void => this.#changed(NODE)
    this.#stops = [
      this.#on('room', ({ id }) => this.#changed(id)),
      this.#on('joined', ({ id }) => this.#changed(id)),
      this.#on('moved', ({ id }) => this.#changed(id)),
      this.#on('document', ({ room, kind, author }) => {
        this.#changed(room)
        // The node may have another name.
        if (kind === PROFILE_KIND && author === node.peer) changed()
      }),
      this.#on('message', (message) => {
        const told = this.#lately(message.room)
        if (++told.messages <= MAX_MESSAGES_AT_ONCE) push({ event: 'message', message })
      }),
      this.#on('child', (child) => push({ event: 'child', child })),
      this.#on('left', ({ id }) => push({ event: 'left', left: { id } })),
      this.#on('progress', (progress) => push({ event: 'progress', progress })),
      this.#on('peer', changed),
      this.#on('finding', changed),
      this.#on('disk', changed),
    ]
  }

  end(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
  }

  #on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): () => void {
    this.#node.on(name, listener)
    return () => void this.#node.off(name, listener)
  }

  #changed(id: string): void {
    if (this.#told.has(id)) this.#lately(id).isChanged = true
    else {
      this.#lately(id)
      this.#tell(id)
    }
  }

  #lately(id: string): Told {
    const told = this.#told.get(id) ?? { isChanged: false, messages: 0 }
    this.#told.set(id, told)
    this.#timer ??= setTimeout(() => this.#look(), TELL_EVERY_MS)
    return told
  }

  /** Tells what has changed since it was told. */
  #look(): void {
    this.#timer = undefined
    const told = [...this.#told]
    this.#told.clear()
    for (const [id, { isChanged, messages }] of told) {
      if (isChanged) this.#changed(id)
      if (messages > MAX_MESSAGES_AT_ONCE) this.#push({ event: 'many', many: { room: id } })
    }
  }

  #tell(id: string): void {
    if (id === NODE) return this.#push({ event: 'node', node: this.#node.status() })
    const room = roomHere(this.#node, id)
    if (room !== undefined) this.#push({ event: 'room', room: overviewOf(room) })
  }
}

/** A room as a list shows it. */
export function overviewOf(room: Room): RoomOverview {
  const summary = room.summary()
  return { ...summary, last: summary.newMessages === null ? null : lastOf(room) }
}

function lastOf(room: Room): LastMessage | null {
  const [message] = room.messagePage({ limit: 1 }).messages
  if (message === undefined) return null
  const { id, author, name, guest, timeMs, text } = message
  return {
    id,
    author,
    name,
    ...(guest !== undefined && { guest }),
    timeMs,
    text: text.slice(0, MAX_SHOWN_CHARACTERS).toWellFormed(),
  }
}
