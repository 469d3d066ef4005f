/** Tells the node's users what changes in rooms with members: see `AccessNews`. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { AccessNews, type WatchedRoom } from '../room/access/access-news.ts'
import { forgetSettledRemoval, ownRemoval } from '../room/removal.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { RoomEvent } from './io.ts'
import type { Notice, WingContext } from './wing.ts'

export class AccessEvents {
  readonly #context: WingContext<RoomEvent>
  readonly #news = new Map<RoomId, AccessNews>()

  constructor(context: WingContext<RoomEvent>) {
    this.#context = context
  }

  onNotice(notice: Notice): void {
    if (notice.type === 'opened') this.#news.set(notice.room, new AccessNews(this.#watched(notice.room)))
    else if (notice.type === 'joined') this.#tell(notice.room)
    else if (notice.type === 'removed') this.#removed(notice.room)
    else if (notice.type === 'closed') this.#news.delete(notice.room)
  }

  /** Documents came, or others count than before. */
  changed({ room, intake: { accepted, ruledFrom } }: RoomChange): void {
    if (ruledFrom === undefined && !accepted.some(({ kind }) => kind.startsWith('access/'))) return
    const open = this.#context.rooms.get(room)
    const told = open?.record.personal?.removal
    this.#tell(room)
    if (open === undefined || told === undefined) return
    forgetSettledRemoval(open)
    // Who told or did it may not count any more.
    this.#context.effect({ type: 'emit', event: { type: 'room', room } })
  }

  /** A neighbour says that this node was removed. */
  #removed(room: RoomId): void {
    this.#tell(room)
    this.#context.effect({ type: 'emit', event: { type: 'room', room } })
  }

  /** Tells what differs from the last time. */
  #tell(room: RoomId): void {
    for (const change of this.#news.get(room)?.changes() ?? []) {
      this.#context.effect({ type: 'emit', event: { type: 'access', room, change } })
    }
  }

  #watched(id: RoomId): WatchedRoom {
    const { rooms, store } = this.#context
    const open = () => rooms.get(id)
    return {
      self: rooms.author,
      get control() {
        return open()?.graph.gate.control
      },
      get isJoining() {
        return open()?.record.joining !== undefined
      },
      get lack() {
        const room = open()
        return room?.keys.isPrivate === true && !room.isCarried ? room.keys.lack : undefined
      },
      get removal() {
        const room = open()
        const told = room && ownRemoval(room, { self: rooms.author, store })
        if (told?.isProven !== true || told.from === undefined) return undefined
        return { how: 'role', rank: 0, by: told.by, atMs: told.atMs } as const
      },
    }
  }
}
