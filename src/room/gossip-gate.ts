/**
 * What stands in front of a room's gossip: a payload passes on only if it is a document of the room
 * with a valid signature, by an author who is not too fast.
 */
import { decodeDocument, isSignatureValid } from '../../protocols/document/document.ts'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { AuthorId, RoomId } from '../../protocols/wire/ids.ts'
import { openGossip, SEAL_BYTES } from '../../protocols/wire/room-keys.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import type { StoreReads } from '../store/store.ts'
import { GOSSIP_BURST_PER_AUTHOR, GOSSIP_PER_SECOND_PER_AUTHOR, MAX_GOSSIP_AUTHORS } from './constants.ts'

/** `accept` passes it on, and `block` is news where it is set; `ignore` drops it; `reject` also lowers the sender's score. */
export type GossipJudgement = { verdict: 'accept'; block?: Uint8Array } | { verdict: 'ignore' | 'reject'; code: string }

export class GossipGate {
  readonly #store: Pick<StoreReads, 'hasDocument'>
  readonly #buckets = new Map<AuthorId, TokenBucket>()

  constructor(store: Pick<StoreReads, 'hasDocument'>) {
    this.#store = store
  }

  judge(room: RoomId, sealed: Uint8Array, nowMs: number): GossipJudgement {
    if (sealed.length > MAX_DOCUMENT_BYTES + SEAL_BYTES) return { verdict: 'reject', code: 'gossip-too-large' }
    const block = openGossip(room, sealed)
    if (block === undefined) return { verdict: 'reject', code: 'gossip-bad-seal' }
    try {
      const document = decodeDocument(block)
      if (this.#store.hasDocument(document.id)) return { verdict: 'accept' }
      if ((document.room ?? document.id) !== room) return { verdict: 'reject', code: 'gossip-wrong-room' }
      if (!this.#bucketOf(document.author, nowMs).take(nowMs)) return { verdict: 'ignore', code: 'gossip-flood' }
      if (!isSignatureValid(document)) return { verdict: 'reject', code: 'gossip-bad-signature' }
      return { verdict: 'accept', block }
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      return { verdict: 'reject', code: `gossip-${error.code}` }
    }
  }

  #bucketOf(author: AuthorId, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(author)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_GOSSIP_AUTHORS) this.#buckets.clear()
      bucket = new TokenBucket(GOSSIP_BURST_PER_AUTHOR, GOSSIP_PER_SECOND_PER_AUTHOR, nowMs)
      this.#buckets.set(author, bucket)
    }
    return bucket
  }
}
