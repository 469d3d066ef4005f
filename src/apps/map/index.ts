/** The app `map`: keys and values. */
import { newGuestName, shownGuest } from '../../guest-name.ts'
import type { ArgumentDescription, JsonValue, Room } from '../../kith.ts'
import type { ByGuest } from '../by-guest.ts'
import { defineApp } from '../define-app.ts'
import type { MoreOfWrite } from './more.ts'
import { mapKinds } from './kinds.ts'
import { emptyMap, keyIn, keysOf, keyToSet, mapCodec, requireUnguarded, valueOf, withWrite } from './state.ts'

/** Keys that simulated users write: few, so that they collide. */
const SAMPLE_KEYS = 5

/** Documents that are looked at for the changes of a key: some tenths of a second, in which nobody else has a turn. */
const MAX_LOOKED_AT = 4_000
/** Of the changes of a key: more than a plot shows. */
const MAX_CHANGES = 1_000

/** From then on, nothing with a lower one changes the key. */
const FENCE: ArgumentDescription = {
  name: 'fence',
  type: 'number',
  option: '--fence <n>',
  description: 'of a lock: what has a lower one, or none, changes the key no more',
}

export const map = defineApp({
  name: 'map',
  initial: emptyMap,
  kinds: mapKinds,
  reduce: withWrite,
  commutes: true,
  codec: mapCodec,
  commands: {
    /**
     * Sets a key, for a guest of this node if one is named, or with the fence of a lock: then nothing with a lower one has
     * an effect on the key. Throws a KithError `bad-name` for a name that no guest gets, `bad-value`, or `map/guarded` if one
     * with a higher fence is known here.
     */
    async put(room, typed: string, value: JsonValue, more: MoreOfWrite = {}) {
      const key = keyToSet(room.state, typed)
      requireUnguarded(room.state, key, more.fence)
      return room.update('put', { key, value, ...newMore(more) })
    },
    /** Removes a key, as `put` sets it. */
    async delete(room, typed: string, more: MoreOfWrite = {}) {
      const key = keyIn(room.state, typed)
      requireUnguarded(room.state, key, more.fence)
      return room.update('delete', { key, ...newMore(more) })
    },
    /** The value of a key; undefined if it has none. */
    get: (room, key: string) => valueOf(room.state, keyIn(room.state, key)),
    /** All keys, sorted. */
    keys: (room) => keysOf(room.state),
    /** All keys, sorted, each with its value and who wrote that: a guest with whose guest it is. */
    entries(room) {
      const writer = writersIn(room)
      return keysOf(room.state).map((key) => {
        const { value = null, author = '', guest } = room.state.entries.get(key) ?? {}
        return { key, value, ...writer(author, guest) }
      })
    },
    /**
     * What a key was set to, oldest first, with who did it, and when by their clock; no value where it was removed. Of the
     * newest documents of the room only, and not of authors that were dropped.
     */
    changes(room, key: string) {
      const wanted = keyIn(room.state, key)
      const writer = writersIn(room)
      const dropped = new Set(room.members().flatMap((member) => (member.dropped ? [member.peer] : [])))
      const found: ({ timeMs: number; value?: JsonValue; name: string; author: string } & ByGuest)[] = []
      for (const { kind, body, author, timeMs } of room.documents({ last: MAX_LOOKED_AT })) {
        const change = changeOf(kind, body)
        if (change?.key !== wanted || dropped.has(author)) continue
        const { key: _, guest, fence: __, ...value } = change
        found.push({ timeMs, ...value, ...writer(author, guest) })
      }
      return found.slice(-MAX_CHANGES)
    },
  },
  offers: {
    put: {
      summary: 'set a key of a map room',
      description: 'set a key of a map room to a JSON value, or to a text if it is not JSON',
      args: [
        { name: 'key', description: 'what to set' },
        { name: 'value', description: 'what to set it to', type: 'json' },
        FENCE,
      ],
      prints: 'nothing',
      examples: [
        ['kith put Stock apples 3', 'store a number'],
        ['kith put Stock owner Alice', 'store a text'],
        ['kith put Stock code \'"007"\'', 'a text that looks like JSON: put JSON quotes inside shell quotes'],
        ['kith put Stock pears \'{"green": 2, "red": 1}\'', 'any JSON'],
        ['kith put Stock list - < list.json', 'from standard input; \'"-"\' is a dash'],
        ['kith put Stock count 7 --fence $KITH_FENCE', 'with a lock: see kith lock run'],
      ],
    },
    get: {
      summary: 'print the value of a key of a map room',
      description: 'print the value of a key of a map room: a text as it is, anything else as JSON',
      args: [{ name: 'key', description: 'what to look up' }],
      absent: 'has no key "{key}".',
      examples: [
        ['kith get Stock apples', ''],
        ['kith get Stock owner --json', 'print JSON, even for a text'],
      ],
      notes: ['Exits with 1 if there is no such key.'],
    },
    keys: {
      summary: 'list the keys of a map room, sorted',
      prints: 'names',
      notes: ['What cannot be seen in a key is shown as ⟨U+200B⟩, and can be given so to get, put and delete.'],
      examples: [['kith keys Stock', '']],
    },
    entries: {
      summary: 'list the keys of a map room with their values',
      description: 'list the keys of a map room, sorted, each with its value and who wrote it last',
      prints: 'table',
      examples: [
        ['kith entries Stock', ''],
        ['kith entries Stock --json', 'with keys exactly as they are'],
      ],
    },
    changes: {
      summary: 'list what a key of a map room was set to',
      description: 'list what a key of a map room was set to, oldest first, with when and by whom',
      args: [{ name: 'key', description: 'what to look up' }],
      prints: 'table',
      examples: [['kith changes Stock apples', '']],
      notes: ['Looks at the newest 4,000 documents of the room, and lists the newest 1,000 changes.'],
    },
    delete: {
      summary: 'remove a key of a map room',
      args: [{ name: 'key', description: 'what to remove' }, FENCE],
      prints: 'nothing',
      examples: [['kith delete Stock apples', '']],
    },
  },
  sample: ({ text, count }) => ({ kind: 'put', value: { key: `key ${count % SAMPLE_KEYS}`, value: text } }),
})

/** Tells who wrote something in a room, by its author and the guest of that, if one did. */
function writersIn(
  room: Room,
): (author: string, guest: string | undefined) => { name: string; author: string } & ByGuest {
  const names = new Map(room.members().map(({ peer, name }) => [peer, name]))
  return (author, guest) => {
    const name = names.get(author) ?? author
    return guest === undefined ? { name, author } : { name: shownGuest(guest, name), author, guest }
  }
}

function newMore({ guest, fence }: MoreOfWrite): MoreOfWrite {
  return { ...(guest !== undefined && { guest: newGuestName(guest) }), ...(fence !== undefined && { fence }) }
}

/** What a document does to which key, and for whom; undefined if it is none of a map. */
function changeOf(kind: string, body: Uint8Array): ({ key: string; value?: JsonValue } & MoreOfWrite) | undefined {
  if (kind !== 'put' && kind !== 'delete') return undefined
  const known = mapKinds[kind]
  return body.length > known.maxBytes ? undefined : known.decode(body)
}
