/** What room state tells removed members of private rooms, and hears of them: who was removed, and who was invited again. */
import {
  invitedContent,
  type RoomStateEvent,
  type RoomStatePorts,
  type Standing,
} from '../../../protocols/room-state/index.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import { forgetRemoval, noteRemoval } from '../../room/removal.ts'
import type { WingContext } from '../wing.ts'

type Context = Pick<WingContext, 'self' | 'store' | 'reader' | 'rooms' | 'now' | 'notify' | 'effect'>

export function membershipPorts({ self, store, rooms }: Context): Pick<RoomStatePorts, 'removal' | 'invitation'> {
  return {
    removal: (room, peer) => {
      const id = rooms.removedPeers.removal(room, peer)
      const row = id && store.document(id)
      return row && { id: row.id, block: row.block }
    },
    invitation: (room) => {
      const { inviteSeed } = rooms.get(room)?.record ?? {}
      if (inviteSeed === undefined) return undefined
      const signer = signerOfSeed(Buffer.from(inviteSeed, 'hex'))
      const key = publicKeyOfPeerId(signer.author)
      return key && { key, proof: signer.sign(invitedContent(room, self)) }
    },
  }
}

/** A neighbour says by whom this node was removed. */
export function removalTold(context: Context, { room: id, from, block }: RoomStateEvent & { type: 'removal' }): void {
  const room = context.rooms.get(id)
  if (room === undefined) return
  const outcome = noteRemoval(room, block, from, context)
  if (outcome === 'noted') context.notify({ type: 'removed', room: id })
  else if (outcome !== 'known') {
    const reason = { code: outcome, fatal: false }
    context.effect({ type: 'misbehaviour', protocol: 'room-state', peer: from, reason })
  }
}

/**
 * This node holds all that a member has which gives it the room, and a removal that it was told is not in that: it holds no
 * more if whoever told it does not say so any longer.
 */
export function servedBy(
  { rooms, store, notify }: Context,
  id: RoomId,
  peer: PeerId,
  standingOf: (peer: PeerId) => Standing | undefined,
): void {
  const room = rooms.get(id)
  const told = room?.record.personal?.removal
  const standing = standingOf(peer)
  if (room === undefined || told === undefined || standing === undefined || standing.refusesDocuments) return
  const { frontier, clock } = standing
  if (clock <= told.clock || !frontier.every((head) => store.hasDocument(head))) return
  const isMember = (room.graph.gate.control?.rank(peer) ?? 0) > 0
  if (!isMember || standingOf(told.from)?.refusesDocuments === true) return
  forgetRemoval(room)
  notify({ type: 'removed', room: id })
}

/** A neighbour that was removed shows that it has the secret of an invite. */
export function invitationShown(
  context: Context,
  { room, peer, ...shown }: RoomStateEvent & { type: 'invited' },
): void {
  const { rooms, now } = context
  if (rooms.removedPeers.show(room, peer, shown, now.wallMs)) context.notify({ type: 'sharing-changed', room })
}

/** Acts came to a room. */
export function actsCame({ rooms, now, notify }: Context, room: RoomId): void {
  if (rooms.removedPeers.review(room, now.wallMs)) notify({ type: 'sharing-changed', room })
}
