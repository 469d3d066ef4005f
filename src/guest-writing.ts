/** What guests of a node write, for whoever serves them. */
import { chat } from './apps/chat/index.ts'
import { map } from './apps/map/index.ts'
import { grouped } from './grouped.ts'
import type { GuestSpace } from './guest-space.ts'
import { KithError, type JsonValue, type Room, type SentDocument } from './kith.ts'

/** A key and its value in a table: as long as the longest message. */
export const MAX_GUEST_ENTRY_BYTES = 16 * 1024

type Arguments = Readonly<Record<string, JsonValue>>

/** Something that a guest is about to write. */
export interface GuestWriting {
  /** About as long as its document. */
  sizeBytes: number
  /** Throws a KithError as the command of the app does, and `quota` where guests have no space left. */
  write(space: GuestSpace): Promise<SentDocument>
}

type Writer = (room: Room, guest: string, args: Arguments) => GuestWriting

const WRITERS: Readonly<Record<string, Readonly<Record<string, Writer>>>> = {
  [chat.name]: {
    send(room, guest, args) {
      const text = textIn(args, 'text')
      const replyTo = args['replyTo'] === undefined ? undefined : textIn(args, 'replyTo')
      return { sizeBytes: Buffer.byteLength(text), write: () => room.as(chat).send(text, { guest, replyTo }) }
    },
  },
  [map.name]: {
    put(room, guest, args) {
      const { value } = args
      if (value === undefined) throw new KithError('bad-value', "the argument 'value' is missing")
      const key = textIn(args, 'key')
      const sizeBytes = lengthOf(map.body('put', { key, value, guest }))
      const table = room.as(map)
      const put = (): Promise<SentDocument> => table.put(key, value, { guest })
      return { sizeBytes, write: (space) => space.within(table, { guest, key, sizeBytes }, put) }
    },
    delete(room, guest, args) {
      const key = textIn(args, 'key')
      const sizeBytes = lengthOf(map.body('delete', { key, guest }))
      const table = room.as(map)
      const remove = (): Promise<SentDocument> => table.delete(key, { guest })
      return { sizeBytes, write: (space) => space.within(table, { guest, key, sizeBytes }, remove) }
    },
  },
}

/** Whether guests can write in rooms of an app. */
export function isForGuestsToWrite({ app }: Pick<Room, 'app'>): boolean {
  return Object.hasOwn(WRITERS, app)
}

/**
 * What a guest of this node, by its name, writes by a command of a room's app. Throws a KithError `bad-value` or
 * `bad-name` for what nobody can write, `too-large` for what a guest may not, or `no-such-command` for a command by which
 * guests write nothing.
 */
export function guestWriting(room: Room, guest: string, command: string, args: Arguments): GuestWriting {
  const writers = isForGuestsToWrite(room) ? WRITERS[room.app] : undefined
  const writer = writers !== undefined && Object.hasOwn(writers, command) ? writers[command] : undefined
  if (writer === undefined) throw new KithError('no-such-command', `guests write nothing by '${command}' in this room`)
  return writer(room, guest, args)
}

function textIn(args: Arguments, name: string): string {
  const value = args[name]
  if (typeof value !== 'string') throw new KithError('bad-value', `the argument '${name}' must be a text`)
  return value
}

function lengthOf({ length }: Uint8Array): number {
  if (length <= MAX_GUEST_ENTRY_BYTES) return length
  throw new KithError(
    'too-large',
    `a guest may write entries of up to ${grouped(MAX_GUEST_ENTRY_BYTES)} bytes, this one has ${grouped(length)}`,
  )
}
