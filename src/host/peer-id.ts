/** Peer ids that a person or program gave. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerKey } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'

/** Reads a peer id in any of its text forms. Throws a KithError `bad-value`. */
export function parsePeerId(text: string): PeerKey {
  try {
    return peerIdFromString(text).toString() as PeerKey
  } catch (error) {
    throw new KithError('bad-value', `'${text}' is no peer id (kith peers lists those known)`, { cause: error })
  }
}
