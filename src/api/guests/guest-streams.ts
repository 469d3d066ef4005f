/** What guests are told as it happens. The node is watched once for all of them. */
import { ApiError } from '../errors.ts'
import { EventStream } from '../event-stream.ts'
import type { KithNode } from '../../kith.ts'
import type { WatchRecord } from '../page-calls.ts'
import { overviewOf, watchRooms } from '../room-watch.ts'
import type { GuestAccess } from './guest-access.ts'
import type { StoredGuest } from './guest-file.ts'
import { GUEST_STREAM_BUFFER_BYTES, MAX_ALL_GUEST_STREAMS, MAX_GUEST_STREAMS } from './guest-limits.ts'
import type { GuestViews } from './guest-views.ts'

interface OpenStream {
  guest: string
  ending: AbortController
}

export class GuestStreams {
  readonly #node: KithNode
  readonly #access: GuestAccess
  readonly #views: GuestViews
  readonly #open = new Set<OpenStream>()
  readonly #listeners = new Set<(record: WatchRecord) => void>()
  #unwatch: (() => void) | undefined

  constructor(node: KithNode, access: GuestAccess, views: GuestViews) {
    this.#node = node
    this.#access = access
    this.#views = views
  }

  /** Whether a guest's page is open. */
  isOpen(guest: string): boolean {
    return this.#of(guest).length > 0
  }

  /** A stream for a guest, as it is now; and what ends it. Throws an ApiError `busy`. */
  open(guest: StoredGuest): { lines: EventStream<WatchRecord>; ending: AbortController } {
    if (this.#of(guest.id).length >= MAX_GUEST_STREAMS || this.#open.size >= MAX_ALL_GUEST_STREAMS) {
      throw new ApiError('busy', 'Too many pages are open: close one first.')
    }
    const ending = new AbortController()
    const stream = { guest: guest.id, ending }
    this.#open.add(stream)
    const subscribe = (push: (record: WatchRecord) => void): (() => void) => {
      const listener = (record: WatchRecord): void => {
        const seen = this.#views.watched(guest, record)
        if (seen !== undefined) push(seen)
      }
      this.#listen(listener)
      return () => this.#forget(listener)
    }
    const lines = new EventStream(subscribe, ending.signal, this.#current(guest), GUEST_STREAM_BUFFER_BYTES)
    lines.once('close', () => this.#open.delete(stream))
    return { lines, ending }
  }

  /** Ends the streams of a guest, or of all: who is still a guest begins again, and is told how everything is then. */
  end(guest?: string): void {
    for (const stream of this.#open) {
      if (guest === undefined || stream.guest === guest) stream.ending.abort()
    }
  }

  *#current(guest: StoredGuest): Generator<WatchRecord> {
    yield this.#views.self(guest)
    for (const room of this.#access.rooms(guest)) {
      const { last, ...summary } = overviewOf(room)
      yield { event: 'room', room: this.#views.overview(summary, last) }
    }
    yield { event: 'listed' }
  }

  #of(guest: string): OpenStream[] {
    return [...this.#open].filter((stream) => stream.guest === guest)
  }

  #listen(listener: (record: WatchRecord) => void): void {
    this.#listeners.add(listener)
    this.#unwatch ??= watchRooms(this.#node, (record) => {
      for (const each of this.#listeners) each(record)
    })
  }

  #forget(listener: (record: WatchRecord) => void): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
  }
}
