/** Peer ids from users or programs. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../../protocols/wire/ids.ts'

/** Parses a complete peer id in any of its text forms; undefined if the text is not one. */
export function readPeerId(text: string): PeerId | undefined {
  try {
    return peerIdFromString(text).toString() as PeerId
  } catch {
    return undefined // a name, or a part of an id
  }
}
