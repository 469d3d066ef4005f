/**
 * Who may write in a room with members. Each document knows the acts before it in the graph of documents. Whether it
 * counts follows from these, and from acts beside it that take from its author what it had.
 *
 * What a document knows is stored as a version: few differ, as nearly all documents know the same as the one before.
 */
import type { Document } from '../../../protocols/document/document.ts'
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import type { AccessReach, AccessRow } from '../../store/access.ts'
import { ancestorsOf } from '../ancestors.ts'
import type { DocumentReader } from '../document-reader.ts'
import { isForPrivate } from '../sealing/opened.ts'
import type { RoomStore } from '../room-store.ts'
import { storedDocument } from '../stored-document.ts'
import { afterOf, unneededOf, type Arrival, type Ruling } from './arrivals.ts'
import { ActGraph, type Decision } from './act-graph.ts'
import { actOf, isRemoval, rankOf, RANK_OF_OWNER, type Act, type ActOf, type Rank, type Saying } from './acts.ts'
import { hasBit, keyOfBits, NO_BITS, union, withBit, type Bits } from './bits.ts'
import { aroundOf } from './around.ts'
import { decide } from './decide.ts'
import { epochsOf, isKnown, type Epochs } from './epochs.ts'
import { KnownVersions } from './known-versions.ts'
import { lastDeviceAct } from './links.ts'
import { isPossible } from './possible.ts'
import { reachOf } from './reach.ts'
import { wouldCount } from './ways.ts'

/** What the root of a private room says. */
export interface Founding {
  /** Names the first key. */
  epoch: KeyId
  /** The founder's public key of X25519. */
  box: Uint8Array
}

interface Init {
  room: RoomId
  /** The author of the root. */
  founder: PeerId
  /** Undefined in a room that everybody reads. */
  founding: Founding | undefined
  store: RoomStore
  reader: DocumentReader
  /** Its documents stay in any case. */
  self: PeerId | undefined
}

const WRITER = rankOf('writer')

export class AccessControl {
  readonly #init: Init
  readonly #graph: ActGraph
  readonly #versions: Bits[] = []
  readonly #known: KnownVersions
  readonly #versionsByKey = new Map<string, number>()
  /** What acts that take something away knew, and the rows of their versions, by index. */
  readonly #reaches = new Map<number, AccessReach>()
  readonly #rows = new Map<number, AccessRow>()
  /** What authors may do by what their documents know, until others count of the acts. */
  #ranks = new WeakMap<Bits, Map<PeerId, Rank>>()
  /** Undefined: not known yet, or not any more. */
  #epochs: Epochs | undefined
  #deviceActs: ReadonlyMap<PeerId, ActOf<'device'>> | undefined
  #sorted: readonly Act[] | undefined

  constructor(init: Init) {
    this.#init = init
    this.#known = new KnownVersions(init.room, init.store)
    this.#graph = new ActGraph(init.room, init.founder)
    const rows = init.store.accessRows(init.room)
    // An act that left and came back has another row; only documents that left know it by the earlier one.
    const newest = new Map(rows.map(({ act, version }) => [act, version]))
    for (const row of rows) this.#restore(row, newest.get(row.act) === row.version)
    if (this.#versions.length === 0) this.#versionOf(NO_BITS, [])
    decide(this.#graph)
  }

  /** What an author may do after all that is here. */
  rank(author: PeerId): Rank {
    return this.#graph.standing(author, this.#graph.all).rank
  }

  get owner(): PeerId {
    return this.#graph.ownerAt(this.#graph.all)
  }

  /** Undefined in a room that everybody reads. */
  get founding(): Founding | undefined {
    return this.#init.founding
  }

  get founder(): PeerId {
    return this.#init.founder
  }

  /** Those of a private room. */
  get epochs(): Epochs | undefined {
    const { room, founding } = this.#init
    if (founding !== undefined) this.#epochs ??= epochsOf(this.#graph, room, founding.epoch)
    return this.#epochs
  }

  /** Whether a role took from an author all that it had, and nothing has given it anything since. */
  isRemoved(author: PeerId): boolean {
    return this.removalOf(author) !== undefined
  }

  /** Whether an accepted document comes after what brought the key of an epoch. */
  knowsEpoch({ id }: Document, key: KeyId): boolean {
    const epoch = this.epochs?.byKey.get(key)
    return epoch !== undefined && isKnown(epoch, this.#versionAfter(id))
  }

  /** Everybody who was ever given a role. */
  authors(): PeerId[] {
    return this.#graph.authors()
  }

  /** The role that took from an author all that it had, if nothing has given it anything since; the last of several. */
  removalOf(author: PeerId): DocumentId | undefined {
    const settings = this.rank(author) > 0 ? [] : this.#graph.settingsOf(author, this.#graph.all)
    const counting = settings.filter((index) => this.#graph.decisions[index] === 'counts')
    return counting.map((index) => this.#graph.actAt(index)).findLast(isRemoval)?.id
  }

  /** The acts that count, in the room's order. */
  acts(): Act[] {
    return this.allActs().filter(({ id }) => this.#graph.decisions[this.#graph.indexOf(id) ?? -1] === 'counts')
  }

  /** All acts that are here, void ones included, in the room's order. */
  allActs(): readonly Act[] {
    this.#sorted ??= [...this.#graph.entries()].map(({ act }) => act).sort(comparePositions)
    return this.#sorted
  }

  /** Whether an act that was just composed would count, by what it knows. */
  isEntitled(act: Act, document: Document): boolean {
    return wouldCount(this.#graph, act, this.#knownFrom(ancestorsOf(document), new Map()))
  }

  /** Whether what an author says would count after all that is here. */
  maySay(author: PeerId, saying: Saying): boolean {
    const last: Act = { id: this.#init.room, clock: Infinity, author, timeMs: 0, saying }
    return wouldCount(this.#graph, last, this.#graph.all)
  }

  /** What makes authors devices of somebody: the last act about each. */
  get deviceActs(): ReadonlyMap<PeerId, ActOf<'device'>> {
    this.#deviceActs ??= new Map(
      this.authors().flatMap((author): [PeerId, ActOf<'device'>][] => {
        const act = lastDeviceAct(this.#graph, author, this.#graph.all)
        return act === undefined ? [] : [[author, act]]
      }),
    )
    return this.#deviceActs
  }

  /** Whether an accepted document counts. */
  counts(document: Document): boolean {
    const act = this.#graph.indexOf(document.id)
    return this.#isRightful({ document, known: this.#versionAfter(document.id), act })
  }

  /** Whether the author of a document owned the room by what the document knows, which no later act changes. */
  isByOwner(document: Document): boolean {
    return this.#graph.ownerAt(this.#knownFrom(ancestorsOf(document), new Map())) === document.author
  }

  /**
   * Receives documents that are proven, and have their ancestors here or among themselves; in order. `areOwn`: they were
   * just signed here.
   */
  take(documents: readonly Document[], areOwn = false): Ruling {
    const { size } = this.#graph
    const unsigned = areOwn ? new Map<DocumentId, Document>() : this.#unsigned(documents)
    const arrivals = this.#arrive(documents.filter((document) => !unsigned.has(document.id)))
    const hasActs = this.#graph.size > size
    const before = this.#graph.decisions.slice(0, size)
    const { accepted, refused } = this.#sort(arrivals, size)
    for (const arrival of accepted) this.#keep(arrival)
    return {
      accepted: accepted.map(({ document }) => document),
      refused: [...refused, ...unsigned.values()],
      changedFrom: hasActs ? this.#changedFrom(before) : undefined,
    }
  }

  /**
   * Divides documents into those that become part of the room and the others. `from`: the first index of their acts. What
   * is refused decides nothing about others: these are looked at again without it.
   */
  #sort(arrivals: readonly Arrival[], from: number): { accepted: readonly Arrival[]; refused: Document[] } {
    const hasActs = this.#graph.size > from
    const isInLine = !hasActs || this.#graph.areInLine(from)
    if (hasActs) this.#decide(from)
    const refused = new Set<Arrival>()
    for (let left = arrivals; ; left = left.filter((arrival) => !refused.has(arrival))) {
      const others = unneededOf(left, this.#init.self, (arrival) => this.#isRightful(arrival, true))
      for (const other of others) refused.add(other)
      const acts = others.flatMap(({ act }) => act ?? [])
      // The last one first.
      for (const act of acts.reverse()) this.#drop(act)
      if (acts.length > 0 && !isInLine) {
        this.#decide(0)
        continue
      }
      return {
        accepted: left.filter((arrival) => !refused.has(arrival)),
        refused: arrivals.filter((arrival) => refused.has(arrival)).map(({ document }) => document),
      }
    }
  }

  #drop(act: number): void {
    this.#graph.drop(act)
    this.#reaches.delete(act)
    this.#forgetFolded()
  }

  /** Documents that were accepted are not part of the room any more. Returns from where on others count than before. */
  forget(ids: readonly DocumentId[]): number | undefined {
    this.#known.forget()
    const indexes = ids.flatMap((id) => this.#graph.indexOf(id) ?? [])
    if (indexes.length === 0) return undefined
    const before = [...this.#graph.decisions]
    for (const index of indexes) this.#graph.remove(index)
    this.#decide(0)
    return this.#changedFrom(before)
  }

  /** Acts with lower indexes are decided as they would be without the others. */
  #decide(from: number): void {
    decide(this.#graph, from)
    this.#forgetDecisions()
  }

  #forgetDecisions(): void {
    this.#ranks = new WeakMap()
    this.#forgetFolded()
  }

  #forgetFolded(): void {
    this.#epochs = undefined
    this.#deviceActs = undefined
    this.#sorted = undefined
  }

  /**
   * Documents without a signature of their own, and what follows them: what proves them might be refused, and then
   * nobody who comes later could accept them.
   */
  #unsigned(documents: readonly Document[]): Map<DocumentId, Document> {
    const unsigned = new Map<DocumentId, Document>()
    for (const document of documents) {
      const isSigned = this.#init.reader.isSignatureValid(document)
      if (!isSigned || ancestorsOf(document).some((id) => unsigned.has(id))) unsigned.set(document.id, document)
    }
    return unsigned
  }

  #arrive(documents: readonly Document[]): Arrival[] {
    const arrivals = new Map<DocumentId, Arrival>()
    for (const document of documents) {
      const known = this.#knownFrom(ancestorsOf(document), arrivals)
      const act = this.#possible(actOf(document), known)
      const index = act && this.#graph.add(act, known)
      if (act?.saying.type === 'role' && index !== undefined && this.#graph.lowers(index)) {
        const arrived = [...arrivals.values()].map((arrival) => arrival.document)
        const around = aroundOf(document, act.saying.member, arrived, this.#init)
        this.#reaches.set(index, reachOf(document, act.saying.member, around))
      }
      arrivals.set(document.id, { document, known, act: index })
    }
    return [...arrivals.values()]
  }

  #knownFrom(ancestors: readonly DocumentId[], arrivals: ReadonlyMap<DocumentId, Arrival>): Bits {
    const sets = new Set(
      ancestors.map((id) => {
        const arrival = arrivals.get(id)
        return arrival === undefined ? this.#versionAfter(id) : afterOf(arrival)
      }),
    )
    const [first = NO_BITS] = sets
    return sets.size <= 1 ? first : union([...sets])
  }

  #possible(act: Act | undefined, known: Bits): Act | undefined {
    return act !== undefined && isPossible(this.#graph, act, known) ? act : undefined
  }

  /** Whether a document counts by what it knows, and by what others beside it do. */
  #isRightful({ document, known, act }: Arrival, isNew = false): boolean {
    const { author, id } = document
    if (id === this.#init.room) return true
    if (act !== undefined) return this.#graph.decisions[act] === 'counts'
    if (actOf(document) !== undefined) return false
    if (this.#init.founding !== undefined && !isForPrivate(document)) return false
    const rank = this.#rankAt(author, known)
    if (rank < WRITER) return false
    if (rank === RANK_OF_OWNER) return true
    return !this.#graph.loweringsOf(author, WRITER).some((index) => {
      // An act that was here before does not know it, whatever its place in the chain of its author.
      return isNew && this.#rows.has(index) ? this.#isTaking(index, known) : this.#strikes(index, document, known)
    })
  }

  /** Nearly all documents know the same as others of their author. */
  #rankAt(author: PeerId, known: Bits): Rank {
    const ranks = this.#ranks.get(known) ?? new Map<PeerId, Rank>()
    this.#ranks.set(known, ranks)
    const rank = ranks.get(author) ?? this.#graph.standing(author, known).rank
    ranks.set(author, rank)
    return rank
  }

  #isTaking(index: number, known: Bits): boolean {
    return this.#graph.decisions[index] === 'counts' && !hasBit(known, index)
  }

  /** Whether an act takes from the author of a document what it needed for it. */
  #strikes(index: number, { seq, id }: Document, known: Bits): boolean {
    if (!this.#isTaking(index, known)) return false
    const reach = this.#reaches.get(index)
    return reach === undefined || seq > reach.seq || reach.beside.includes(id)
  }

  #keep({ document, known, act }: Arrival): void {
    const { id, author, seq } = document
    const bases = [...new Set(ancestorsOf(document).map((ancestor) => this.#known.of(ancestor) ?? 0))]
    let version = this.#versionOf(known, bases)
    if (act !== undefined) version = this.#versionOf(withBit(known, act), [version], { id, index: act })
    this.#known.put(id, version)
    for (const index of this.#graph.loweringsOf(author, RANK_OF_OWNER)) {
      const row = this.#rows.get(index)
      // The act has come before this document, and so does not know it.
      if (row?.reach === undefined || row.act === id || seq > row.reach.seq) continue
      const reach = { ...row.reach, beside: [...row.reach.beside, id] }
      this.#reaches.set(index, reach)
      this.#putRow({ ...row, reach }, index)
    }
  }

  #versionOf(bits: Bits, bases: readonly number[], act?: { id: DocumentId; index: number }): number {
    const key = keyOfBits(bits)
    const known = this.#versionsByKey.get(key)
    if (known !== undefined) return known
    const version = this.#versions.push(bits) - 1
    this.#versionsByKey.set(key, version)
    const reach = act && this.#reaches.get(act.index)
    this.#putRow({ version, bases, ...(act && { act: act.id }), ...(reach && { reach }) }, act?.index)
    return version
  }

  #putRow(row: AccessRow, index: number | undefined): void {
    if (index !== undefined) this.#rows.set(index, row)
    this.#init.store.apply({ type: 'put-access', room: this.#init.room, row })
  }

  #restore(row: AccessRow, isNewest: boolean): void {
    let bits = union(row.bases.map((base) => this.#versions[base] ?? NO_BITS))
    if (row.act !== undefined) {
      const stored = isNewest ? this.#init.store.document(row.act) : undefined
      const document = stored && storedDocument(stored, this.#init.reader)
      const act = document && actOf(document)
      const index = act === undefined ? this.#graph.addGone() : this.#graph.add(act, bits)
      bits = withBit(bits, index)
      this.#rows.set(index, row)
      if (row.reach !== undefined) this.#reaches.set(index, row.reach)
    }
    this.#versionsByKey.set(keyOfBits(bits), this.#versions.push(bits) - 1)
  }

  #versionAfter(id: DocumentId): Bits {
    return this.#versions[this.#known.of(id) ?? 0] ?? NO_BITS
  }

  #changedFrom(before: readonly Decision[]): number | undefined {
    const clocks = [...this.#graph.entries()].flatMap(({ index, act }) => {
      const decision = this.#graph.decisions[index]
      if (before[index] === decision) return []
      const isNew = index >= before.length
      const reach = this.#reaches.get(index)
      const struck = reach && act.saying.type === 'role' ? this.#struckFrom(act.saying.member, reach) : undefined
      return [...(isNew ? [] : [act.clock]), ...(struck === undefined ? [] : [struck])]
    })
    return clocks.length === 0 ? undefined : Math.min(...clocks)
  }

  /** The clock from which on there may be documents of an author that an act does not know. */
  #struckFrom(author: PeerId, { seq, clock, beside }: AccessReach): number | undefined {
    if (beside.length > 0) return 1
    const newest = this.#init.store.authorHead(this.#init.room, author)
    return newest !== undefined && newest.seq > seq ? clock + 1 : undefined
  }
}
