/** Announces a room to newcomers on the same network. */
import { MAX_OFFERS } from '../../protocols/nearby/constants.ts'
import { KithError, type RoomAnnouncing } from '../kith.ts'
import { offerOf } from '../machine/nearby/announced.ts'
import { parseInvite } from './invite.ts'
import type { NodeRoom } from './node-room.ts'
import type { RoomMembers } from './room-members.ts'

/** Whoever is nearby in a month, a class or a crowd of visitors. Who announces for longer makes another one. */
const EXPIRES_IN_MS = 30 * 24 * 60 * 60 * 1000
const USES = 100

export class Announcing implements RoomAnnouncing {
  readonly #room: NodeRoom
  readonly #members: RoomMembers

  constructor(room: NodeRoom, members: RoomMembers) {
    this.#room = room
    this.#members = members
  }

  /** Whether peers nearby are told of the room now. */
  get isOn(): boolean {
    return offerOf(this.#room.open, Date.now()) !== undefined
  }

  async announce({ anyone = false }: { anyone?: boolean } = {}): Promise<void> {
    const { core, id, name, open } = this.#room
    this.#room.requireOpen()
    if (this.#room.isCarried)
      throw new KithError('carried', `this node only carries '${name}': its members announce it`)
    if (this.isOn) return
    const others = core.machine.rooms.list().filter((room) => offerOf(room, Date.now()) !== undefined)
    if (others.length >= MAX_OFFERS) {
      throw new KithError('too-many', `${MAX_OFFERS} rooms are announced already: end one of them first`)
    }
    const isPrivate = open.record.access === 'private'
    if (isPrivate && !anyone) {
      throw new KithError(
        'bad-value',
        `'${name}' is private, and whoever is on this network would get an invite to it, and read it: say that anyone may (kith room announce ROOM --anyone)`,
      )
    }
    const announced = isPrivate ? { invite: await this.#invite() } : {}
    await core.command({ type: 'note', room: id, personal: { announced } })
  }

  async endAnnouncing(): Promise<void> {
    const { core, id, open } = this.#room
    const { announced } = open.record.personal ?? {}
    if (announced === undefined) return
    await core.command({ type: 'note', room: id, personal: { announced: undefined } })
    const { invite } = announced
    if (invite === undefined) return
    const isOpen = this.#members.invites().some(({ id: act, status }) => act === invite.act && status === 'open')
    if (isOpen) await this.#members.withdrawInvite(invite.act)
  }

  async #invite(): Promise<{ seed: string; act: NonNullable<ReturnType<typeof parseInvite>['act']> }> {
    const { line } = await this.#members.invite({ expiresInMs: EXPIRES_IN_MS, uses: USES })
    const { seed, act } = parseInvite(line)
    if (seed === undefined || act === undefined) throw new Error('an invite has a secret and a document')
    return { seed: seed.toString('hex'), act }
  }
}
