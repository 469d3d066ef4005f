/** Authors as peer ids, which is how people and libp2p know them. */
import { base58btc } from 'multiformats/bases/base58'
import type { AuthorId, PeerId } from '../../protocols/wire/ids.ts'

/** Identity multihash of a libp2p public key message that holds 32 bytes of Ed25519. */
const PEER_ID_PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** Base58 is slow, and a room's authors are asked for with every message shown. */
const MAX_CACHED = 4_096
const cache = new Map<AuthorId, PeerId>()

/** The peer id of a node that writes as `author`. */
export function peerOfAuthor(author: AuthorId): PeerId {
  let peer = cache.get(author)
  if (peer === undefined) {
    const bytes = Buffer.concat([PEER_ID_PREFIX, Buffer.from(author, 'hex')])
    peer = base58btc.encode(bytes).slice(1) as PeerId
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(author, peer)
  }
  return peer
}

/** What a peer writes as; undefined where its id holds no Ed25519 key. */
export function authorOfPeer(peer: PeerId): AuthorId | undefined {
  const bytes = Buffer.from(base58btc.decode(`z${peer}`))
  const prefix = bytes.subarray(0, PEER_ID_PREFIX.length)
  return prefix.equals(PEER_ID_PREFIX) ? (bytes.toString('hex', PEER_ID_PREFIX.length) as AuthorId) : undefined
}

/** How to call somebody who did not say: the end of the peer id, as its start is alike for all. */
export function shortNameOf(peer: string): string {
  return `…${peer.slice(-8)}`
}
