/**
 * What connected peers reported by identify: their software, their protocols, and their signed peer record
 * (libp2p RFC 0003). That record is their own statement of their addresses, which others may pass on.
 */
import type { IdentifyResult, Libp2p } from '@libp2p/interface'
import { peerIdFromCID } from '@libp2p/peer-id'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger } from '../kith.ts'
import { MAX_ADDRESSES_PER_PEER, MAX_PEER_RECORD_BYTES } from './constants.ts'
import { reportFailure } from './failures.ts'
import type { FoundPeer } from './host.ts'

/** Opens a signed peer record. Throws if it is too large, malformed, or not signed by its subject. */
export async function verifyPeerRecord(envelope: Uint8Array): Promise<FoundPeer> {
  if (envelope.length > MAX_PEER_RECORD_BYTES) throw new Error(`a peer record of ${envelope.length} bytes is too large`)
  const { payload, publicKey } = await RecordEnvelope.openAndCertify(envelope, PeerRecord.DOMAIN)
  const record = PeerRecord.createFromProtobuf(payload)
  if (!record.peerId.equals(peerIdFromCID(publicKey.toCID())))
    throw new Error('a peer record is signed by another peer')
  const addresses = record.multiaddrs.slice(0, MAX_ADDRESSES_PER_PEER).map((address) => address.toString())
  return { peer: record.peerId.toString() as PeerId, addresses }
}

/** Of a connected peer; libp2p limits what it may send to 8 KiB. */
export interface Identity {
  /** Its software, according to itself. */
  agent: string | null
  protocols: string[]
  /** The signed record, if the peer sent one. */
  envelope: Uint8Array | undefined
}

export class Identified {
  readonly #libp2p: Libp2p
  readonly #identities = new Map<PeerId, Identity>()

  constructor(libp2p: Libp2p, log: Logger) {
    this.#libp2p = libp2p
    libp2p.addEventListener('peer:identify', ({ detail }) => {
      void this.#remember(detail).catch((error: unknown) => {
        reportFailure(log, 'the identify data of a peer could not be read', error)
      })
    })
    libp2p.addEventListener('peer:disconnect', ({ detail }) => this.#identities.delete(detail.toString() as PeerId))
  }

  get(peer: PeerId): Identity | undefined {
    return this.#identities.get(peer)
  }

  /** The event has the record without its envelope, which the peer store keeps. */
  async #remember({ peerId, agentVersion, protocols }: IdentifyResult): Promise<void> {
    const { peerRecordEnvelope: envelope } = await this.#libp2p.peerStore.get(peerId)
    if (this.#libp2p.getConnections(peerId).length === 0) return
    this.#identities.set(peerId.toString() as PeerId, { agent: agentVersion ?? null, protocols, envelope })
  }
}
