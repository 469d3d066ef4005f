/** One writer's log: the head of its Merkle tree is signed at each append, and connections are encrypted. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import Log from 'hypercore'
import { serve } from '../rpc.ts'
import { talkMethods } from '../talk.ts'
import { addressOf, portOf } from './address.ts'

/** What is used of its interface. */
interface Hypercore {
  key: Buffer
  length: number
  ready(): Promise<void>
  append(entry: Entry): Promise<unknown>
  get(index: number): Promise<Entry>
  createReadStream(options: { live: boolean }): AsyncIterable<Entry>
  download(range: { start: number; end: number }): unknown
  replicate(isInitiator: boolean): Duplex
}

interface Entry {
  timeMs: number
  text: string
}

let folder = ''
let own: Hypercore
/** The log of another node. */
let followed: Hypercore

function replicate(core: Hypercore, socket: Socket, isInitiator: boolean): void {
  socket.setNoDelay(true)
  const stream = core.replicate(isInitiator)
  socket.pipe(stream).pipe(socket)
  for (const end of [socket, stream]) end.on('error', () => socket.destroy())
}

async function read(core: Hypercore, onMessage: (text: string) => void): Promise<void> {
  for await (const { text } of core.createReadStream({ live: true })) onMessage(text)
}

serve({
  ...talkMethods({
    async start(path) {
      folder = path
      own = new Log(join(folder, 'own'), { valueEncoding: 'json' })
      await own.ready()
      const server = createServer((socket) => replicate(own, socket, false))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return addressOf((server.address() as AddressInfo).port)
    },

    create: () => Promise.resolve(own.key.toString('hex')),

    say: (_, text) => own.append({ timeMs: Date.now(), text }),

    async follow(room, onMessage) {
      followed = new Log(join(folder, room), Buffer.from(room, 'hex'), { valueEncoding: 'json' })
      await followed.ready()
      void read(followed, onMessage)
    },

    async connect(_, address) {
      const socket = connect(portOf(address), '127.0.0.1')
      await once(socket, 'connect')
      replicate(followed, socket, true)
      // Without a range it would fetch each block only when it is read.
      followed.download({ start: 0, end: -1 })
    },

    // Blocks can be fetched in any order.
    newest: async () => (followed.length === 0 ? undefined : (await followed.get(followed.length - 1)).text),
  }),
})
