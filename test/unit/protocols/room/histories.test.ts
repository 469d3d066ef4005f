/** What rooms come to by the histories of the vectors, in whatever order the documents arrive. */
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../../protocols/document/document.ts'
import { MAX_STATE_BYTES } from '../../../../protocols/room/constants.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { parseDocumentId, type DocumentId, type RoomId } from '../../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../../protocols/wire/peer-ids.ts'
import { builtInApps, byName } from '../../../../src/apps/index.ts'
import type { Fold } from '../../../../src/kith.ts'
import { RoomGraph } from '../../../../src/room/graph.ts'
import { decodeRoot } from '../../../../src/room/root.ts'
import { RoomView } from '../../../../src/room/view.ts'
import { unknownFold, wholeFold } from '../../../../src/room/whole-state.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { memoryStore } from '../../../../src/store/memory.ts'
import { peerA, shuffle, welcome } from '../../room/history.ts'
import { fromHex, fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

interface HistoryVector {
  name: string
  room: string
  app: string
  documents: { name: string; block: Spelled }[]
  order: string[]
  heads: string[]
  refused: string[]
  sizeBytes: number
  state: Spelled
  hash: string
}

interface Vectors {
  authors: { name: string; seed: string; publicKey: string; peer: string }[]
  histories: HistoryVector[]
}

const FOLDERS = ['room', 'apps/chat', 'apps/map']

/** A room of the vectors, in the code that nodes run. */
class Room {
  readonly id: RoomId
  readonly store = memoryStore()
  readonly fold
  readonly #graph: RoomGraph
  readonly view: RoomView<unknown>
  readonly refused = new Set<DocumentId>()

  constructor({ room, documents }: HistoryVector) {
    this.id = parseDocumentId(room)!
    const root = documents.map(({ block }) => decodeDocument(fromSpelled(block))).find(({ id }) => id === this.id)!
    const app = byName(builtInApps).get(decodeRoot(root)?.app ?? '')
    this.fold = wholeFold(app?.fold ?? (unknownFold as Fold<unknown>), { owner: root.author })
    this.#graph = new RoomGraph(this.id, this.store)
    this.view = new RoomView(this.id, this.fold, this.store) as RoomView<unknown>
  }

  receive(...blocks: Uint8Array[]): void {
    const { accepted } = this.#graph.receive(blocks, peerA, welcome)
    for (const id of this.view.fold(accepted)) this.refused.add(id)
  }

  /** What the vector says. */
  outcome() {
    return {
      order: this.store.documents(this.id, { limit: 10_000 }).map(({ id }) => id),
      heads: this.store.newestHeads(this.id, Infinity).map(({ id }) => id),
      sizeBytes: this.view.sizeBytes(),
      state: toHex(this.encodedState()),
      hash: this.view.hash(),
    }
  }

  encodedState(): Uint8Array {
    return this.fold.encode(this.view.state as never)
  }
}

function expected({ order, heads, sizeBytes, state, hash }: HistoryVector) {
  return { order, heads, sizeBytes, state: toHex(fromSpelled(state)), hash }
}

/** Few enough to try every order. */
const FEW_DOCUMENTS = 5

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}

/** The blocks of a history in several orders of arrival, by what they show. */
function arrivals({ documents, order }: HistoryVector): [string, Uint8Array[]][] {
  const blocks = documents.map(({ block }) => fromSpelled(block))
  if (blocks.length <= FEW_DOCUMENTS) return permutations(blocks).map((some, index) => [`order ${index}`, some])
  const rank = (block: Uint8Array): number => order.indexOf(decodeDocument(block).id)
  return [
    ['as the vector has them', blocks],
    ['backwards', blocks.toReversed()],
    ["in the room's order", blocks.toSorted((a, b) => rank(a) - rank(b))],
    ...[1, 2].map((seed): [string, Uint8Array[]] => {
      return [`shuffled ${seed}, some twice`, shuffle([...blocks, ...blocks.slice(0, 5)], seededRandom(seed))]
    }),
  ]
}

describe.each(FOLDERS)('a history of protocols/%s', (folder) => {
  const { authors, histories } = readVectors<Vectors>(`${folder}/vectors/histories.json`)

  it.each(histories.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const outcome = expected(vector)
    for (const [how, blocks] of arrivals(vector)) {
      const room = new Room(vector)
      for (const block of blocks) room.receive(block)
      expect(room.outcome(), `one by one, ${how}`).toEqual(outcome)
      const halves = new Room(vector)
      halves.receive(...blocks.slice(0, blocks.length / 2))
      halves.receive(...blocks.slice(blocks.length / 2))
      expect(halves.outcome(), `in two batches, ${how}`).toEqual(outcome)
    }
    const atOnce = new Room(vector)
    atOnce.receive(...vector.documents.map(({ block }) => fromSpelled(block)))
    expect(atOnce.outcome(), 'all at once').toEqual(outcome)
    expect([...atOnce.refused], 'refused').toEqual(vector.refused)
    const state = atOnce.encodedState()
    expect(toHex(atOnce.fold.encode(atOnce.fold.decode(state))), 'written again').toBe(toHex(state))
  })

  it('is by authors of these seeds', () => {
    for (const { seed, publicKey, peer } of authors) {
      const signer = signerOfSeed(fromHex(seed))
      expect([signer.author, toHex(publicKeyOfPeerId(signer.author)!)]).toEqual([peer, publicKey])
    }
  })
})

describe('the histories of a full state', () => {
  const { histories } = readVectors<Vectors>('apps/map/vectors/histories.json')

  it('reach the cap to the byte, and refuse what would pass it', () => {
    const full = histories.filter(({ refused }) => refused.length > 0)
    expect(full.map(({ refused }) => refused.length)).toEqual([3, 1])
    expect(full.every(({ sizeBytes }) => sizeBytes <= MAX_STATE_BYTES)).toBe(true)
  })
})
