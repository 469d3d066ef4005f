/** Which members' keys the user of this node has compared with them. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError, type RoomVerification, type Verification } from '../kith.ts'
import { isSameName } from '../names.ts'
import type { NodeRoom } from './node-room.ts'
import { membersOf } from './room-report.ts'
import { isSaid, safetyWordsOf } from './safety-words.ts'

export class MemberVerification implements RoomVerification {
  readonly #room: NodeRoom

  constructor(room: NodeRoom) {
    this.#room = room
  }

  async safetyWords(member: string): Promise<Verification> {
    const { core } = this.#room
    const peer = this.#resolve(member)
    const { atMs: verifiedMs = null } = core.store.verified().find((row) => row.peer === peer) ?? {}
    return { peer, name: this.#room.nameOf(peer), ...(await safetyWordsOf(core.self, peer)), verifiedMs }
  }

  async verify(member: string, said: string): Promise<Verification> {
    const here = await this.safetyWords(member)
    if (!isSaid(here, said)) {
      throw new KithError(
        'wrong-words',
        `these are not the safety words of this node and ${here.name}: if no word was misheard, one of you has another key than the other believes`,
      )
    }
    return this.#note(here, Date.now())
  }

  async unverify(member: string): Promise<Verification> {
    return this.#note(await this.safetyWords(member), undefined)
  }

  async #note(verification: Verification, atMs: number | undefined): Promise<Verification> {
    await this.#room.core.command({ type: 'verify', peer: verification.peer as PeerId, atMs })
    return { ...verification, verifiedMs: atMs ?? null }
  }

  /** Members of the room by their names first: another room may know others of that name. */
  #resolve(reference: string): PeerId {
    this.#room.requireOpen()
    const { core } = this.#room
    const named = membersOf(this.#room).filter(({ name, self }) => !self && isSameName(name, reference))
    // Of several devices of one person, the first one is compared.
    const persons = new Set(named.map(({ person }) => person))
    const member = named.find(({ peer }) => persons.has(peer)) ?? named[0]
    if (persons.size === 1 && member !== undefined) return member.peer as PeerId
    const isSelf = membersOf(this.#room).some(({ name, self }) => self && isSameName(name, reference))
    const peer = isSelf && named.length === 0 ? core.self : core.resolvePeer(reference)
    if (peer !== core.self) return peer
    throw new KithError('no-such-peer', 'nobody compares a key with itself: name another member (kith members ROOM)')
  }
}
