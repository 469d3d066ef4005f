/** A shared array in LevelDB, with a provider over WebSockets: nothing is signed, encrypted or flushed. */
import { once } from 'node:events'
import type { EventEmitter } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { LeveldbPersistence } from 'y-leveldb'
import * as Y from 'yjs'
import { serve } from '../rpc.ts'
import { talkMethods } from '../talk.ts'
import { addressOf, portOf } from './address.ts'

const NAME = 'bench'
/** The first byte of each of the provider's messages. */
const STATE_VECTOR = 0
const UPDATE = 1

interface Entry {
  timeMs: number
  text: string
}

const doc = new Y.Doc()
let store: { storeUpdate(name: string, update: Uint8Array): Promise<number>; getYDoc(name: string): Promise<unknown> }
/** The write of the newest update; all earlier ones are done by then. */
let stored: Promise<unknown> = Promise.resolve()

/** What is used of a socket. */
type Socket = EventEmitter & { send(data: Uint8Array): void }

function attach(socket: Socket): void {
  const send = (kind: number, content: Uint8Array): void => socket.send(Buffer.concat([Buffer.of(kind), content]))
  const onUpdate = (update: Uint8Array, origin: unknown): void => {
    if (origin !== socket) send(UPDATE, update)
  }
  socket.on('message', (data: Buffer) => {
    const content = data.subarray(1)
    if (data[0] === STATE_VECTOR) send(UPDATE, Y.encodeStateAsUpdate(doc, content))
    else Y.applyUpdate(doc, content, socket)
  })
  socket.on('close', () => doc.off('update', onUpdate))
  doc.on('update', onUpdate)
  send(STATE_VECTOR, Y.encodeStateVector(doc))
}

serve({
  ...talkMethods({
    async start(folder) {
      store = new LeveldbPersistence(folder)
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(await store.getYDoc(NAME)))
      doc.on('update', (update: Uint8Array) => (stored = store.storeUpdate(NAME, update)))
      const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
      server.on('connection', attach)
      await once(server, 'listening')
      return addressOf((server.address() as AddressInfo).port)
    },

    create: () => Promise.resolve(NAME),

    say(_, text) {
      doc.getArray(NAME).push([{ timeMs: Date.now(), text } satisfies Entry])
      return stored
    },

    follow(_, onMessage) {
      // Observers run before the update itself is stored.
      doc.getArray(NAME).observe(({ changes }: { changes: { delta: { insert?: Entry[] }[] } }) => {
        queueMicrotask(() => {
          const entries = changes.delta.flatMap(({ insert }) => insert ?? [])
          void stored.then(() => entries.forEach(({ text }) => onMessage(text)))
        })
      })
      return Promise.resolve()
    },

    async connect(_, address) {
      const socket: Socket = new WebSocket(`ws://127.0.0.1:${portOf(address)}`)
      // Not after an await: the other side speaks first, and would not be heard.
      socket.once('open', () => attach(socket))
      await once(socket, 'open')
    },
  }),
})
