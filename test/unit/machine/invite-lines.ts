/** Lines of invites: what makes whoever has one a member, and names the document of the invite. */
import { boxKeyOf, inviteBoxSecret } from '../../../protocols/sealing/index.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import type { TestNode } from './nodes.ts'

interface Line {
  seed: Uint8Array
  act: DocumentId
}

let lines = 0

export function writeLine(node: TestNode, room: RoomId, role: 'writer' | 'admin' = 'writer'): Line {
  const seed = new Uint8Array(32).fill(++lines)
  const { isPrivate } = node.machine.rooms.require(room).keys
  const box = isPrivate ? { box: boxKeyOf(inviteBoxSecret(seed)).publicKey } : {}
  const { author: key } = signerOfSeed(seed)
  const saying = { type: 'invite', key, role, expiresMs: undefined, uses: 1, ...box } as const
  return { seed, act: node.command({ type: 'act', room, sayings: [saying] }).document!.id }
}

export function joinByLine(node: TestNode, room: RoomId, { seed, act }: Line): void {
  const inviteSeed = Buffer.from(seed).toString('hex')
  node.command({ type: 'join', room, inviteSeed, personal: { invite: act } })
}
