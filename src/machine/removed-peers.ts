/**
 * Peers that were removed from private rooms. They are given nothing but what removed them, until somebody lets them in
 * again, or they show that they have the secret of an invite: whoever has that reads all of the room anyway.
 */
import { invitedContent } from '../../protocols/room-state/index.ts'
import { verifySignature } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import { inviteStates } from '../room/access/invite-states.ts'

/** What a peer showed: the peer id of an invite's key, and a signature by it. */
interface Shown {
  key: PeerId
  proof: Uint8Array
  /** The invite, once it is here and the proof has been checked. */
  invite?: DocumentId
  /** Whether the peer was given the room, the last time that somebody asked. */
  isServed: boolean
}

export class RemovedPeers {
  readonly #controlOf: (room: RoomId) => AccessControl | undefined
  /** Of each removed neighbour, what it showed last. */
  readonly #shown = new Map<RoomId, Map<PeerId, Shown>>()

  constructor(controlOf: (room: RoomId) => AccessControl | undefined) {
    this.#controlOf = controlOf
  }

  /** Whether a peer is given nothing of a room. */
  isShutOut(room: RoomId, peer: PeerId): boolean {
    const control = this.#controlOf(room)
    if (control?.founding === undefined || !control.isRemoved(peer)) return false
    const invite = this.#shown.get(room)?.get(peer)?.invite
    return invite === undefined || inviteStates(control).get(invite)?.status !== 'open'
  }

  /** Of such a peer, the document that removed it. */
  removal(room: RoomId, peer: PeerId): DocumentId | undefined {
    const control = this.#controlOf(room)
    return control?.founding === undefined ? undefined : control.removalOf(peer)
  }

  /** A neighbour shows that it has the secret of an invite. Returns whether it is given the room from now on. */
  show(room: RoomId, peer: PeerId, { key, proof }: { key: Uint8Array; proof: Uint8Array }, nowMs: number): boolean {
    if (!this.isShutOut(room, peer)) return false
    const shown = this.#shown.get(room) ?? new Map<PeerId, Shown>()
    this.#shown.set(room, shown.set(peer, { key: peerIdOfPublicKey(key), proof, isServed: false }))
    return this.review(room, nowMs)
  }

  /**
   * Acts came: what a neighbour showed may be an invite that is here now, or holds no more. Returns whether somebody is
   * given the room from now on, or is not any more.
   */
  review(room: RoomId, nowMs: number): boolean {
    let isChanged = false
    for (const [peer, shown] of this.#shown.get(room) ?? []) {
      this.#check(room, peer, shown, nowMs)
      const isServed = !this.isShutOut(room, peer)
      isChanged ||= isServed !== shown.isServed
      shown.isServed = isServed
    }
    return isChanged
  }

  /** A peer has to show it again when it comes back. */
  left(room: RoomId, peer?: PeerId): void {
    if (peer === undefined) this.#shown.delete(room)
    else this.#shown.get(room)?.delete(peer)
  }

  #check(room: RoomId, peer: PeerId, shown: Shown, nowMs: number): void {
    const control = this.#controlOf(room)
    if (control === undefined || shown.invite !== undefined) return
    const open = [...inviteStates(control).values()].find(({ invite: { saying }, status }) => {
      const { key, expiresMs = Infinity } = saying
      return key === shown.key && status === 'open' && expiresMs >= nowMs
    })
    if (open === undefined) return
    if (verifySignature(shown.key, invitedContent(room, peer), shown.proof)) shown.invite = open.invite.id
    // One that is wrong need not be checked again.
    else this.left(room, peer)
  }
}
