/** A large directory on a simulated network: filled, searched, poisoned and cleaned. */
import { holdersOf } from '../../../protocols/directory/holders.ts'
import {
  keyOf,
  signRecord,
  type DirectoryRecord,
  type Rights,
  type SignedRecord,
} from '../../../protocols/directory/index.ts'
import { packRecord } from '../../../protocols/directory/record.ts'
import { packNode } from '../../../protocols/directory/stored.ts'
import { sha256, type Signer } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type PeerId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { peerIdOfPublicKey } from '../../../protocols/wire/peer-ids.ts'
import { pick, randomInteger } from '../random.ts'
import { DirectoryNetwork } from './directory-network.ts'
import { plant } from './plant.ts'

/** One way. */
const LATENCY_MS = 10
/** What is put at once: a directory is filled by many who put a little, or by few who put much; both go the same way. */
const BATCH = 256
/** The first letters of words in English, and how often; what follows is drawn the same way. */
const LETTERS =
  'eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllluuucccmmmwwffggyyppbbvkjxqz'

export interface LargeDirectoryInit {
  random: Random
  nodes: number
  authors: number
}

/** What a search took. */
export interface Search {
  prefix: string
  entries: number
  rounds: number
  bytes: number
  /** One-way trips, one after another, in all. */
  trips: number
  isRight: boolean
}

export class LargeDirectory {
  readonly network: DirectoryNetwork
  readonly peers: readonly PeerId[]
  readonly #random: Random
  readonly #authors: readonly Signer[]
  readonly #removed = new Set<PeerId>()
  readonly #room = documentIdOfDigest(sha256(Buffer.from('a large directory')))
  readonly #rights: Rights = {
    counts: ({ author, of }) => !this.#removed.has(author) && of === author,
    isAdmin: () => false,
  }
  /** What is in it, by places. */
  #places: string[] = []

  constructor({ random, nodes, authors }: LargeDirectoryInit) {
    this.#random = random
    this.peers = Array.from({ length: nodes }, (_, i) => signerWithoutKey(`node ${i}`).author)
    this.#authors = Array.from({ length: authors }, (_, i) => signerWithoutKey(`author ${i}`))
    this.network = new DirectoryNetwork({
      ...{ room: this.#room, peers: this.peers, latencyMs: () => LATENCY_MS, rights: this.#rights },
      isSigned: (_room, { author, signature }: SignedRecord) =>
        Buffer.compare(signature.subarray(0, 32), markOf(author)) === 0,
    })
    this.network.settle()
  }

  /** Begins with entries of all authors that are at their holders already: to send a million of them would take hours. */
  begin(count: number): void {
    const [room, records] = [this.#room, this.#entries(count)]
    plant(records, this.#rights, (node) => {
      const { prefix } = node
      const writes = [
        { type: 'put-directory-node' as const, room, prefix, packed: packNode(node) },
        ...node.records.map(({ row, author, ...record }) => ({
          ...{ type: 'put-directory-record' as const, room, prefix, row, author },
          packed: packRecord({ ...record, author }),
        })),
      ]
      for (const holder of holdersOf(room, prefix, this.peers)) {
        const store = this.network.storeOf(holder)
        for (const write of writes) store.apply(write)
      }
    })
    this.#note(records)
  }

  /** Adds entries of all authors, in an order in which those that belong together are put together. */
  fill(count: number): void {
    const records = this.#entries(count)
    records.sort((a, b) => (a.place < b.place ? -1 : 1))
    for (let i = 0; i < records.length; i += BATCH) {
      const part = records.slice(i, i + BATCH)
      const { copies, refused } = this.network.place(pick(this.#random, this.peers), part)
      if (copies === 0 || refused > 0) throw new Error(`of ${part.length} entries, ${refused} were refused`)
    }
    this.#note(records)
  }

  #entries(count: number): DirectoryRecord[] {
    const before = this.#places.length
    return Array.from({ length: count }, (_, i) => this.#entry(`${this.#text()} ${before + i}`))
  }

  #note(records: readonly DirectoryRecord[]): void {
    this.#places = [...this.#places, ...records.map(({ place }) => place)].sort()
  }

  /** Lets one author write as much as it can. Returns its key. */
  poison(count: number): PeerId {
    const poisoner = signerWithoutKey('poisoner')
    for (let i = 0; i < count; i += BATCH) {
      const records = Array.from({ length: BATCH }, (_, j) =>
        signRecord(this.#room, { text: `${this.#text()} ${i + j}`, timeMs: 1 }, poisoner),
      )
      this.network.place(pick(this.#random, this.peers), records)
    }
    return poisoner.author
  }

  /** An admin removes an author. */
  remove(author: PeerId): void {
    this.#removed.add(author)
    this.network.revise()
    this.network.settle()
  }

  /** Records of an author on all nodes. */
  recordsOf(author: PeerId): number {
    const counts = this.peers.map((peer) => this.network.storeOf(peer).authorRecords(this.#room, author))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Searches for the beginning of something that is there, or might be. */
  search(limit: number): Search {
    const place = pick(this.#random, this.#places)
    const key = place.slice(0, place.indexOf('\0'))
    const prefix = key.slice(0, randomInteger(this.#random, 1, key.length))
    const found = this.network.find(pick(this.#random, this.peers), keyOf(prefix) ?? key, { limit })
    const expected = this.#from(keyOf(prefix) ?? key, found.entries.length)
    const all = this.#from(keyOf(prefix) ?? key, limit).length
    const isRight =
      found.entries.every((entry, i) => entry.place === expected[i]) &&
      (found.entries.length === all || found.next !== undefined)
    const { rounds, bytes } = found.cost
    return {
      ...{ prefix, entries: found.entries.length, rounds, bytes, isRight },
      trips: Math.round(found.tookMs / LATENCY_MS),
    }
  }

  /** How many places there are that begin with a prefix, up to a limit, in order. */
  #from(prefix: string, limit: number): string[] {
    let [low, high] = [0, this.#places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#places[middle] ?? '') < prefix) low = middle + 1
      else high = middle
    }
    const places = this.#places.slice(low, low + limit)
    return places.filter((place) => place.startsWith(prefix))
  }

  #entry(text: string): DirectoryRecord {
    return signRecord(this.#room, { text, timeMs: 1 }, pick(this.#random, this.#authors))
  }

  #text(): string {
    return Array.from({ length: randomInteger(this.#random, 1, 3) }, () => this.#word()).join(', ')
  }

  #word(): string {
    return Array.from({ length: randomInteger(this.#random, 3, 9) }, () => pick(this.#random, LETTERS.split(''))).join(
      '',
    )
  }
}

/** Its signatures are marks that cost nothing, as a million of them would take minutes to make and to check. */
function signerWithoutKey(name: string): Signer {
  const author = peerIdOfPublicKey(sha256(Buffer.from(name)))
  const mark = markOf(author)
  return { author, sign: (content) => Buffer.concat([mark, sha256(content)]) }
}

const marks = new Map<PeerId, Uint8Array>()

function markOf(author: PeerId): Uint8Array {
  const mark = marks.get(author) ?? sha256(Buffer.from(author))
  marks.set(author, mark)
  return mark
}
