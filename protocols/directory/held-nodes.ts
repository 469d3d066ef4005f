/** The nodes of the tree that are held here: read from the store when they are needed, and written back as they change. */
import type { PeerId, RoomId } from '../wire/ids.ts'
import { BoundedCache } from '../wire/bounded-cache.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import {
  AUTHOR_BURST,
  AUTHOR_RECORDS_PER_SECOND,
  MAX_AUTHOR_RECORDS,
  MAX_CHECKED_RECORDS,
  MAX_COUNTED_AUTHORS,
  MAX_LOADED_NODES,
} from './constants.ts'
import { HeldSize } from './held-size.ts'
import type { Place } from './key.ts'
import type { DirectoryEffects, DirectoryPorts } from './ports.ts'
import { PrefixNode, type NodeHead, type Rights } from './prefix-node.ts'
import { packRecord, readRecord, type DirectoryRecord, type SignedRecord } from './record.ts'
import { packNode, storedRecord, unpackNode } from './stored.ts'

/** What became of records that were put into a node. */
export interface Put {
  /** As it is from now on; without space for it, it is not held. */
  node: PrefixNode
  kept: number
  refused: number
  /** What the node has no space for any more, and has to go further down. */
  spilled: DirectoryRecord[]
  /** Some of the records were no such records, or not signed. */
  isBroken: boolean
}

/** The nodes that the store has, the last ones that were used in memory. */
export class HeldNodes {
  readonly #ports: DirectoryPorts
  readonly #effects: DirectoryEffects
  /** Those that were used last come last. */
  readonly #loaded = new Map<string, PrefixNode>()
  /** How many records authors have here. */
  readonly #authorRecords = new BoundedCache<string, number>(MAX_COUNTED_AUTHORS)
  readonly #size: HeldSize
  /** Records of which the signature was checked lately, as one goes through several nodes on its way down. */
  readonly #checked = new BoundedCache<string, true>(MAX_CHECKED_RECORDS)
  readonly #replacing = new RateLimits<string>({ burst: AUTHOR_BURST, perSecond: AUTHOR_RECORDS_PER_SECOND })

  constructor(ports: DirectoryPorts, effects: DirectoryEffects) {
    this.#ports = ports
    this.#effects = effects
    this.#size = new HeldSize((room) => ports.held(room))
  }

  /** Undefined if it is not held here. */
  get(room: RoomId, prefix: Place): PrefixNode | undefined {
    const key = room + prefix
    const loaded = this.#loaded.get(key)
    if (loaded !== undefined) {
      this.#loaded.delete(key)
      this.#loaded.set(key, loaded)
      return loaded
    }
    const packed = this.#ports.node(room, prefix)
    if (packed === undefined) return undefined
    const head = unpackNode(packed)
    const { bound } = head
    const records = this.#ports.records(room, prefix).map(storedRecord)
    const inside = records.filter(({ place }) => bound === undefined || place <= bound)
    return this.#keep(room, new PrefixNode(prefix, head, inside))
  }

  /** What is known of a node besides its records, which are not read for it. */
  headOf(room: RoomId, prefix: Place): NodeHead | undefined {
    const loaded = this.#loaded.get(room + prefix)
    if (loaded !== undefined) return loaded
    const packed = this.#ports.node(room, prefix)
    return packed && unpackNode(packed)
  }

  /** Records that the store has of a node, and that its bound has left behind: they are still to be passed on. */
  leftOf(room: RoomId, { prefix, bound }: PrefixNode): DirectoryRecord[] {
    if (bound === undefined) return []
    return this.#ports
      .records(room, prefix)
      .map(storedRecord)
      .filter(({ place }) => place > bound)
  }

  /**
   * Checks records and puts them into a node, which is held from then on if there is something in it. `head`: what another
   * holder says about it.
   */
  put(room: RoomId, prefix: Place, records: readonly SignedRecord[], head: NodeHead | undefined, nowMs: number): Put {
    const known = this.get(room, prefix)
    const node = known ?? new PrefixNode(prefix, undefined, [])
    const before = packNode(node)
    const put: Put = { node, kept: 0, refused: 0, spilled: [], isBroken: false }
    if (known === undefined && !this.#size.hasSpaceForNode(room)) return { ...put, refused: records.length }
    if (head !== undefined) {
      node.learn(head)
      if (head.bound?.startsWith(prefix)) put.spilled.push(...node.lower(head.bound))
    }
    for (const signed of records) this.#putOne(room, node, signed, put, nowMs)
    const after = packNode(node)
    if (Buffer.compare(before, after) !== 0 || (known === undefined && node.records.length > 0)) {
      if (known === undefined) {
        this.#keep(room, node)
        this.#size.count(room, 'nodes', 1)
      }
      this.#effects.persist({ type: 'put-directory-node', room, prefix, packed: after })
    }
    return put
  }

  /** Lowers the bound of a node to that of another holder. Returns what is left behind it. */
  lower(room: RoomId, node: PrefixNode, bound: Place): DirectoryRecord[] {
    const left = node.lower(bound)
    this.#effects.persist({ type: 'put-directory-node', room, prefix: node.prefix, packed: packNode(node) })
    return left
  }

  /** Records that were left behind are held by others. */
  passedOn(room: RoomId, prefix: Place, records: readonly DirectoryRecord[]): void {
    const node = this.get(room, prefix)
    const stored = new Set(this.#ports.records(room, prefix).map((packed) => storedRecord(packed).row))
    for (const record of records) {
      if (stored.has(record.row) && node?.at(record.row) === undefined) this.#delete(room, prefix, record)
    }
  }

  /** Deletes the records of a node that count no more. */
  revise(room: RoomId, node: PrefixNode): void {
    for (const record of node.revise(this.#ports.rights(room))) this.#delete(room, node.prefix, record)
  }

  /** Others hold a node. */
  drop(room: RoomId, node: PrefixNode): void {
    for (const record of node.records) this.#delete(room, node.prefix, record)
    this.#loaded.delete(room + node.prefix)
    this.#size.count(room, 'nodes', -1)
    this.#effects.persist({ type: 'delete-directory-node', room, prefix: node.prefix })
  }

  close(room: RoomId): void {
    for (const key of this.#loaded.keys()) if (key.startsWith(room)) this.#loaded.delete(key)
    this.#authorRecords.clear()
    this.#size.close(room)
  }

  #putOne(room: RoomId, node: PrefixNode, signed: SignedRecord, put: Put, nowMs: number): void {
    const record = readOrNothing(signed)
    if (record === undefined || !record.place.startsWith(node.prefix)) {
      put.isBroken = true
      put.refused++
      return
    }
    // It goes further down, where it is checked, and all there is to note of it here is known.
    if (node.isPast(record)) return
    const known = node.at(record.row)
    // Whoever repairs or passes on says it once more: that costs its author nothing.
    if (known !== undefined && Buffer.compare(packRecord(known), packRecord(record)) === 0) {
      put.kept++
      return
    }
    if (!this.#isSigned(room, record)) {
      put.isBroken = true
      put.refused++
      return
    }
    const rights = this.#ports.rights(room)
    if (!rights.counts(record) || (!rights.isAdmin(record.author) && this.#isOver(room, record, known, nowMs))) {
      put.refused++
      return
    }
    if (known === undefined && !this.#makeSpace(room, node, record, rights)) {
      put.refused++
      return
    }
    const added = node.add(record, rights)
    if (added.type === 'known') put.kept++
    else if (added.type === 'over-quota') put.refused++
    if (added.type !== 'kept') return
    put.kept++
    this.#effects.persist({
      ...{ type: 'put-directory-record', room, prefix: node.prefix, row: record.row, author: record.author },
      packed: packRecord(record),
    })
    if (known === undefined) this.#count(room, record.author, 1)
    for (const dropped of added.dropped) this.#delete(room, node.prefix, dropped)
    put.spilled.push(...added.spilled)
  }

  /** Returns false if there is no space for a record, and nobody has to give way to it. */
  #makeSpace(room: RoomId, node: PrefixNode, { author, place }: DirectoryRecord, rights: Rights): boolean {
    const isHere = node.bound === undefined || place <= node.bound
    if (!isHere || this.#size.hasSpace(room, rights.isAdmin(author))) return true
    const gone = node.giveWay(author, rights)
    for (const record of gone) this.#delete(room, node.prefix, record)
    return gone.length > 0
  }

  /** Records that this node has signed just now. */
  signed(room: RoomId, records: readonly DirectoryRecord[]): void {
    for (const record of records) this.#checked.set(contentOf(room, record), true)
  }

  #isSigned(room: RoomId, record: DirectoryRecord): boolean {
    const content = contentOf(room, record)
    if (this.#checked.get(content) === true) return true
    if (!this.#ports.isSigned(room, record)) return false
    this.#checked.set(content, true)
    return true
  }

  /** Whether an author has as much here as one may have, or replaces what it has too often. */
  #isOver(room: RoomId, { author }: DirectoryRecord, known: DirectoryRecord | undefined, nowMs: number): boolean {
    if (known !== undefined) return !this.#replacing.take(room + author, nowMs)
    return this.#countOf(room, author) >= MAX_AUTHOR_RECORDS
  }

  #countOf(room: RoomId, author: PeerId): number {
    const key = room + author
    return this.#authorRecords.getOrRead(key, () => this.#ports.authorRecords(room, author))
  }

  #count(room: RoomId, author: PeerId, change: number): void {
    this.#authorRecords.set(room + author, Math.max(0, this.#countOf(room, author) + change))
    this.#size.count(room, 'records', change)
  }

  #delete(room: RoomId, prefix: Place, { row, author }: DirectoryRecord): void {
    this.#count(room, author, -1)
    this.#effects.persist({ type: 'delete-directory-record', room, prefix, row })
  }

  #keep(room: RoomId, node: PrefixNode): PrefixNode {
    this.#loaded.set(room + node.prefix, node)
    const [oldest] = this.#loaded.keys()
    if (this.#loaded.size > MAX_LOADED_NODES && oldest !== undefined) this.#loaded.delete(oldest)
    return node
  }
}

/** All that is signed, and the signature. */
function contentOf(room: RoomId, record: SignedRecord): string {
  return room + Buffer.from(packRecord(record)).toString('latin1')
}

function readOrNothing(signed: SignedRecord): DirectoryRecord | undefined {
  try {
    return readRecord(signed)
  } catch {
    return undefined
  }
}
