/** What guests of a node write, for whoever serves them. */
import { chat } from './apps/chat/index.ts'
import { map } from './apps/map/index.ts'
import { requireGuestSpace } from './guest-space.ts'
import { KithError, type JsonValue, type Room, type SentDocument } from './kith.ts'

type Arguments = Readonly<Record<string, JsonValue>>

/** Something that a guest is about to write. */
export interface GuestWriting {
  /** About as long as its document. */
  sizeBytes: number
  /** Throws a KithError as the command of the app does. */
  write(): Promise<SentDocument>
}

type Writer = (room: Room, guest: string, args: Arguments) => GuestWriting

const WRITERS: Readonly<Record<string, Readonly<Record<string, Writer>>>> = {
  [chat.name]: {
    send(room, guest, args) {
      const text = textIn(args, 'text')
      const replyTo = args['replyTo'] === undefined ? undefined : textIn(args, 'replyTo')
      const write = (): Promise<SentDocument> => room.as(chat).send(text, { guest, replyTo })
      return { sizeBytes: Buffer.byteLength(text), write }
    },
  },
  [map.name]: {
    put(room, guest, args) {
      const { value } = args
      if (value === undefined) throw new KithError('bad-value', "the argument 'value' is missing")
      const key = textIn(args, 'key')
      const table = room.as(map)
      const sizeBytes = requireGuestSpace(table, { kind: 'put', value: { key, value, guest } })
      return { sizeBytes, write: () => table.put(key, value, { guest }) }
    },
    delete(room, guest, args) {
      const key = textIn(args, 'key')
      const table = room.as(map)
      const sizeBytes = requireGuestSpace(table, { kind: 'delete', value: { key, guest } })
      return { sizeBytes, write: () => table.delete(key, { guest }) }
    },
  },
}

/** Whether guests can write in rooms of an app. */
export function isForGuestsToWrite({ app }: Pick<Room, 'app'>): boolean {
  return Object.hasOwn(WRITERS, app)
}

/**
 * What a guest of this node, by its name, writes by a command of a room's app. Throws a KithError `bad-value`,
 * `no-such-command` if guests write nothing by that, or as `requireGuestSpace`.
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
