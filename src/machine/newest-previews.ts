/**
 * What a newcomer to a private room reads before the history is here where nobody gives it a state, as through carriers
 * alone: the newest documents, opened with the key that its invite brings. What that is worth is said in
 * protocols/access/README.md.
 */
import { KEY_KIND } from '../../protocols/access/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { keyIdOf, SEALED_KIND, type KeyId } from '../../protocols/sealing/index.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { firstKeyIn } from '../room/checkpoint.ts'
import { MAX_PENDING_PER_PEER } from '../room/constants.ts'
import type { Room } from '../room/room.ts'
import { isOpened } from '../room/sealing/opened.ts'
import type { RoomEvent } from './io.ts'
import { inviteOf, takeGivenKey, takeKey, trustedIn } from './newcomers.ts'
import type { Vouching } from './vouching.ts'
import type { WingContext } from './wing.ts'

/**
 * Of the documents that wait, so many of the newest are looked at whenever some come, to begin with: more than one peer can
 * fill with such as do not open.
 */
export const MAX_NEWEST_CONSIDERED = 2 * MAX_PENDING_PER_PEER

export class NewestPreviews {
  readonly #context: WingContext<RoomEvent>
  readonly #vouching: (room: RoomId) => Vouching

  constructor(context: WingContext<RoomEvent>, vouching: (room: RoomId) => Vouching) {
    this.#context = context
    this.#vouching = vouching
  }

  /** From now on the newest documents come first, if the key that opens them is here. */
  wantIfReadable(room: Room): void {
    if (room.record.joining !== 'new' || room.isCarried) return
    takeKey(room, this.#context)
    const epoch = inviteOf(room, this.#context)?.saying.sealed?.epoch
    room.readsNewest = epoch !== undefined && room.keys.of(epoch) !== undefined
    this.consider(room.record.id)
  }

  /** Shows the newest documents once there are some that wait for the history and can be read. */
  consider(id: RoomId): void {
    const room = this.#context.rooms.get(id)
    if (room?.readsNewest !== true || room.record.joining !== 'new' || room.isBeginning) return
    if (room.record.status !== 'open' || (room.isPreview && room.states.newest === undefined)) return
    const invite = inviteOf(room, this.#context)
    if (invite?.saying.sealed === undefined) return
    const opening = this.#takeKeys(room, invite.saying.sealed.epoch)
    if (room.isPreview || this.#hasCaughtUp(id)) return
    const from = firstReadable(room, opening)
    if (from === undefined) return
    if (!room.states.beginWithNewest(from, invite.author, () => readableFrom(room, from, opening))) return
    this.#vouching(id).newestFrom = from
    const [newest] = this.#context.store.documents(id, { descending: true, limit: 1 })
    this.#emit({ type: 'preview-begun', room: id, position: from, newest })
    this.#emit({ type: 'room', room: id })
  }

  /** Leaves them for the history once that has got so far, or all that some neighbour has is here. */
  endIfDue(id: RoomId): void {
    const vouching = this.#vouching(id)
    const room = this.#context.rooms.get(id)
    const from = vouching.newestFrom
    if (room === undefined || from === undefined) return
    const { newest } = room.states
    if (newest !== undefined && room.graph.isPending(from.id) && !this.#hasCaughtUp(id)) return
    delete vouching.newestFrom
    // The state of a checkpoint may have taken their place.
    if (newest === undefined && room.isPreview) return
    room.states.leavePreview()
    const isReplayed = this.#context.store.hasDocument(from.id)
    this.#emit({ type: 'preview-ended', room: id, isReplayed })
    this.#emit({ type: 'room', room: id })
  }

  /**
   * The keys that the newest documents are read with: that of the invite, and those that whoever is believed gives to that
   * among what waits. Others are here, too, but whoever was removed has some of them.
   */
  #takeKeys(room: Room, epoch: KeyId): ReadonlySet<KeyId> {
    const vouching = this.#vouching(room.record.id)
    const opening = (vouching.opening ??= new Set()).add(epoch)
    const trusted = trustedIn(room, this.#context)
    const newest = room.graph.pending(MAX_NEWEST_CONSIDERED)
    const needed = new Set(newest.flatMap((document) => epochOf(document) ?? []))
    for (const document of newest) {
      if (document.kind !== KEY_KIND || trusted?.has(document.author) !== true) continue
      if (room.graph.signedPending(document.id) === undefined) continue
      const given = takeGivenKey(room, document, needed, this.#context)
      if (given !== undefined) opening.add(given)
    }
    return opening
  }

  #hasCaughtUp(id: RoomId): boolean {
    return [...this.#vouching(id).neighbours.values()].some(
      ({ frontier }) => frontier.length > 0 && frontier.every((head) => this.#context.store.hasDocument(head)),
    )
  }

  #emit(event: RoomEvent): void {
    this.#context.effect({ type: 'emit', event })
  }
}

/** Name and app of the room follow from any checkpoint among them, as that gives the first key. */
function firstReadable(room: Room, opening: ReadonlySet<KeyId>): Position | undefined {
  const newest = room.graph.pending(MAX_NEWEST_CONSIDERED)
  const opened = newest.flatMap((document) => openedBy(room, document, opening) ?? [])
  if (room.record.app === '') {
    const first = room.keys.first ?? opened.map(firstKeyIn).find((key) => key !== undefined)
    if (first === undefined || !room.learnFirst(first)) return undefined
  }
  const [earliest] = opened
  return earliest && { clock: earliest.clock, id: earliest.id }
}

function readableFrom(room: Room, from: Position, opening: ReadonlySet<KeyId>): Document[] {
  const since = room.graph.pending().filter((document) => comparePositions(document, from) >= 0)
  return since.flatMap((document) => openedBy(room, document, opening) ?? [])
}

/**
 * As documents are opened with the key that they name, or undefined if they do not open, or are not by whom they say: those
 * that wait are asked for each time that something comes.
 */
const known = new WeakMap<Document, Document | undefined>()
/** Which key they name. */
const epochs = new WeakMap<Document, KeyId | undefined>()

/** Undefined if it is not sealed with one of these keys, or not by whom it says. */
function openedBy(room: Room, document: Document, opening: ReadonlySet<KeyId>): Document | undefined {
  const epoch = epochOf(document)
  if (epoch === undefined || !opening.has(epoch) || room.keys.of(epoch) === undefined) return undefined
  if (known.has(document)) return known.get(document)
  const read = room.read(document)
  const opened = isOpened(read) && room.graph.signedPending(document.id) !== undefined ? read : undefined
  known.set(document, opened)
  return opened
}

function epochOf(document: Document): KeyId | undefined {
  if (!epochs.has(document)) epochs.set(document, document.kind === SEALED_KIND ? keyIdOf(document.body) : undefined)
  return epochs.get(document)
}
