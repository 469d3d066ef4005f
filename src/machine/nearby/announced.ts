/** Which of a node's rooms are announced, and with what. */
import type { Offer } from '../../../protocols/nearby/index.ts'
import { inviteStates } from '../../room/access/invite-states.ts'
import { moveIn } from '../../room/moves.ts'
import type { Room } from '../../room/room.ts'

/**
 * What is told of a room to peers nearby. Undefined if it is not announced, or no longer: whoever came with the invite of
 * a private room would not get in.
 */
export function offerOf(room: Room, wallMs: number): Offer | undefined {
  const { id, status, name, app, access = 'open', personal } = room.record
  const announced = personal?.announced
  if (announced === undefined || status !== 'open' || room.isCarried || moveIn(room) !== undefined) return undefined
  const offer: Offer = { room: id, name, app, access }
  if (access !== 'private') return offer
  const { invite } = announced
  const { control } = room.graph.gate
  const state = invite && control && inviteStates(control).get(invite.act)
  if (invite === undefined || state?.status !== 'open') return undefined
  const { expiresMs = Infinity } = state.invite.saying
  return wallMs < expiresMs
    ? { ...offer, invite: { seed: Buffer.from(invite.seed, 'hex'), act: invite.act } }
    : undefined
}
