/**
 * What a guest sees of what the node knows: made anew of the parts that are meant for it, so that nothing new is shown to
 * guests by itself. Rooms have names that only this node can make, as the id of an open room is all that one needs to
 * write in it.
 */
import { isForGuestsToWrite } from '../../guest-writing.ts'
import type { FileInfo, KithNode, Message, Room, RoomDetails, RoomSummary } from '../../kith.ts'
import type { LastMessage, RoomOverview, WatchRecord } from '../page-calls.ts'
import type { GuestAccess } from './guest-access.ts'
import type { GuestBook } from './guest-book.ts'
import type { StoredGuest } from './guest-file.ts'

export class GuestViews {
  readonly #node: KithNode
  readonly #book: GuestBook
  readonly #access: GuestAccess

  constructor(node: KithNode, book: GuestBook, access: GuestAccess) {
    this.#node = node
    this.#book = book
    this.#access = access
  }

  /** Who the guest is, and whose. */
  self({ name, maxFileBytes }: StoredGuest): Extract<WatchRecord, { event: 'guest' }> {
    const { peer, name: host } = this.#node
    return { event: 'guest', guest: { name, host, peer, maxFileBytes } }
  }

  /** The name of a room for guests. */
  nameOf({ id }: Pick<Room, 'id'>): string {
    return this.#book.roomName(id)
  }

  message({ id, room, author, name, guest, text, timeMs, clock, file, replyTo, mentions }: Message): Message {
    return {
      ...{ id, room: this.#book.roomName(room), author, name, ...(guest !== undefined && { guest }) },
      ...{ text, timeMs, clock, ...(file && { file }), ...(replyTo && { replyTo }) },
      // A guest is nobody whom a message can name.
      ...(mentions && { mentions: mentions.map((mention) => ({ ...mention, self: false })) }),
    }
  }

  file(file: FileInfo): FileInfo {
    const { id, document, name, type, sizeBytes, version, versions, author, authorName, guest, timeMs, state } = file
    return {
      ...{ id, room: this.#book.roomName(file.room), document, name, type, sizeBytes, version, versions },
      ...{ author, authorName, ...(guest !== undefined && { guest }), timeMs, state, failure: null, pinned: false },
    }
  }

  /** A room in a list; `last` is its newest message, null for none. */
  overview(summary: RoomSummary, last: LastMessage | null): RoomOverview {
    return { ...this.#summary(summary), last }
  }

  details(guest: StoredGuest, room: Room): RoomDetails {
    const details = room.details()
    const { clock, access, unread, waitingFor, role } = details
    // What the node itself may not do, its guests may not either.
    const mayWrite = this.#access.rightIn(guest, room.id) === 'write' && isForGuestsToWrite(room)
    return {
      ...this.#summary(details),
      ...{ clock, access, unread, waitingFor, role: mayWrite ? role : 'reader' },
      ...{ invite: '', frontier: [], heads: 0, stateHash: '', stateSizeBytes: 0, owner: null, invited: null },
      ...{ withoutKey: [], dropped: [], forks: [], pending: 0, pendingUnproven: 0, namesakes: [], isAnnounced: false },
      isInRing: false,
      history: { keep: 'all', dropped: 0, fromClock: 0, keepers: [] },
    }
  }

  /** What a stream tells a guest of what it would tell the owner; undefined for nothing. */
  watched(guest: StoredGuest, record: WatchRecord): WatchRecord | undefined {
    const isOpen = (room: string): boolean => this.#access.rightIn(guest, room) !== undefined
    switch (record.event) {
      case 'listed':
        return { event: 'listed' }
      case 'room': {
        const { last, ...summary } = record.room
        return isOpen(summary.id) ? { event: 'room', room: this.overview(summary, last) } : undefined
      }
      case 'message':
        return isOpen(record.message.room) ? { event: 'message', message: this.message(record.message) } : undefined
      case 'many':
        return isOpen(record.many.room)
          ? { event: 'many', many: { room: this.#book.roomName(record.many.room) } }
          : undefined
      case 'left':
        return isOpen(record.left.id) ? { event: 'left', left: { id: this.#book.roomName(record.left.id) } } : undefined
      default:
        return undefined
    }
  }

  #summary(summary: RoomSummary): RoomSummary {
    const { id, name, app, isAppKnown, status, newMessages, documents, sizeBytes, provisional, isJoining } = summary
    return {
      ...{ id: this.#book.roomName(id), name, app, isAppKnown, status, documents, sizeBytes, provisional, isJoining },
      // How far its owner has read is no guest's concern, nor who is connected.
      ...{ newMessages: newMessages === null ? null : 0, newMentions: newMessages === null ? null : 0, neighbours: 0 },
      ...(summary.moved && { moved: { room: null, by: summary.moved.by } }),
      ...(summary.removed && { removed: summary.removed }),
    }
  }
}
