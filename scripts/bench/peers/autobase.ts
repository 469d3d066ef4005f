/** Logs of several writers, merged into one view: Hypercores beneath, so tree heads are signed and connections encrypted. */
import { once } from 'node:events'
import type { EventEmitter } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import Autobase from 'autobase'
import Corestore from 'corestore'
import { serve } from '../rpc.ts'
import { talkMethods } from '../talk.ts'
import { addressOf, portOf } from './address.ts'

type Entry = { timeMs: number; text: string } | { writer: string }

/** What is used of a view. */
interface View {
  length: number
  /** Below it, nothing is reordered any more. */
  signedLength: number
  get(index: number): Promise<{ text: string }>
  append(entry: Entry): Promise<unknown>
}

/** What is used of its interface. */
interface Base extends EventEmitter {
  key: Buffer
  local: { key: Buffer }
  view: View
  writable: boolean
  ready(): Promise<void>
  append(entry: Entry): Promise<unknown>
  update(): Promise<void>
  replicate(isInitiator: boolean): Duplex
}

interface Host {
  addWriter(key: Buffer, options: { indexer: boolean }): Promise<void>
}

let store: unknown
let base: Base | undefined

function open(key?: string): Promise<Base> {
  base ??= new Autobase(store, key === undefined ? null : Buffer.from(key, 'hex'), {
    valueEncoding: 'json',
    open: (views: { get(name: string, options: object): View }) => views.get('view', { valueEncoding: 'json' }),
    async apply(nodes: { value: Entry | null }[], view: View, host: Host) {
      for (const { value } of nodes) {
        // An acknowledgement has no value.
        if (value === null) continue
        if ('writer' in value) await host.addWriter(Buffer.from(value.writer, 'hex'), { indexer: true })
        else await view.append(value)
      }
    },
  }) as Base
  const opened = base
  return opened.ready().then(() => opened)
}

async function textsFrom(view: View, start: number): Promise<string[]> {
  const texts: string[] = []
  for (let i = start; i < view.length; i++) texts.push((await view.get(i)).text)
  return texts
}

function replicate(merged: Base, socket: Socket, isInitiator: boolean): void {
  socket.setNoDelay(true)
  const stream = merged.replicate(isInitiator)
  socket.pipe(stream).pipe(socket)
  for (const end of [socket, stream]) end.on('error', () => socket.destroy())
}

serve({
  ...talkMethods({
    async start(folder) {
      store = new Corestore(folder)
      const server = createServer((socket) => void open().then((opened) => replicate(opened, socket, false)))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return addressOf((server.address() as AddressInfo).port)
    },

    create: async () => (await open()).key.toString('hex'),

    async say(room, text) {
      const own = await open(room)
      if (!own.writable) await once(own, 'writable')
      await own.append({ timeMs: Date.now(), text })
    },

    async follow(room, onMessage) {
      const merged = await open(room)
      await merged.update()
      let settled = merged.view.signedLength
      const known = new Set(await textsFrom(merged.view, settled))
      let isReading = false
      let isStale = false
      merged.on('update', () => {
        isStale = true
        if (!isReading) void read()
      })
      // What is not settled yet may have moved, so it is read again.
      async function read(): Promise<void> {
        isReading = true
        while (isStale) {
          isStale = false
          const { view } = merged
          const nextSettled = view.signedLength
          for (const text of await textsFrom(view, settled)) if (!known.has(text)) onMessage(text)
          settled = Math.max(settled, nextSettled)
        }
        isReading = false
      }
    },

    async connect(room, address) {
      const merged = await open(room)
      const socket = connect(portOf(address), '127.0.0.1')
      await once(socket, 'connect')
      replicate(merged, socket, true)
    },

    member: async (room) => (await open(room)).local.key.toString('hex'),

    async admit(room, member) {
      await (await open(room)).append({ writer: member })
    },
  }),
})
