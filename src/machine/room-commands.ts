/** User commands on rooms: create, join, carry and leave them, and write to them. */
import type { Access } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { BlockId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Saying } from '../room/access/acts.ts'
import { requireNotRemoved } from '../room/removal.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { Room } from '../room/room.ts'
import type { Personal } from '../store/personal.ts'
import type { CommandHandlers, RoomEvent } from './io.ts'
import { requireMovable, requireStay } from './moves.ts'
import type { NewChild } from './founding.ts'
import type { DocumentSpace } from './rooms.ts'
import type { WingContext } from './wing.ts'

export type RoomCommand =
  | { type: 'create'; name: string; app: string; access?: Access; personal?: Personal }
  | {
      type: 'join'
      room: RoomId
      newestFirst?: boolean
      inviteSeed?: string
      personal?: Personal
      boxSecret?: string
      below?: RoomId
    }
  /** `isDeleted`: its contents do not stay on disk; `isOnlyHere`: the user's other devices stay. */
  | { type: 'leave'; room: RoomId; isDeleted?: boolean; isOnlyHere?: boolean }
  /** Notes what concerns the user of a room: see `Rooms.note`. */
  | { type: 'note'; room: RoomId; personal: { [Key in keyof Personal]: Personal[Key] | undefined }; boxSecret?: string }
  /** Calls a room something else on this node; without an alias, by its name again. */
  | { type: 'alias'; room: RoomId; alias?: string }
  /** Stores and relays a room's documents and the blocks they link to, without being a member. */
  | { type: 'carry'; room: RoomId; maxBytes: number; inviteSeed?: string }
  /** Sets how much of a room is accepted from others. */
  | { type: 'limit-documents'; room: RoomId; bytesMax: number | undefined; authorBytesMax: number | undefined }
  /** How much space the disk leaves for documents. */
  | ({ type: 'space' } & DocumentSpace)
  /** Acts that are written together, with the keys that they make necessary. */
  | { type: 'act'; room: RoomId; sayings: readonly Saying[] }
  /** Creates a private room that a room goes on in. `isCopied`: entries are to be copied into it, until `end-copying`. */
  | { type: 'make-private'; room: RoomId; isCopied: boolean }
  /** Creates a room below another one, which links to it. */
  | ({ type: 'create-child'; parent: RoomId } & NewChild)
  | { type: 'end-copying'; room: RoomId }
  /** Makes a new key for a private room. */
  | { type: 'rekey'; room: RoomId }
  /** `before`: documents that are written right before it. */
  | {
      type: 'write'
      room: RoomId
      kind: string
      body: Uint8Array
      links?: readonly BlockId[]
      before?: readonly { kind: string; body: Uint8Array }[]
    }
  /** This node has another name: it says so in its rooms. Where it cannot now, it does before it writes there. */
  | { type: 'introduce' }
  /** Whether the user has compared a key with its owner; `atMs` undefined: no more. */
  | { type: 'verify'; peer: PeerId; atMs: number | undefined }
  /** Also stores what could be recomputed, before a clean stop. */
  | { type: 'persist' }

export function roomCommands(context: WingContext<RoomEvent>): CommandHandlers<RoomCommand> {
  const { rooms } = context

  const enter = (room: RoomId, enterAsAsked: () => boolean): { room: RoomId } => {
    const wasOpen = rooms.get(room) !== undefined
    if (!enterAsAsked()) return { room }
    if (!wasOpen) context.notify({ type: 'opened', room })
    context.notify({ type: 'membership', room, wasOpen })
    context.effect({ type: 'emit', event: { type: 'room', room } })
    return { room }
  }

  /** Returns the documents. */
  const all = (changes: readonly RoomChange[]): Document[] => {
    for (const change of changes) context.changed(change, 'self')
    return changes.flatMap(({ intake }) => intake.accepted)
  }

  /** The room if this node may say something there. Throws a KithError `no-such-room`, `moved` or `no-right`. */
  const requireSay = (id: RoomId): Room => {
    requireStay(rooms, id)
    const room = rooms.require(id)
    requireNotRemoved(room, context)
    return room
  }

  const introduce = (room: RoomId): void => context.changed(rooms.get(room)?.introduce(context.now.wallMs), 'self')

  return {
    create({ name, app, access, personal }) {
      rooms.requireSpace()
      const change = rooms.create(name, app, context.now.wallMs, access, personal)
      context.notify({ type: 'opened', room: change.room })
      context.changed(change, 'self')
      introduce(change.room)
      return { room: change.room }
    },

    join({ room, ...options }) {
      const joined = enter(room, () => rooms.join(room, context.now.wallMs, options))
      context.changed(rooms.get(room)?.acts.accept(context.now.wallMs), 'self')
      return joined
    },

    carry({ room, maxBytes, inviteSeed }) {
      const carried = enter(room, () => rooms.carry(room, maxBytes, context.now.wallMs, inviteSeed))
      context.changed(rooms.get(room)?.acts.accept(context.now.wallMs), 'self')
      return carried
    },

    leave({ room, isDeleted = false, isOnlyHere = false }) {
      if (isOnlyHere) rooms.note(room, { isLeftHere: true })
      // Whoever comes back announces and shares it anew.
      const { announced, inRing } = rooms.get(room)?.record.personal ?? {}
      if (announced !== undefined || inRing === true) rooms.note(room, { announced: undefined, inRing: undefined })
      rooms.leave(room)
      context.notify({ type: 'closed', room })
      // Last, as the protocols write about the room that they close.
      if (isDeleted) rooms.delete(room)
      context.effect({ type: 'emit', event: { type: 'room', room } })
      return { room }
    },

    alias({ room, alias }) {
      rooms.setAlias(room, alias)
      context.effect({ type: 'emit', event: { type: 'room', room } })
      return { room }
    },

    note({ room, personal, boxSecret }) {
      rooms.note(room, personal, boxSecret)
      context.effect({ type: 'emit', event: { type: 'room', room } })
      return { room }
    },

    'limit-documents'({ room, bytesMax, authorBytesMax }) {
      rooms.limit(room, { documentsBytesMax: bytesMax, authorBytesMax })
      context.notify({ type: 'standing-changed', room })
      context.effect({ type: 'emit', event: { type: 'room', room } })
      return { room }
    },

    space({ documentBytes, isReadOnly }) {
      if (!rooms.setSpace({ documentBytes, isReadOnly })) return {}
      for (const { record } of rooms.list()) context.notify({ type: 'standing-changed', room: record.id })
      return {}
    },

    'make-private'({ room, isCopied }) {
      rooms.requireSpace()
      requireMovable(rooms, room)
      all(rooms.require(room).acts.mend(context.now.wallMs))
      const { created, moved } = rooms.makePrivate(room, context.now.wallMs, isCopied)
      context.notify({ type: 'opened', room: created.room })
      all([created, moved])
      introduce(created.room)
      return { room: created.room }
    },

    'create-child'({ parent, ...child }) {
      rooms.requireSpace()
      all(requireSay(parent).acts.mend(context.now.wallMs))
      introduce(parent)
      const { created, linked } = rooms.createChild(parent, child, context.now.wallMs)
      context.notify({ type: 'opened', room: created.room })
      const [, link] = all([created, linked])
      all(rooms.inheritance.mend(created.room, context.now.wallMs))
      introduce(created.room)
      return { room: created.room, ...(link && { document: { id: link.id, clock: link.clock } }) }
    },

    'end-copying'({ room }) {
      rooms.endCopying(room)
      return { room }
    },

    write({ room, kind, body, links, before = [] }) {
      rooms.requireSpace()
      const said = requireSay(room)
      all(rooms.inheritance.mend(room, context.now.wallMs))
      all(said.acts.mend(context.now.wallMs))
      introduce(room)
      for (const content of before) context.changed(said.write(content, context.now.wallMs), 'self')
      const change = said.write({ kind, body, links }, context.now.wallMs)
      context.changed(change, 'self')
      const { ahead, accepted } = change.intake
      const document = ahead ?? accepted[0]
      return { room, ...(document && { document: { id: document.id, clock: document.clock } }) }
    },

    introduce() {
      for (const room of rooms.list()) {
        room.introducedMs = undefined
        if (!rooms.isReadOnly && !room.isPreview) context.changed(room.introduce(context.now.wallMs), 'self')
      }
      return {}
    },

    act({ room, sayings }) {
      rooms.requireSpace()
      const { acts } = requireSay(room)
      all(acts.mend(context.now.wallMs))
      const [first] = all(acts.write(sayings, context.now.wallMs))
      return { room, ...(first && { document: { id: first.id, clock: first.clock } }) }
    },

    rekey({ room }) {
      rooms.requireSpace()
      const { acts } = requireSay(room)
      all(acts.join(context.now.wallMs))
      all(acts.rekey(context.now.wallMs))
      return { room }
    },

    verify({ peer, atMs }) {
      context.store.apply({ type: 'put-verified', peer, atMs })
      return {}
    },

    persist() {
      rooms.persistStates()
      return {}
    },
  }
}
