/**
 * How much of a room's space for pending documents each peer uses, and whose give way when it is used up: first what
 * peers sent that left, then what strangers to the room wrote, then what the peer with most sent. So the shares of
 * those who park shrink as they become more, and a newcomer always finds space.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { MAX_PENDING_BYTES_PER_ROOM, MAX_PENDING_PER_ROOM, PENDING_PARENT_BYTES } from './constants.ts'

interface Load {
  documents: number
  sizeBytes: number
  /** Oldest first: what has waited longest gives way first. By authors of whom the room has nothing. */
  strangers: Set<DocumentId>
  others: Set<DocumentId>
}

/** A document for which others may give way. */
interface Newcomer {
  from: PeerId
  /** The room has nothing by its author. */
  isStranger: boolean
  sizeBytes: number
}

/** What a pending document takes: its block, and an entry for each document that it names and that may be missing. */
export function bytesInMemory({ block, parents }: Document): number {
  return block.length + parents.length * PENDING_PARENT_BYTES
}

export class WaitingLoads {
  readonly #loads = new Map<PeerId, Load>()
  readonly #present = new Set<PeerId>()
  /** Documents by authors of whom the room has nothing, and who sent them. */
  readonly #ofStrangers = new Map<PeerId, Map<DocumentId, PeerId>>()

  setPresent(peer: PeerId, isPresent: boolean): void {
    if (isPresent) this.#present.add(peer)
    else this.#present.delete(peer)
  }

  of(peer: PeerId): Pick<Load, 'documents' | 'sizeBytes'> {
    return this.#loads.get(peer) ?? { documents: 0, sizeBytes: 0 }
  }

  idsOf(peer: PeerId): DocumentId[] {
    const load = this.#loads.get(peer)
    return load === undefined ? [] : [...load.strangers, ...load.others]
  }

  add(document: Document, from: PeerId, isStranger: boolean): void {
    const { id, author } = document
    const load = this.#loads.get(from) ?? { documents: 0, sizeBytes: 0, strangers: new Set(), others: new Set() }
    this.#loads.set(from, load)
    load.documents++
    load.sizeBytes += bytesInMemory(document)
    if (!isStranger) {
      load.others.add(id)
      return
    }
    load.strangers.add(id)
    const written = this.#ofStrangers.get(author) ?? new Map<DocumentId, PeerId>()
    this.#ofStrangers.set(author, written.set(id, from))
  }

  delete(document: Document, from: PeerId): void {
    const { id, author } = document
    const load = this.#loads.get(from)
    if (load === undefined) return
    load.documents--
    load.sizeBytes -= bytesInMemory(document)
    load.strangers.delete(id)
    load.others.delete(id)
    if (load.documents === 0) this.#loads.delete(from)
    const written = this.#ofStrangers.get(author)
    written?.delete(id)
    if (written?.size === 0) this.#ofStrangers.delete(author)
  }

  authorIsKnown(author: PeerId): void {
    for (const [id, from] of this.#ofStrangers.get(author) ?? []) {
      const load = this.#loads.get(from)
      if (load?.strangers.delete(id) === true) load.others.add(id)
    }
    this.#ofStrangers.delete(author)
  }

  /** The document that gives way to a new one, or to anything; undefined if the new one's peer has most itself. */
  firstToGo(newcomer?: Newcomer): DocumentId | undefined {
    let first: { rank: number; share: number; id: DocumentId } | undefined
    const shareWithIt = newcomer && shareOf(this.of(newcomer.from), 1, newcomer.sizeBytes)
    for (const [peer, load] of this.#loads) {
      if (peer === newcomer?.from) continue
      const [stranger] = load.strangers
      const [id] = stranger === undefined ? load.others : [stranger]
      const share = shareOf(load)
      const hasMore = shareWithIt === undefined || share > shareWithIt
      const isAbsent = !this.#present.has(peer)
      const isOfStranger = stranger !== undefined
      const isForPresent = isAbsent && newcomer !== undefined && this.#present.has(newcomer.from)
      const isForKnown = isOfStranger && newcomer?.isStranger === false
      if (id === undefined || !(hasMore || isForPresent || isForKnown)) continue
      const rank = (isAbsent ? 0 : 2) + (isOfStranger ? 0 : 1)
      if (first === undefined || rank < first.rank || (rank === first.rank && share > first.share)) {
        first = { rank, share, id }
      }
    }
    return first?.id
  }
}

/** The part of the room's space that a load takes, in documents or in bytes, whichever is more. */
function shareOf({ documents, sizeBytes }: Pick<Load, 'documents' | 'sizeBytes'>, more = 0, moreBytes = 0): number {
  return Math.max((documents + more) / MAX_PENDING_PER_ROOM, (sizeBytes + moreBytes) / MAX_PENDING_BYTES_PER_ROOM)
}
