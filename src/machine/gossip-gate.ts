/**
 * Validates a room's gossip: a payload is passed on only if it is a document of the room with a valid
 * signature, by an author who does not exceed the rate limit.
 */
import type { Document } from '../../protocols/document/document.ts'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { RateLimits } from '../../protocols/wire/rate-limits.ts'
import { openGossip, SEAL_BYTES } from '../../protocols/wire/room-keys.ts'
import type { StoreReads } from '../store/store.ts'
import { documentReader } from '../room/document-reader.ts'
import { GOSSIP_RATE_PER_AUTHOR } from './constants.ts'

/**
 * `accept` passes it on, with `document` set if it is new here; `ignore` drops it; `reject` also lowers the
 * sender's score.
 */
export type GossipValidation =
  { verdict: 'accept'; document?: Document } | { verdict: 'ignore' | 'reject'; code: string }

export class GossipGate {
  readonly #store: Pick<StoreReads, 'hasDocument'>
  readonly #authors = new RateLimits<PeerId>(GOSSIP_RATE_PER_AUTHOR)

  constructor(store: Pick<StoreReads, 'hasDocument'>) {
    this.#store = store
  }

  validate(room: RoomId, sealed: Uint8Array, nowMs: number): GossipValidation {
    if (sealed.length > MAX_DOCUMENT_BYTES + SEAL_BYTES) return { verdict: 'reject', code: 'gossip-too-large' }
    const block = openGossip(room, sealed)
    if (block === undefined) return { verdict: 'reject', code: 'gossip-bad-seal' }
    try {
      const document = documentReader.decode(block)
      if (this.#store.hasDocument(document.id)) return { verdict: 'accept' }
      if ((document.room ?? document.id) !== room) return { verdict: 'reject', code: 'gossip-wrong-room' }
      if (this.#authors.isOver(document.author, nowMs)) return { verdict: 'ignore', code: 'gossip-flood' }
      if (!documentReader.isSignatureValid(document)) return { verdict: 'reject', code: 'gossip-bad-signature' }
      this.#authors.spend(document.author, nowMs)
      return { verdict: 'accept', document }
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      return { verdict: 'reject', code: `gossip-${error.code}` }
    }
  }
}
