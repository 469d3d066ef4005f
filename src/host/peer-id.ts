/** Peer ids that a person or program gave. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'

/** Reads a peer id in any of its text forms. Throws a KithError `bad-value`. */
export function parsePeerId(text: string): PeerId {
  try {
    return peerIdFromString(text).toString() as PeerId
  } catch (error) {
    throw new KithError('bad-value', `'${text}' is no peer id (kith peers lists those known)`, { cause: error })
  }
}
