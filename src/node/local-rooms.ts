/** The rooms of a running node, for library users. */
import { ACCESS_MODES } from '../../protocols/access/constants.ts'
import { MAX_CHILD_DEPTH } from '../../protocols/room/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { chat } from '../apps/chat/index.ts'
import { parseDialAddress } from '../host/addresses.ts'
import {
  KithError,
  type App,
  type ChatRoom,
  type ChildRoom,
  type JoinOptions,
  type NearbyRoom,
  type NewRoom,
  type NodeStatus,
  type Room,
  type RoomOf,
  type RoomProgress,
  type Rooms,
} from '../kith.ts'
import { DEFAULT_CARRIED_BYTES } from '../machine/constants.ts'
import { beginsLike, isSameName, isSameNameInAnyCase, shownName } from '../names.ts'
import { pastedRoomId } from '../pasted.ts'
import { isMovedTo } from '../room/moves.ts'
import { parentOf } from '../room/parent-room.ts'
import { ownRemoval } from '../room/removal.ts'
import { isOfDevices } from '../store/personal.ts'
import type { RoomRecord } from '../store/store.ts'
import type { NodeCore } from './core.ts'
import { firstMatching } from './first-matching.ts'
import { parseInvite, type InviteLine } from './invite.ts'
import type { BlockServices } from './block-services.ts'
import { NearbyRooms } from './nearby-rooms.ts'
import { NodeLocks } from './node-locks.ts'
import { quoted } from './quoted.ts'
import { roomName } from './shown-names.ts'
import { notFollowed } from './local-children.ts'
import { LocalRoom } from './local-room.ts'

/** Rooms listed if a reference is ambiguous: a few show how they differ, more would hide the rest of the message. */
const MAX_NAMED = 5

/** The beginning of every room id. */
const ID_START = 'bafyrei'

/** Whether a text is more of an id than all have, so that it means a room also where another is named like it. */
function isIdStart(text: string): boolean {
  return text.startsWith(ID_START) && text.length > ID_START.length
}

export class LocalRooms implements Rooms {
  readonly #core: NodeCore
  readonly #services: BlockServices
  readonly #rooms = new Map<RoomId, LocalRoom>()
  /** For the node, which tells it of answers. */
  readonly around: NearbyRooms
  /** For the node, which tells it what becomes of locks. */
  readonly locks: NodeLocks

  constructor(core: NodeCore, services: BlockServices) {
    this.#core = core
    this.#services = services
    this.around = new NearbyRooms(core)
    this.locks = new NodeLocks(core)
  }

  create(options: NewRoom & { app?: undefined }): Promise<ChatRoom>
  create<SomeApp extends App>(options: NewRoom & { app: SomeApp }): Promise<RoomOf<SomeApp>>
  create(options: NewRoom & { app: string }): Promise<Room>
  async create({ name, app = chat, access, in: above }: NewRoom): Promise<Room> {
    // Programs without types pass anything, and what has no such rule would be no room for anybody.
    if (access !== undefined && access !== 'open' && !ACCESS_MODES.includes(access)) {
      throw new KithError(
        'bad-value',
        `a room's access is ${['open', ...ACCESS_MODES].join(', ')}, not ${quoted(String(access))}`,
      )
    }
    const appName = typeof app === 'string' ? app : app.name
    const parent = above === undefined ? undefined : this.#find(above)
    const said = { name, app: appName }
    const { room } = await this.#core.command(
      parent === undefined
        ? { type: 'create', ...said, ...(access !== undefined && access !== 'open' && { access }) }
        : { type: 'create-child', parent: parent.id, ...said, access },
    )
    if (room === undefined) throw new Error('a created room has an id')
    return typeof app === 'string' ? this.byId(room) : this.byId(room).as(app)
  }

  join(idOrInvite: string, options?: JoinOptions): Promise<Room>
  join<SomeApp extends App>(idOrInvite: string, options: JoinOptions & { app: SomeApp }): Promise<RoomOf<SomeApp>>
  async join(idOrInvite: string, options: JoinOptions & { app?: App } = {}): Promise<Room> {
    const { peers = [], newestFirst = false, app } = options
    const { room, addresses, seed, act } = parseRoomInvite(idOrInvite)
    // Whoever wrote the invite may be offline now: the node keeps dialling, even after a restart.
    this.#pin(peers, addresses)
    const invite = seed && { inviteSeed: seed.toString('hex'), ...(act && { personal: { invite: act } }) }
    await this.#core.command({ type: 'join', room, newestFirst, ...invite })
    return app === undefined ? this.byId(room) : this.byId(room).as(app)
  }

  /** Joins a room below another one of this node. */
  async follow(id: RoomId, below: RoomId, peers: readonly string[]): Promise<void> {
    this.#pin(peers, [])
    await this.#core.command({ type: 'join', room: id, newestFirst: false, below })
  }

  async carry(idOrInvite: string, options: { maxBytes?: number; peers?: string[] } = {}): Promise<Room> {
    const { room, addresses, seed } = parseRoomInvite(idOrInvite)
    const before = this.#core.store.rooms().find(({ id }) => id === room)?.carriedBytesMax
    const { maxBytes = before ?? DEFAULT_CARRIED_BYTES, peers = [] } = options
    if (!Number.isSafeInteger(maxBytes) || maxBytes < MAX_DOCUMENT_BYTES) {
      throw new KithError(
        'bad-value',
        `a carrier must keep at least ${grouped(MAX_DOCUMENT_BYTES)} bytes, the size of a document`,
      )
    }
    this.#pin(peers, addresses)
    await this.#core.command({ type: 'carry', room, maxBytes, ...(seed && { inviteSeed: seed.toString('hex') }) })
    return this.byId(room)
  }

  /** Of an invite, which may be this node's own, only the addresses of others. */
  #pin(peers: readonly string[], ofInvite: readonly string[]): void {
    const own = new Set(this.#core.addresses())
    const ofOthers = ofInvite.filter(
      (address) => !own.has(address) && parseDialAddress(address).peer !== this.#core.self,
    )
    for (const address of [...peers, ...ofOthers]) this.#core.pin(address)
  }

  get(reference: string): Room
  get<SomeApp extends App>(reference: string, app: SomeApp): RoomOf<SomeApp>
  get(reference: string, app?: App): Room {
    const room = this.#find(reference)
    return app === undefined ? room : room.as(app)
  }

  list(): Room[] {
    const records = this.#core.machine.rooms.list().map(({ record }) => record)
    return records.filter((record) => !isOfDevices(record)).map(({ id }) => this.byId(id))
  }

  nearby(): Promise<NearbyRoom[]> {
    return this.around.list()
  }

  /** The number of documents in all rooms. */
  documents(): number {
    const { machine, store } = this.#core
    return machine.rooms.list().reduce((sum, { record }) => sum + store.totals(record.id).documents, 0)
  }

  /** Of rooms whose history is not all here. */
  progress(): RoomProgress[] {
    return this.list()
      .map((room) => room.progress())
      .filter(({ missing }) => missing > 0)
  }

  /** Those from which this node was removed. */
  removed(): NodeStatus['removed'] {
    const { machine } = this.#core
    const removed = this.list().filter(({ id }) => ownRemoval(machine.rooms.require(id as RoomId), this.#core))
    const summaries = removed.map((room) => room.summary())
    return summaries.flatMap(({ id, name, removed }) => (removed === undefined ? [] : [{ room: id, name, ...removed }]))
  }

  child(path: string): { parent: Room; child: ChildRoom } {
    const found = this.#below(path)
    if (found !== undefined) return found
    const [above = ''] = path.split('/', 1)
    // Says why there is none.
    this.#findByName(above)
    throw new KithError('no-such-room', `${quoted(path)} names no room below another: kith room tree ROOM shows those`)
  }

  #find(reference: string): LocalRoom {
    try {
      return this.#findByName(reference)
    } catch (error) {
      const isPath = error instanceof KithError && error.code === 'no-such-room' && reference.includes('/')
      const found = isPath ? this.#below(reference) : undefined
      if (found === undefined) throw error
      if (found.child.status === 'linked') throw notFollowed(found.parent.name, found.child)
      return this.byId(found.child.id as RoomId)
    }
  }

  /** The room that a path leads to, through rooms that are here; undefined if it does not begin with one. */
  #below(path: string): { parent: LocalRoom; child: ChildRoom } | undefined {
    const names = path.split('/')
    for (let length = 1; length < Math.min(names.length, MAX_CHILD_DEPTH); length++) {
      const parent = this.#ifHere(() => this.#findByName(names.slice(0, length).join('/')))
      if (parent !== undefined) return this.#belowRoom(parent, names.slice(length))
    }
    return undefined
  }

  /** A title may have slashes: one that is all of the rest goes first. Throws what that leads to if there is nothing else. */
  #belowRoom(parent: LocalRoom, names: readonly string[]): { parent: LocalRoom; child: ChildRoom } {
    const rest = names.join('/')
    const whole = this.#ifHere(() => parent.children.get(rest))
    if (whole !== undefined && isSameNameInAnyCase(whole.title, rest)) return { parent, child: whole }
    let closed: ChildRoom | undefined
    for (let length = 1; length < names.length; length++) {
      const child = this.#ifHere(() => parent.children.get(names.slice(0, length).join('/')))
      if (child === undefined) continue
      if (child.status === 'linked') {
        closed ??= child
        continue
      }
      return this.#belowRoom(this.byId(child.id as RoomId), names.slice(length))
    }
    if (closed === undefined) return { parent, child: parent.children.get(rest) }
    // What is below a room that is not here, nobody knows here.
    const child = this.#ifHere(() => parent.children.get(rest))
    if (child === undefined) throw notFollowed(parent.name, closed)
    return { parent, child }
  }

  #ifHere<Found>(find: () => Found): Found | undefined {
    try {
      return find()
    } catch (error) {
      if (error instanceof KithError && error.code === 'no-such-room') return undefined
      throw error
    }
  }

  #findByName(reference: string): LocalRoom {
    const all = this.#core.machine.rooms.list().map(({ record }) => record)
    // By its whole id, everything is found.
    const records = all.filter((record) => record.id === reference || !isOfDevices(record))
    const namesOf = (record: RoomRecord): string[] => [record.alias ?? record.name, roomName(record)]
    const pastedId = pastedRoomId(reference)
    // Ids come first, because anybody can name a room after another's id.
    const found = firstMatching(
      records,
      ({ id }) => id === reference || id === pastedId,
      ({ id }) => isIdStart(pastedId) && id.startsWith(pastedId),
      (record) => namesOf(record).includes(reference),
      (record) => namesOf(record).some((name) => isSameName(name, reference)),
      // A room with an alias still answers to its name, unless that is another one's.
      ({ name }) => isSameName(name, reference) || isSameName(shownName(name), reference),
      (record) => [...namesOf(record), record.name].some((name) => isSameNameInAnyCase(name, reference)),
      (record) => [record.id, ...namesOf(record)].some((text) => text.startsWith(reference)),
      (record) => namesOf(record).some((name) => beginsLike(name, reference)),
      ({ id }) => pastedId.startsWith(ID_START) && id.startsWith(pastedId),
    )
    const staying = this.#withoutChildren(this.#withoutMoved(found))
    const [record] = staying
    if (record === undefined || reference === '') {
      throw new KithError('no-such-room', `there is no room ${quoted(reference)} here (kith room list shows the rooms)`)
    }
    if (staying.length > 1) {
      const ids = staying.slice(0, MAX_NAMED).map(({ id }) => id)
      const others = staying.length > MAX_NAMED ? ` and ${grouped(staying.length - MAX_NAMED)} more` : ''
      throw new KithError(
        'ambiguous',
        `${quoted(reference)} could be ${grouped(staying.length)} rooms: use the id instead, ${ids.join(' or ')}${others}`,
      )
    }
    return this.byId(record.id)
  }

  /** Of several rooms, those that do not go on in another of them. */
  #withoutMoved(records: readonly RoomRecord[]): readonly RoomRecord[] {
    if (records.length < 2) return records
    const { rooms } = this.#core.machine
    const goesOn = ({ id }: RoomRecord): boolean => records.some((other) => isMovedTo(rooms.require(id), other.id))
    const staying = records.filter((record) => !goesOn(record))
    return staying.length > 0 ? staying : records
  }

  /** Of several rooms, those that are not below another one: these are found by their paths. */
  #withoutChildren(records: readonly RoomRecord[]): readonly RoomRecord[] {
    if (records.length < 2) return records
    const { machine, store } = this.#core
    const above = records.filter(({ id }) => parentOf(machine.rooms.require(id), machine.rooms, store) === undefined)
    return above.length > 0 ? above : records
  }

  /** The one object for a room, which the node may have left since. */
  byId(id: RoomId): LocalRoom {
    let room = this.#rooms.get(id)
    if (room === undefined) {
      room = new LocalRoom(id, this.#core, this.#services, this)
      this.#rooms.set(id, room)
    }
    return room
  }
}

/** Throws a KithError `bad-invite` for a line that does more than join a room, and whatever `parseInvite` throws. */
function parseRoomInvite(text: string): InviteLine {
  const line = parseInvite(text)
  if (line.isForDevice === undefined) return line
  throw new KithError(
    'bad-invite',
    "this line makes a node a device of whoever wrote it, and shares this node's rooms with theirs: if that is you, use kith device join",
  )
}
