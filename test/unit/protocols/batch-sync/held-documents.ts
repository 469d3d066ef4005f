/** Documents in memory, as seen by batch sync: no store, no signatures, arbitrary clocks and ids. */
import type {
  BatchSyncPorts,
  HeldDocument,
  NeighbourStanding,
  Sharing,
} from '../../../../protocols/batch-sync/ports.ts'
import type { ReconcilePorts } from '../../../../protocols/batch-sync/reconcile.ts'
import { MAX_FRONTIER_IDS } from '../../../../protocols/room-state/constants.ts'
import { digestOfDocumentId, documentIdOfDigest } from '../../../../protocols/wire/ids.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Frontier } from '../../../../protocols/wire/frontier.ts'
import { comparePositions, compareSortKeys, type SortKey, type Position } from '../../../../protocols/wire/order.ts'
import { sha256, sha256Hex } from '../../../../protocols/wire/crypto.ts'

export const SHARE: Sharing = { policy: 'share', mode: 'auto' }

/** What a peer announces about its copy of a room. */
export function standing(
  frontier: readonly DocumentId[],
  refusesDocuments = false,
  isNewestFirst = false,
): NeighbourStanding {
  return { frontier, refusesDocuments, isNewestFirst }
}

/** Always the same id for the same label. */
export function idOf(label: string | number): DocumentId {
  return documentIdOfDigest(sha256(Buffer.from(String(label))))
}

export const room: RoomId = idOf('room')
export const otherRoom: RoomId = idOf('other room')
export const peer = 'peer' as PeerId
export const otherPeer = 'other peer' as PeerId

/** How many changes of its heads a node remembers. */
const MAX_RECENT_DIGESTS = 256

interface Kept extends HeldDocument, SortKey {
  room: RoomId
  ancestors: readonly DocumentId[]
}

export interface NewDocument {
  room?: RoomId
  clock?: number
  sizeBytes?: number
  ancestors?: readonly DocumentId[]
}

/** What one node holds of some rooms; implements every port of the machine. */
export class HeldDocuments implements BatchSyncPorts {
  readonly #documents = new Map<DocumentId, Kept>()
  /** In each room's order. */
  readonly #ordered = new Map<RoomId, Kept[]>()
  readonly #named = new Set<DocumentId>()
  /** A cache, valid until another document arrives. */
  readonly #heads = new Map<RoomId, Position[]>()
  readonly #sharing = new Map<string, Sharing>()
  readonly #unacked = new Map<string, Set<DocumentId>>()
  readonly #maxFrontierIds: number
  /** What was accepted, and the digest of the heads from then on; oldest first. */
  readonly #accepted = new Map<RoomId, { document: Position; digest: HeadsDigest | undefined }[]>()

  /** What `historyFrom` returns. */
  droppedBefore = 0

  /** With more heads than `maxFrontierIds`, there is a digest of all. */
  constructor(maxFrontierIds = MAX_FRONTIER_IDS) {
    this.#maxFrontierIds = maxFrontierIds
  }

  historyFrom(): number {
    return this.droppedBefore
  }

  /** What a peer held when it was last here. */
  lastFrontiers = new Map<PeerId, readonly DocumentId[]>()

  lastFrontier(_room: RoomId, of: PeerId): readonly DocumentId[] {
    return this.lastFrontiers.get(of) ?? []
  }

  /** Of documents that were dropped: a test may give some. */
  headers: BatchSyncPorts['headers'] = () => undefined
  header: BatchSyncPorts['header'] = () => undefined

  add(id: DocumentId, { room: home = room, clock = 1, sizeBytes = 100, ancestors = [] }: NewDocument = {}): Position {
    const digest = digestOfDocumentId(id)
    const block = new Uint8Array(sizeBytes)
    block.set(digest.subarray(0, sizeBytes))
    const kept: Kept = { id, clock, digest, block, room: home, ancestors }
    const ordered = this.#ordered.get(home) ?? []
    ordered.splice(
      firstIndex(ordered, (each) => compareSortKeys(each, kept) > 0),
      0,
      kept,
    )
    this.#ordered.set(home, ordered)
    this.#documents.set(id, kept)
    for (const ancestor of ancestors) this.#named.add(ancestor)
    this.#heads.delete(home)
    // Computed only where a test is about it, as it costs more with every head.
    const ofHeads = this.#maxFrontierIds < MAX_FRONTIER_IDS ? this.headsDigest(home) : undefined
    const accepted = this.#accepted.get(home) ?? []
    this.#accepted.set(home, [...accepted.slice(1 - MAX_RECENT_DIGESTS), { document: { id, clock }, digest: ofHeads }])
    return { id, clock }
  }

  frontier(of: RoomId): Frontier {
    const ids = this.newestHeads(of, this.#maxFrontierIds).map(({ id }) => id)
    return { ids, headsDigest: this.headsDigest(of) }
  }

  headsDigest(of: RoomId): HeadsDigest | undefined {
    const ids = this.heads(of).map(({ id }) => id)
    return ids.length > this.#maxFrontierIds ? (sha256Hex(Buffer.from(ids.join())) as HeadsDigest) : undefined
  }

  acceptedSince(of: RoomId, digest: HeadsDigest): Position[] | undefined {
    const accepted = this.#accepted.get(of) ?? []
    const index = accepted.findLastIndex((each) => each.digest === digest)
    return index < 0 ? undefined : accepted.slice(index + 1).map(({ document }) => document)
  }

  newestHeads(of: RoomId, limit: number): Position[] {
    return this.heads(of).slice(-limit)
  }

  /** A chain of documents; the first has the given clock. */
  addChain(labels: readonly (string | number)[], { clock = 1, ...rest }: NewDocument = {}): Position[] {
    const chain: Position[] = []
    for (const [index, label] of labels.entries()) {
      const before = chain.at(-1)
      const ancestors = before === undefined ? (rest.ancestors ?? []) : [before.id]
      chain.push(this.add(idOf(label), { ...rest, clock: clock + index, ancestors }))
    }
    return chain
  }

  all(of: RoomId = room): readonly HeldDocument[] {
    return this.#ordered.get(of) ?? []
  }

  setSharing(of: RoomId, with_: PeerId, sharing: Sharing): void {
    this.#sharing.set(of + with_, sharing)
  }

  saveUnacked(of: RoomId, to: PeerId, id: DocumentId): void {
    this.#unacked.set(of + to, (this.#unacked.get(of + to) ?? new Set()).add(id))
  }

  deleteUnacked(of: RoomId, to: PeerId, id: DocumentId): void {
    this.#unacked.get(of + to)?.delete(id)
  }

  has(of: RoomId, id: DocumentId): boolean {
    return this.document(of, id) !== undefined
  }

  isDurable(of: RoomId, id: DocumentId): boolean {
    return this.has(of, id)
  }

  count(of: RoomId): number {
    return this.all(of).length
  }

  heads(of: RoomId): Position[] {
    const heads =
      this.#heads.get(of) ?? this.all(of).flatMap(({ id, clock }) => (this.#named.has(id) ? [] : [{ id, clock }]))
    this.#heads.set(of, heads)
    return heads
  }

  document(of: RoomId, id: DocumentId): Kept | undefined {
    const document = this.#documents.get(id)
    return document?.room === of ? document : undefined
  }

  ancestors(id: DocumentId): Position[] {
    return (this.#documents.get(id)?.ancestors ?? []).flatMap((ancestor) => this.#documents.get(ancestor) ?? [])
  }

  documentsAfter(of: RoomId, after: Position | undefined, limit: number, maxBytes: number): HeldDocument[] {
    const ordered = this.all(of)
    const from = after === undefined ? 0 : firstIndex(ordered, (each) => comparePositions(each, after) > 0)
    let sizeBytes = 0
    const last = ordered.findIndex(({ block }, i) => i >= from && (sizeBytes += block.length) >= maxBytes)
    return ordered.slice(from, Math.min(from + limit, last === -1 ? Infinity : last + 1))
  }

  newest(of: RoomId, limit: number): Position[] {
    return this.all(of).slice(-limit)
  }

  sortKeys(of: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    return rangePorts(this.#ordered.get(of) ?? []).sortKeys(of, lower, upper, limit)
  }

  pendingKeys(): SortKey[] {
    return []
  }

  sharing(of: RoomId, with_: PeerId): Sharing {
    return this.#sharing.get(of + with_) ?? SHARE
  }

  unacked(of: RoomId, to: PeerId): DocumentId[] {
    return [...(this.#unacked.get(of + to) ?? [])]
  }
}

/** The sort keys of a room, in the form that reconciliation reads. */
export function rangePorts(ordered: readonly SortKey[]): ReconcilePorts {
  return {
    count: () => ordered.length,
    sortKeys(_room, lower, upper, limit) {
      const from = firstIndex(ordered, (place) => compareSortKeys(place, lower) >= 0)
      const to = upper ? firstIndex(ordered, (place) => compareSortKeys(place, upper) >= 0) : ordered.length
      return ordered.slice(from, Math.min(to, from + limit))
    },
    pendingKeys: () => [],
  }
}

export { compareSortKeys }

/** The index of the first item for which `holds` is true; it is also true for all later ones. */
function firstIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
