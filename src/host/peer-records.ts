/** Signed peer records (libp2p RFC 0003): a peer's own statement of its addresses, which others may pass on. */
import type { Libp2p } from '@libp2p/interface'
import { peerIdFromCID } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { MAX_ADDRESSES_PER_PEER, MAX_PEER_RECORD_BYTES } from './constants.ts'

export interface VerifiedRecord {
  peer: PeerId
  addresses: string[]
}

/** Opens a signed peer record; undefined where it is too large, garbage, or not signed by its subject. */
export async function verifyPeerRecord(envelope: Uint8Array): Promise<VerifiedRecord | undefined> {
  if (envelope.length > MAX_PEER_RECORD_BYTES) return undefined
  try {
    const { payload, publicKey } = await RecordEnvelope.openAndCertify(envelope, PeerRecord.DOMAIN)
    const record = PeerRecord.createFromProtobuf(payload)
    if (!record.peerId.equals(peerIdFromCID(publicKey.toCID()))) return undefined
    const addresses = record.multiaddrs.slice(0, MAX_ADDRESSES_PER_PEER).map((address) => address.toString())
    return { peer: record.peerId.toString() as PeerId, addresses }
  } catch {
    return undefined
  }
}

/** The signed records that connected peers gave by identify. */
export class PeerRecords {
  readonly #libp2p: Libp2p
  readonly #envelopes = new Map<PeerId, Uint8Array>()

  constructor(libp2p: Libp2p) {
    this.#libp2p = libp2p
    libp2p.addEventListener('peer:identify', ({ detail }) => {
      void this.#remember(detail.peerId).catch((error: unknown) => {
        libp2p.logger.forComponent('kith:records').error('could not read the record of %p', detail.peerId, error)
      })
    })
    libp2p.addEventListener('peer:disconnect', ({ detail }) => this.#envelopes.delete(detail.toString() as PeerId))
  }

  get(peer: PeerId): Uint8Array | undefined {
    return this.#envelopes.get(peer)
  }

  async #remember(peerId: Libp2p['peerId']): Promise<void> {
    const { peerRecordEnvelope } = await this.#libp2p.peerStore.get(peerId)
    if (peerRecordEnvelope === undefined || this.#libp2p.getConnections(peerId).length === 0) return
    this.#envelopes.set(peerId.toString() as PeerId, peerRecordEnvelope)
  }
}
