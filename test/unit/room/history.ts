/** Random rooms for property tests: authors that write concurrently, fork, and leave signatures to later documents. */
import fc from 'fast-check'
import {
  encodeDocument,
  isSignatureValid,
  type Document,
  type DocumentFields,
} from '../../../protocols/document/document.ts'
import { signerOfSeed, type Signer } from '../../../protocols/wire/crypto.ts'
import { compareDocumentIds, type DocumentId, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { encodeRoot } from '../../../src/room/root.ts'
import { encodeText } from '../../../src/apps/body.ts'
import type { Store } from '../../../src/store/store.ts'
import type { Now } from '../../../src/machine/io.ts'

/** Authors of a random history. */
const AUTHORS = 4

/** An instant at which both clocks are the same. */
export const at = (ms: number): Now => ({ monotonicMs: ms, wallMs: ms })

export const NOW_MS = 1_700_000_000_000

/** Always the same key for the same number. */
export function signerOf(index: number): Signer {
  return signerOfSeed(Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? (index >> (8 * i)) & 0xff : 7)))
}

export const peerA = 'peer-a' as PeerId
export const peerB = 'peer-b' as PeerId

/** Admits every document. */
export const welcome = (): 'welcome' => 'welcome'

export function rootOf(app = 'chat', seed = 1): Document {
  return encodeRoot({ name: 'Kitchen', app }, signerOf(0), NOW_MS, seededRandom(seed))
}

export type Signing = 'signed' | 'unsigned' | 'wrong'

/** A rule that a document breaks, which its block alone does not show. */
export type Fault = 'none' | 'late-clock' | 'early-clock' | 'skipped-seq' | 'previous-of-other'

/** One document of a history, by what it names. */
export interface Step {
  author: number
  /** Earlier documents that it names, counted from the newest; beyond the first means the first. */
  parents: readonly number[]
  /** Continues the author's chain one document before its end, if there is one. */
  isFork: boolean
  signing: Signing
  fault?: Fault
  kind?: string
  body?: Uint8Array
}

/** Writes documents of one room with correct clocks and chains. */
export class Writer {
  readonly documents: Document[]
  readonly room: RoomId
  readonly #chains = new Map<number, Document[]>()

  constructor(root: Document = rootOf()) {
    this.documents = [root]
    this.room = root.id
    this.#chains.set(0, [root])
  }

  write({ author, parents, isFork, signing, fault = 'none', kind = 'message', body }: Step): Document {
    const signer = signerOf(author)
    const chain = this.#chains.get(fault === 'previous-of-other' ? (author + 1) % AUTHORS : author) ?? []
    const previous = chain.at(isFork ? -2 : -1)
    const named = parents
      .map((back) => this.documents.at(-1 - back) ?? this.documents[0]!)
      .filter(({ id }) => id !== previous?.id)
    const clockShift = fault === 'late-clock' ? 1 : fault === 'early-clock' ? -1 : 0
    const others = new Map((named.length === 0 && !previous ? [this.documents[0]!] : named).map((d) => [d.id, d]))
    const document = signed(
      {
        room: this.room,
        author: signer.author,
        seq: previous ? previous.seq + (fault === 'skipped-seq' ? 2 : 1) : 0,
        previous: previous?.id ?? null,
        parents: [...others.keys()].sort(compareDocumentIds),
        clock: Math.max(2, clockShift + clockAfter([...others.values(), ...(previous ? [previous] : [])])),
        timeMs: NOW_MS + this.documents.length, // otherwise two forks would be the same document
        epoch: 0,
        kind,
        links: [],
        body: body ?? encodeText(`text ${this.documents.length}`),
      },
      signer,
      signing,
    )
    this.documents.push(document)
    if (fault !== 'previous-of-other') {
      this.#chains.set(author, previous ? [...chain.slice(0, chain.indexOf(previous) + 1), document] : [document])
    }
    return document
  }

  /** A signed document at the end of its author's chain, after everything so far. */
  say(author: number, text: string, signing: Signing = 'signed'): Document {
    return this.write({ author, parents: [0], isFork: false, signing, body: encodeText(text) })
  }
}

/** A long chain by one author after the root, in which every n-th document is signed. */
export function chainOf(root: Document, author: number, count: number, signedEvery: number): Document[] {
  const signer = signerOf(author)
  let previous: DocumentId | null = null
  return Array.from({ length: count }, (_, seq) => {
    const fields: DocumentFields = {
      ...{ room: root.id, author: signer.author, seq, previous, parents: seq === 0 ? [root.id] : [], clock: seq + 2 },
      ...{ timeMs: NOW_MS, epoch: 0, kind: 'message', links: [], body: encodeText(`text ${seq}`) },
    }
    const document = signed(fields, signer, (seq + 1) % signedEvery === 0 ? 'signed' : 'unsigned')
    previous = document.id
    return document
  })
}

function clockAfter(documents: readonly Document[]): number {
  return 1 + Math.max(...documents.map(({ clock }) => clock))
}

/** A document with these fields, and a signature of the given kind. */
export function signed(fields: DocumentFields, signer: Signer, signing: Signing = 'signed'): Document {
  if (signing === 'unsigned') return encodeDocument(fields)
  if (signing === 'signed') return encodeDocument(fields, signer)
  return encodeDocument(fields, { author: signer.author, sign: () => new Uint8Array(64).fill(9) })
}

/** Steps of a history whose documents are all valid unless `signings` and `faults` say otherwise. */
export function stepsArbitrary(
  maxLength: number,
  signings: readonly Signing[] = ['signed'],
  faults: readonly Fault[] = ['none'],
): fc.Arbitrary<Step[]> {
  const step = fc.record({
    author: fc.nat({ max: AUTHORS - 1 }),
    parents: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
    isFork: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    signing: fc.constantFrom(...signings),
    fault: fc.constantFrom(...faults),
  })
  return fc.array(step, { minLength: 1, maxLength })
}

export function writeHistory(steps: readonly Step[], root = rootOf()): Document[] {
  const writer = new Writer(root)
  for (const step of steps) writer.write(step)
  return writer.documents
}

/** A random order of delivery: documents, some of them twice, in groups. */
export function deliveryOf(documents: readonly Document[], seed: number): Uint8Array[][] {
  const random = seededRandom(seed)
  const shuffled = shuffle([...documents, ...documents.filter(() => random() < 0.3)], random)
  const groups: Uint8Array[][] = [[]]
  for (const { block } of shuffled) {
    if (random() < 0.4) groups.push([])
    groups.at(-1)!.push(block)
  }
  return groups
}

export function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}

export function ancestorIds({ previous, parents }: Document): readonly DocumentId[] {
  return previous === null ? parents : [previous, ...parents]
}

/**
 * What a room must have accepted once all documents have arrived: the largest set in which every
 * document has its ancestors, keeps the rules about them, and is signed or named as previous by a
 * proven one of its author. Directly from the definition, one removal at a time.
 */
export function acceptableOf(documents: readonly Document[]): Document[] {
  const set = new Map(documents.map((document) => [document.id, document]))
  const isProven = (document: Document): boolean =>
    isSignatureValid(document) ||
    [...set.values()].some((next) => next.previous === document.id && next.author === document.author && isProven(next))
  const isSound = (document: Document): boolean => {
    const ancestors = ancestorIds(document).flatMap((id) => set.get(id) ?? [])
    if (ancestors.length < ancestorIds(document).length) return false
    if (document.clock !== (ancestors.length === 0 ? 1 : clockAfter(ancestors))) return false
    const previous = document.previous === null ? undefined : set.get(document.previous)
    return previous === undefined || (previous.author === document.author && previous.seq === document.seq - 1)
  }
  const isWrong = (document: Document): boolean => !isSound(document) || !isProven(document)
  for (let wrong = documents.find(isWrong); wrong !== undefined; wrong = [...set.values()].find(isWrong)) {
    set.delete(wrong.id)
  }
  return [...set.values()].sort(comparePositions)
}

/** What a store says about a room, to compare with another store's. */
export function contentOf(store: Store, room: RoomId): unknown {
  return {
    documents: store.documents(room, { limit: 10_000 }).map(({ id }) => id),
    heads: store.newestHeads(room, Infinity),
    authorHeads: store.authorHeads(room),
    totals: store.totals(room),
  }
}
