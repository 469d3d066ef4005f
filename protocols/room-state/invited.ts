/** What whoever has the secret of an invite signs with its key, to be given a room again from which it was removed. */
import { digestOfDocumentId, type PeerId, type RoomId } from '../wire/ids.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { INVITED_DOMAIN } from './constants.ts'

/** `peer`: who shows it. A peer id that is not of an Ed25519 key signs nothing that holds. */
export function invitedContent(room: RoomId, peer: PeerId): Uint8Array {
  const key = publicKeyOfPeerId(peer) ?? new Uint8Array(0)
  return Buffer.concat([Buffer.from(INVITED_DOMAIN), digestOfDocumentId(room), key])
}
