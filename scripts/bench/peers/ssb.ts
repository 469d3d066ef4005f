/** Secure Scuttlebutt: one feed for each author, every message signed and checked, connections encrypted. */
import { promisify } from 'node:util'
import SecretStack from 'secret-stack'
import caps from 'ssb-caps' with { type: 'json' }
import database from 'ssb-db'
import replication from 'ssb-ebt'
import keys from 'ssb-keys'
import { serve } from '../rpc.ts'
import { talkMethods } from '../talk.ts'
import { addressOf, portOf } from './address.ts'

interface Post {
  value: { author: string; content: { text: string } }
}

/** What secret-stack takes for no limit. */
const NEVER = -1

type Done = (error: Error | null) => void

let peer: Peer

/** What is used of its interface. */
interface Peer {
  id: string
  getAddress(scope: string): string
  connect(address: string, done: Done): void
  /** The number of messages of each feed. */
  getVectorClock(done: (error: Error | null, clock: Record<string, number>) => void): void
  publish(content: { type: string; text: string }, done: Done): void
  /** Calls with each message that is added from now on. */
  post(onMessage: (post: Post) => void, immediately: boolean): void
  ebt: { request(feed: string, wanted: boolean): void }
}

/** The public key, which a caller has to know. */
const KEY = /\/shs\/(.*)$/

serve({
  ...talkMethods({
    start(folder) {
      peer = SecretStack({ caps }).use(database).use(replication)({
        path: folder,
        keys: keys.loadOrCreateSync(`${folder}/secret`),
        // By default it leaves a peer that is silent for five seconds, as it is while the others are measured.
        timers: { inactivity: NEVER },
        connections: {
          incoming: { net: [{ scope: 'device', host: '127.0.0.1', port: 0, transform: 'shs' }] },
          outgoing: { net: [{ transform: 'shs' }] },
        },
      })
      peer.ebt.request(peer.id, true)
      // What it follows is not kept: all that it has, also from before this start.
      peer.getVectorClock((_, clock) => Object.keys(clock).forEach((feed) => peer.ebt.request(feed, true)))
      return new Promise((resolve) => setTimeout(() => resolve(ownAddress()), 0))
    },

    create: () => Promise.resolve(peer.id),

    say: (_, text) => promisify((done: Done) => peer.publish({ type: 'post', text }, done))(),

    follow(_, onMessage) {
      peer.post(({ value }) => {
        if (value.author !== peer.id) onMessage(value.content.text)
      }, false)
      return Promise.resolve()
    },

    async connect(feed, address) {
      peer.ebt.request(feed, true)
      const key = KEY.exec(address)?.[1] ?? ''
      await promisify((done: Done) => peer.connect(`net:127.0.0.1:${portOf(address)}~shs:${key}`, done))()
    },

    member: () => Promise.resolve(peer.id),

    admit(_, feed) {
      peer.ebt.request(feed, true)
      return Promise.resolve()
    },
  }),
})

function ownAddress(): string {
  const [, port, key] = /net:[^:]*:(\d+)~shs:(.*)$/.exec(peer.getAddress('device')) ?? []
  return addressOf(Number(port), `/shs/${key}`)
}
