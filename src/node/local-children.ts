/** The rooms below a room of a running node, for library users. */
import { MAX_CHILD_DEPTH } from '../../protocols/room/constants.ts'
import { parseDocumentId, type DocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { chat } from '../apps/chat/index.ts'
import {
  KithError,
  type Children,
  type ChildOptions,
  type ChildPage,
  type ChildRoom,
  type LinkedRoom,
  type Room,
  type RoomTree,
  type TreeRoom,
} from '../kith.ts'
import { beginsLike, caseless, isSameName, isSameNameInAnyCase, shownName } from '../names.ts'
import type { Document } from '../../protocols/document/document.ts'
import { CHILD_KIND } from '../../protocols/room/constants.ts'
import { readChildLink } from '../room/children.ts'
import { doesLinkCount, isBelow } from '../room/parent-room.ts'
import { waitingForHistory } from '../room/write-errors.ts'
import type { ChildLinkFilter, ChildLinkRow } from '../store/child-links.ts'
import { isOfDevices } from '../store/personal.ts'
import { positionOf } from './document-position.ts'
import { firstMatching } from './first-matching.ts'
import type { NodeRoom } from './node-room.ts'
import { quoted } from './quoted.ts'
import type { NewOnes } from './read-position.ts'
import type { RoomReading } from './room-reading.ts'
import { threadTitle } from './thread-title.ts'

const DEFAULT_PAGE = 50
const MAX_PAGE = 100
/** Links looked at for a page: others may write any number that do not count between two that do. */
const MAX_LOOKED_AT = 1_000
/** More rooms than people read the names of. */
const MAX_TREE_ROOMS = 1_000
/** Of an id: one in a million of those that are looked at. */
const MIN_END_CHARACTERS = 6

/** Rooms listed if a reference is ambiguous: a few show how they differ, more would hide the rest of the message. */
const MAX_NAMED = 5

const NOT_HERE = { newMessages: null, newMentions: null, messages: null }

/** Threads listed about one message: anybody can start more. */
const MAX_ABOUT_ONE = 5

/** Other rooms of the node. */
export interface OtherRooms {
  byId(id: RoomId): Pick<Room, 'leave'> & {
    readonly children: LocalChildren
    readonly newOnes: NewOnes
    readonly messageCount: number | null
  }
  follow(id: RoomId, below: RoomId, peers: readonly string[]): Promise<void>
}

export class LocalChildren implements Children {
  readonly #room: NodeRoom
  readonly #reading: RoomReading
  readonly #others: OtherRooms

  constructor(room: NodeRoom, reading: RoomReading, others: OtherRooms) {
    this.#room = room
    this.#reading = reading
    this.#others = others
  }

  list({ threads, before, limit = DEFAULT_PAGE }: ChildOptions = {}): ChildPage {
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new KithError('bad-value', `a page has 1 to ${MAX_PAGE} rooms`)
    }
    this.#room.requireOpen()
    const from = before === undefined ? undefined : positionOf(this.#room, before)
    const isMeant = ({ about }: ChildRoom): boolean => threads === undefined || threads === (about !== null)
    return this.#page({ ...(threads === true && { areThreads: true }) }, from, limit, isMeant)
  }

  #page(
    which: Pick<ChildLinkFilter, 'areThreads'>,
    from: Position | undefined,
    limit: number,
    isMeant: (child: ChildRoom) => boolean,
  ): ChildPage {
    const children: ChildRoom[] = []
    let last: Position | undefined = from
    for (let looked = 0; looked < MAX_LOOKED_AT; looked += MAX_PAGE) {
      const rows = this.#rows({ ...which, ...(last && { before: last }), limit: MAX_PAGE })
      for (const row of rows) {
        const child = this.#childOf(row)
        last = row
        if (child !== undefined && isMeant(child)) children.push(child)
        if (children.length === limit) return { children, next: row.id }
      }
      if (rows.length < MAX_PAGE) return { children, next: null }
    }
    return { children, next: last?.id ?? null }
  }

  about(messages: readonly string[]): ChildRoom[] {
    if (messages.length > MAX_PAGE) throw new KithError('bad-value', `at most ${MAX_PAGE} messages at a time`)
    this.#room.requireOpen()
    const ids = messages.flatMap((message) => parseDocumentId(message) ?? [])
    const newest = ids.map((about) => this.#rows({ limit: MAX_PAGE, about }))
    // Those to rooms that are here, which no number of others hides.
    const isMuch = newest.some(({ length }) => length === MAX_PAGE)
    const here = isMuch ? this.#here().flatMap((child) => this.#rows({ limit: MAX_PAGE, child })) : []
    const linked = distinct(this.#childrenOf([...newest.flat(), ...here]))
    return [...new Set(ids)].flatMap((id) => {
      const threads = linked.filter(({ about }) => about === id)
      const sorted = [isFollowed, isWaiting, isLinked].flatMap((isSo) => threads.filter(isSo))
      return sorted.slice(0, MAX_ABOUT_ONE)
    })
  }

  /** The room that a document links to as it comes; undefined if it links to none, or has no effect. */
  linkedBy(document: Document): LinkedRoom | undefined {
    if (document.kind !== CHILD_KIND) return undefined
    const { open, id: room } = this.#room
    // What comes with a history is not new.
    if (open.isPreview || open.record.joining !== undefined) return undefined
    const child = this.#childOf({ ...document, room })
    return child && { ...child, room }
  }

  get(reference: string): ChildRoom {
    this.#room.requireOpen()
    let foreign: ChildRoom | undefined
    for (const matching of this.#matching(reference.trim().replace(/^…/, ''))) {
      const found = distinct(matching)
      const closest = firstMatching(found, isFollowed, isWaiting, isLinked)
      if (closest.length > 1) throw ambiguous(reference, closest)
      const [child] = closest
      if (child !== undefined) return child
      foreign ??= found[0]
    }
    if (foreign !== undefined) throw notBelow(this.#room.name, foreign)
    throw new KithError(
      'no-such-room',
      `there is no room ${quoted(reference)} below '${this.#room.name}' (kith room tree shows those that there are)`,
    )
  }

  /** What a reference can mean, the closest first: each time, all that match equally well. */
  *#matching(reference: string): Generator<readonly ChildRoom[]> {
    const id = parseDocumentId(reference)
    if (id !== undefined) {
      const linked = this.#linksTo(id)
      if (linked.length > 0) return yield linked
      const about = this.#linkedBy({ about: id })
      if (about.length > 0) return yield about
    }
    yield this.#calledHere(reference)
    const titled = this.#linkedBy({ title: caseless(reference) })
    yield titled.filter(({ title }) => isSameName(title, reference))
    yield titled
    const newest = this.#childrenOf(this.#rows({ limit: MAX_LOOKED_AT }))
    const isEnd = (text: string | null): boolean =>
      reference.length >= MIN_END_CHARACTERS && text?.endsWith(reference) === true
    yield newest.filter(({ link }) => link === id)
    yield newest.filter(({ id: room, link, about }) => isEnd(room) || isEnd(link) || isEnd(about))
    yield newest.filter(({ title }) => beginsLike(title, reference))
  }

  /** Those that this node calls something else. */
  #calledHere(name: string): ChildRoom[] {
    const records = this.#room.core.machine.rooms.list().map(({ record }) => record)
    const called = records.filter(({ alias }) => alias !== undefined && isSameNameInAnyCase(alias, name))
    return called.flatMap(({ id }) => this.#linksTo(id)).filter(isFollowed)
  }

  tree(): RoomTree {
    this.#room.requireOpen()
    const rooms: TreeRoom[] = []
    const tree: RoomTree = { rooms, isCut: false }
    this.#walk(tree, 1, new Set([this.#room.id]))
    return tree
  }

  /** Adds those below this room. `visited`: rooms that are not gone to again. */
  #walk(tree: RoomTree, depth: number, visited: Set<string>): void {
    const { children, next } = this.#page({}, undefined, MAX_PAGE, () => true)
    if (next !== null) tree.isCut = true
    for (const child of children) {
      if (visited.has(child.id) && child.status !== 'foreign') continue
      if (tree.rooms.length === MAX_TREE_ROOMS) {
        tree.isCut = true
        return
      }
      tree.rooms.push({ ...child, depth })
      if (child.status !== 'followed') continue
      visited.add(child.id)
      const below = this.#others.byId(child.id as RoomId).children
      if (depth < MAX_CHILD_DEPTH) below.#walk(tree, depth + 1, visited)
      else if (below.#rows({ limit: 1 }).length > 0) tree.isCut = true
    }
  }

  async startThread(reference: string, { title }: { title?: string } = {}): Promise<ChildRoom> {
    const { core, id: parent, name: room } = this.#room
    const message = this.#reading.message(reference)
    if (this.#room.open.isPreview) throw waitingForHistory()
    const about = message.id as DocumentId
    const [known] = firstMatching(this.#linkedBy({ about }), isFollowed, isWaiting)
    if (known !== undefined) {
      throw new KithError('thread-exists', `there is a thread about that message: ${quoted(`${room}/${known.title}`)}`)
    }
    const name = title ?? threadTitle(message)
    const { room: id } = await core.command({ type: 'create-child', parent, name, app: chat.name, about })
    if (id === undefined) throw new Error('a created room has an id')
    return this.get(id)
  }

  async follow(reference: string, { peers = [] }: { peers?: string[] } = {}): Promise<ChildRoom> {
    const { id } = this.get(reference)
    await this.#others.follow(id as RoomId, this.#room.id, peers)
    return this.#linkedTo(id as RoomId)
  }

  async unfollow(reference: string, options: Parameters<Children['unfollow']>[1] = {}): Promise<ChildRoom> {
    const child = this.get(reference)
    if (child.status === 'linked') throw alreadyLeft(this.#room.name, child)
    await this.#others.byId(child.id as RoomId).leave(options)
    return this.#linkedTo(child.id as RoomId)
  }

  /** A room that was found before; it may have said since that it is not below this one. */
  #linkedTo(id: RoomId): ChildRoom {
    const [child] = distinct(this.#linksTo(id))
    if (child === undefined) throw new Error('a room that was found is linked to')
    return child
  }

  #linksTo(child: RoomId): ChildRoom[] {
    return this.#childrenOf(this.#rows({ limit: MAX_PAGE, child }))
  }

  /** The newest links that match, and those to rooms that are here, which no number of others hides. */
  #linkedBy(keys: Pick<ChildLinkFilter, 'title'> | Pick<ChildLinkFilter, 'about'>): ChildRoom[] {
    const rows = this.#rows({ limit: MAX_PAGE, ...keys })
    if (rows.length < MAX_PAGE) return this.#childrenOf(rows)
    const here = this.#here().flatMap((child) => this.#rows({ limit: MAX_PAGE, child, ...keys }))
    return this.#childrenOf([...rows, ...here])
  }

  #here(): RoomId[] {
    return this.#room.core.machine.rooms.list().map(({ record }) => record.id)
  }

  #rows(filter: Omit<ChildLinkFilter, 'room'>): ChildLinkRow[] {
    return this.#room.core.store.childLinks({ room: this.#room.id, ...filter })
  }

  #childrenOf(rows: readonly ChildLinkRow[]): ChildRoom[] {
    return rows.flatMap((row) => this.#childOf(row) ?? [])
  }

  /** Undefined if the link has no effect. */
  #childOf(row: ChildLinkRow): ChildRoom | undefined {
    const link = readChildLink(row.body)
    const { open, core } = this.#room
    if (link === undefined || !doesLinkCount(row, open, core.store)) return undefined
    const status = this.#statusOf(link.child)
    const room = status === 'followed' ? this.#others.byId(link.child) : undefined
    const told = room === undefined ? NOT_HERE : { ...room.newOnes, messages: room.messageCount }
    return {
      ...{ id: link.child, link: row.id, title: shownName(link.title), about: link.about ?? null },
      ...{ startedBy: { peer: row.author, name: this.#room.nameAt(row.author, row) }, startedAtMs: row.timeMs },
      ...{ status, ...told },
    }
  }

  #statusOf(child: RoomId): ChildRoom['status'] {
    const { machine, store } = this.#room.core
    const open = machine.rooms.get(child)
    if (open === undefined || isOfDevices(open.record)) return 'linked'
    const isChild = isBelow(open, this.#room.id, store)
    if (isChild === false) return 'foreign'
    if (open.isCarried) return 'linked'
    return isChild === 'unknown' ? 'waiting' : 'followed'
  }
}

export function notFollowed(parent: string, { title }: ChildRoom): KithError {
  const path = quoted(`${parent}/${title}`)
  return new KithError('not-followed', `${path} is not here, only the link to it: kith follow ${path} joins it`)
}

function alreadyLeft(parent: string, { title }: ChildRoom): KithError {
  return new KithError(
    'not-followed',
    `${quoted(`${parent}/${title}`)} is not followed here: there is nothing to leave`,
  )
}

function notBelow(parent: string, { title, id }: ChildRoom): KithError {
  const path = quoted(`${parent}/${title}`)
  return new KithError(
    'not-below',
    `${path} is only a link to a room which says itself that it is not below '${parent}': to use that room, use its id, ${id}`,
  )
}

function ambiguous(reference: string, children: readonly ChildRoom[]): KithError {
  const ids = children.slice(0, MAX_NAMED).map(({ id }) => id)
  return new KithError('ambiguous', `${quoted(reference)} could be several rooms: use the id, ${ids.join(' or ')}`)
}

const isFollowed = ({ status }: ChildRoom): boolean => status === 'followed'
const isWaiting = ({ status }: ChildRoom): boolean => status === 'waiting'
const isLinked = ({ status }: ChildRoom): boolean => status === 'linked'

/** Each room once, by the link that was written first. */
function distinct(children: readonly ChildRoom[]): ChildRoom[] {
  return [...new Map(children.map((child) => [child.id, child])).values()]
}
