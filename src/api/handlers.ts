/** What each call and stream of the API does with a node. */
import { KithError } from '../kith.ts'
import type { HistoryOptions, KithNode, Room } from '../kith.ts'
import type { ApiInput, CallName, CallOutputs, StreamName, StreamOutputs } from './contract.ts'
import { NdjsonStream } from './ndjson.ts'
import type { Subscribe } from './ndjson.ts'
import { documentRecord, listen, subscribeEvents } from './records.ts'

export type CallHandlers = {
  [Name in CallName]: (input: ApiInput<Name>) => CallOutputs[Name] | Promise<CallOutputs[Name]>
}

export type StreamHandlers = {
  [Name in StreamName]: (input: ApiInput<Name>) => NdjsonStream<StreamOutputs[Name]>
}

/** The calls; `onStop` is called when a client asks the node to stop. */
export function callHandlers(node: KithNode, onStop: () => void): CallHandlers {
  const room = (input: { room: string }): Room => node.rooms.get(input.room)
  return {
    id: () => ({ peer: node.peer, name: node.name, addresses: node.addresses() }),
    status: () => node.status(),
    peers: () => node.peers(),
    connect: async ({ address }) => ({ peer: await node.connect(address) }),
    stop: () => {
      // Only after this answer has been written.
      setImmediate(onStop)
      return { stopping: true }
    },
    'rooms.list': () => node.rooms.list().map((each) => each.summary()),
    'rooms.create': async ({ name, app }) =>
      (await node.rooms.create(app === undefined ? { name } : { name, app })).details(),
    'rooms.join': async ({ room: reference, peers }) =>
      (await node.rooms.join(reference, peers === undefined ? {} : { peers })).details(),
    'rooms.show': (input) => room(input).details(),
    'rooms.leave': async (input) => {
      const left = room(input)
      const { id, name } = left
      // Leaving is not for guessing: the beginning of a name could mean another room by now.
      if (input.room !== name && !id.startsWith(input.room)) {
        throw new KithError(
          'no-such-room',
          `there is no room '${input.room}' here; to leave '${name}', give its whole name`,
        )
      }
      await left.leave()
      return { id, name }
    },
    'rooms.members': (input) => room(input).members(),
    'rooms.state': (input) => room(input).state(),
    'messages.send': (input) => room(input).send(input.text),
    'documents.write': (input) => room(input).write(input.kind, new Uint8Array(Buffer.from(input.body, 'base64'))),
    'map.put': (input) => room(input).put(input.key, input.value),
    'map.get': (input) => {
      const value = room(input).get(input.key)
      return value === undefined ? {} : { value }
    },
    'map.delete': (input) => room(input).delete(input.key),
    'map.keys': (input) => room(input).keys(),
  }
}

/** The streams. History is read and events are subscribed to in one turn, so nothing falls between. */
export function streamHandlers(node: KithNode): StreamHandlers {
  return {
    'messages.read': (input) => {
      const room = node.rooms.get(input.room)
      return historyStream(
        input,
        (options) => room.messages(options),
        (push) => listen(room, 'message', push),
      )
    },
    'documents.read': (input) => {
      const room = node.rooms.get(input.room)
      return historyStream(
        input,
        (options) => room.documents(options).map(documentRecord),
        (push) => listen(room, 'document', (document) => push(documentRecord(document))),
      )
    },
    events: () => new NdjsonStream<StreamOutputs['events']>([], (push) => subscribeEvents(node, push)),
  }
}

function historyStream<Item extends { id: string }>(
  { last, follow }: { last?: number | undefined; follow?: boolean | undefined },
  read: (options: HistoryOptions) => Item[],
  subscribe: Subscribe<Item>,
): NdjsonStream<Item> {
  const history = last === 0 ? [] : read(last === undefined ? {} : { last })
  if (follow !== true) return new NdjsonStream(history)
  // What was applied just now may be in the history already while its event is still to come.
  const shown = new Set(history.map((item) => item.id))
  return new NdjsonStream(history, (push) => subscribe((item) => shown.has(item.id) || push(item)))
}
