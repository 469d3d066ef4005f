/** Peer ids that a person or program gave. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../../protocols/wire/ids.ts'

/** Reads a whole peer id in any of its text forms; undefined where the text is none. */
export function readPeerId(text: string): PeerId | undefined {
  try {
    return peerIdFromString(text).toString() as PeerId
  } catch {
    return undefined // a name, or a part of an id
  }
}
