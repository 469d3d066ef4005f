/** One room as the parts of a running node see it: what is stored of it, and whether it can be read and written. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { grouped } from '../grouped.ts'
import { KithError, type App } from '../kith.ts'
import type { Room } from '../room/room.ts'
import { isMovedTo } from '../room/moves.ts'
import { parentOf } from '../room/parent-room.ts'
import { looksLikeAnother, type PersonOf } from '../room/roster.ts'
import { looksOf } from '../room/looks.ts'
import { NameHistory } from './name-history.ts'
import { personsIn } from './persons.ts'
import { formerName, personName, roomName } from './shown-names.ts'
import type { KeyLack } from '../room/sealing/key-lack.ts'
import { lacksKey } from '../room/write-errors.ts'
import type { NodeCore } from './core.ts'

/** Worded to follow 'waiting for'. */
const AWAITED_FOR_LACK: Record<KeyLack, string> = {
  missing: 'a key, from the node of a member that has one: this node cannot read the room',
  stale: "a new key, from an admin's node: somebody was removed",
  behind: "an admin's node: somebody was removed from the room above",
  lost: 'an invite: what this node would open the keys of the room with is gone',
  carrier: 'an invite to read the room: a carrier only stores and passes on',
  outsider: 'an invite: only members read this room',
}

export class NodeRoom {
  readonly id: RoomId
  readonly core: NodeCore
  readonly #names: NameHistory

  constructor(id: RoomId, core: NodeCore) {
    this.id = id
    this.core = core
    this.#names = new NameHistory(
      core.store,
      (document) => this.open.read(document),
      () => core.foundDamage(),
    )
  }

  /** The room in the machine. Throws a KithError `no-such-room` if it was left. */
  get open(): Room {
    const room = this.core.machine.rooms.get(this.id)
    if (room === undefined) throw new KithError('no-such-room', 'this node has left that room')
    return room
  }

  /** What the room is called, as it is shown; empty while that is not known. */
  get name(): string {
    return roomName(this.open.record)
  }

  /** What the room is called by whoever created it, as it is shown; undefined if that is its name here, too. */
  get originalName(): string | undefined {
    const { id, name, alias } = this.open.record
    return alias === undefined ? undefined : roomName({ id, name })
  }

  /** Rooms of this node whose names look like this one's, but for the one in which it goes on, and the one before. */
  get namesakes(): RoomId[] {
    const looks = new Set(looksOf(this.name))
    const others = this.core.machine.rooms.list().filter(({ record }) => record.id !== this.id)
    return others
      .filter(({ record }) => looksOf(roomName(record)).some((look) => looks.has(look)))
      .filter((other) => !isMovedTo(this.open, other.record.id) && !isMovedTo(other, this.id))
      .map(({ record }) => record.id)
  }

  get app(): string {
    return this.open.record.app
  }

  get status(): 'waiting' | 'open' {
    return this.open.record.status === 'open' ? 'open' : 'waiting'
  }

  get isCarried(): boolean {
    return this.open.record.carriedBytesMax !== undefined
  }

  /** Peers that are in the room now. */
  get neighbours(): PeerId[] {
    return this.core.machine.wings['room-state'].neighbours(this.id)
  }

  /** What the room is waiting for but an invite, worded to follow 'waiting for'; empty if nothing. */
  get waitingFor(): string {
    if (this.open.isQuotaReached()) return 'space: the quota for this room is used up'
    if (this.status === 'open') {
      const { graph, isPreview, isHistoryGone } = this.open
      if (this.open.keys.isPrivate && !this.isCarried) {
        const { lack } = this.open.keys
        const isListed = this.open.record.personal?.listed !== undefined && this.core.ownKeys().size > 1
        if (lack === 'outsider' && isListed) return 'another device of yours, to let this one in (kith device list)'
        if (lack !== undefined) return AWAITED_FOR_LACK[lack]
      }
      if (isPreview && isHistoryGone) return 'somebody who has kept the history: none of the connected peers has'
      const missing = graph.missing().length
      if (missing > 0) return `${grouped(missing)} missing document${missing === 1 ? '' : 's'} that others build on`
      const unproven = graph.unprovenCount
      return unproven === 0 ? '' : `proof of who wrote ${grouped(unproven)} document${unproven === 1 ? '' : 's'}`
    }
    if (this.neighbours.length > 0) return 'the root document, from a peer that is in the room'
    const connected = this.core.connectedPeers()
    if (connected === 0) return 'a peer: none is connected yet (kith doctor says why)'
    return `a peer that is in this room: ${grouped(connected)} connected, but not in it`
  }

  /** Throws a KithError `carried` or `waiting` if the room can be neither read nor written. */
  requireOpen(): void {
    if (this.isCarried) {
      throw new KithError('carried', 'this node only carries the room for others: join it to read and write')
    }
    if (this.status === 'waiting') {
      throw new KithError('waiting', `the room is not here yet: waiting for ${this.waitingFor}`)
    }
  }

  /** The room's app; undefined if it has none yet, or if this node lacks it. */
  get knownApp(): App | undefined {
    return this.core.apps.get(this.app)
  }

  /** The room's app. Throws like `requireOpen`, and a KithError `wrong-app` if this node lacks the app. */
  requireKnownApp(): App {
    this.requireOpen()
    this.#requireRoom()
    const { knownApp } = this
    if (knownApp === undefined) {
      throw new KithError(
        'wrong-app',
        `this node does not have the app '${this.app}' of '${this.name}': it stores and relays the room's documents, and can only show them as they are (kith read ROOM --documents), unless it starts with the app (kith start --app FILE)`,
      )
    }
    return knownApp
  }

  /** Throws like `requireOpen`, and a KithError `wrong-app` if the room belongs to another app. */
  requireApp(app: string): void {
    this.requireOpen()
    this.#requireRoom()
    if (this.app !== app) {
      throw new KithError('wrong-app', `'${this.name}' is a ${this.app} room, but this is for ${app} rooms`)
    }
  }

  /** Which authors are one person. */
  get personOf(): PersonOf {
    return personsIn(this.open)
  }

  /** An author's name as shown, which differs from those of all other people. */
  nameOf(author: PeerId): string {
    const { roster } = this.open.view.state
    const isUnnamed = !roster.profiles.has(author)
    return (isUnnamed ? this.#nameAbove(author) : undefined) ?? personName(author, roster, this.personOf)
  }

  /** What somebody who has said nothing here is called in the room above. */
  #nameAbove(author: PeerId): string | undefined {
    const { machine, store } = this.core
    const parent = parentOf(this.open, machine.rooms, store)
    const above = parent?.view.state.roster
    const name = above?.profiles.get(author)?.name
    if (parent === undefined || above === undefined || name === undefined) return undefined
    const isOfAnother = looksLikeAnother(above, author, name, personsIn(parent))
    return formerName(author, name, this.open.view.state.roster, { isOfAnother, personOf: this.personOf })
  }

  /** The name that an author had at a position, as shown; the present one if that is not known. */
  nameAt(author: PeerId, position: Position): string {
    const { roster } = this.open.view.state
    const profile = roster.profiles.get(author)
    if (profile === undefined || comparePositions(profile.writtenAt, position) <= 0) return this.nameOf(author)
    const name = this.#names.nameAt(author, position, profile)
    if (name === undefined || name === profile.name) return this.nameOf(author)
    const { personOf } = this
    const isOfAnother = this.#names.isOfAnother(personOf(author), name)
    return formerName(author, name, roster, { isOfAnother, personOf })
  }

  #requireRoom(): void {
    const { record, keys } = this.open
    if (this.app === '' && keys.isPrivate) throw lacksKey(record, keys.lack)
    if (this.app === '') throw new KithError('wrong-app', `${this.id} is not the id of a room, but of another document`)
  }
}
