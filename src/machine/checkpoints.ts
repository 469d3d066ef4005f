/**
 * Checkpoints of a node's rooms: it writes them, compares those of others with its own state, and begins with the state
 * of one in a room whose history is still to come. What decides whether one is believed is in protocols/room/README.md and,
 * for rooms with members, protocols/access/README.md.
 */
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import { CHECKPOINT_DOCUMENTS } from '../../protocols/room/constants.ts'
import { BoundedCache } from '../../protocols/wire/bounded-cache.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { encodedState, type Checkpoint } from '../room/checkpoint.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { Room } from '../room/room.ts'
import { MAX_REFUSED_CHECKPOINTS, STATE_FIRST_MS } from './constants.ts'
import type { RoomEvent } from './io.ts'
import type { StoredBlock } from '../store/blocks.ts'
import type { CheckpointRow } from '../store/store.ts'
import { keepState } from './kept-states.ts'
import { NewestPreviews } from './newest-previews.ts'
import { askForInvite, askForKey, awaitedInvite, isRefused, readCheckpoint, trustedIn } from './newcomers.ts'
import { isAgreedOn, isBelieved, isLost, vouchedClock, type Vouching, type VouchingNeighbour } from './vouching.ts'
import type { DocumentSource, Notice, WingContext } from './wing.ts'

export class Checkpoints {
  readonly #context: WingContext<RoomEvent>
  readonly #everyDocuments: number
  readonly #newest: NewestPreviews
  readonly #vouching = new Map<RoomId, Vouching>()
  /** Those that cannot be begun with, or turned out to be wrong, of which users were told. */
  readonly #refused = new BoundedCache<DocumentId, 'useless' | 'refuted'>(MAX_REFUSED_CHECKPOINTS)

  constructor(context: WingContext<RoomEvent>, everyDocuments = CHECKPOINT_DOCUMENTS) {
    this.#context = context
    this.#everyDocuments = everyDocuments
    this.#newest = new NewestPreviews(context, (room) => this.#of(room))
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened':
        this.#opened(notice.room)
        break
      case 'closed':
        this.#vouching.delete(notice.room)
        break
      case 'neighbour': {
        const { room, peer, standing } = notice
        const { clock, frontier, isNewestFirst, historyFrom, base } = standing
        const checkpoint = standing.checkpoint ?? base
        this.#forgetAsked(room, peer, checkpoint)
        const { neighbours } = this.#of(room)
        // The room begins with a checkpoint, or may yet.
        const isBeginning = this.#context.rooms.get(room)?.isBeginning === true || this.#isJoining(room)
        const before = isBeginning ? (neighbours.get(peer)?.newest ?? []) : []
        const newest = [...new Set([...before, ...frontier])].slice(-MAX_FRONTIER_IDS)
        neighbours.set(peer, { checkpoint, clock, frontier, isNewestFirst, historyFrom, base, newest })
        this.#lookForHistory(room)
        this.#newest.endIfDue(room)
        this.#leaveIfLost(this.#context.rooms.get(room))
        this.#consider(notice.room)
        this.#joinOnceCaughtUp(notice.room)
        this.#takeHistoryUnlessBegun(this.#context.rooms.get(notice.room))
        break
      }
      case 'state-due':
        this.#takeHistory(this.#context.rooms.get(notice.room))
        break
      case 'neighbour-left':
        this.#left(notice.room, notice.peer)
        break
      case 'accepted':
        this.#accepted(notice.change, notice.from)
        break
      case 'fetched':
        this.#fetched(notice)
        break
      case 'ancestor-absent': {
        const known = this.#vouching.get(notice.room)
        if (known === undefined) break
        known.absent = notice.id
        this.#leaveIfLost(this.#context.rooms.get(notice.room))
        break
      }
      default:
    }
  }

  /** Documents have come into a room, of which some may be pending. */
  received({ room, intake }: RoomChange): void {
    const open = this.#context.rooms.get(room)
    const position = open?.isHistoryGone === true ? open.record.checkpoint?.position : undefined
    // Nobody has what they wait for.
    if (position !== undefined && intake.awaited.length > 0) open?.graph.dropPendingBefore(position, this.#bases(room))
    this.#newest.consider(room)
    const asked = this.#vouching.get(room)?.asked
    if (asked === undefined || asked.size === 0) return
    const ids = new Set([...asked.values(), open?.record.personal?.invite, this.#of(room).askedKey])
    if (!intake.durable.some((id) => ids.has(id))) return
    this.#consider(room)
    this.#takeHistoryUnlessBegun(this.#context.rooms.get(room))
  }

  neighboursIn(room: RoomId): ReadonlyMap<PeerId, VouchingNeighbour> {
    return this.#of(room).neighbours
  }

  /** What the room may begin with where nobody has the history. */
  #bases(room: RoomId): Set<DocumentId> {
    return new Set([...this.#of(room).neighbours.values()].flatMap(({ base }) => base ?? []))
  }

  #of(room: RoomId): Vouching {
    const known = this.#vouching.get(room) ?? { neighbours: new Map(), asked: new Map() }
    this.#vouching.set(room, known)
    return known
  }

  #joined(room: Room | undefined): void {
    const awaitedState = room?.awaitsState === true
    if (room?.keepJoining(undefined) !== true) return
    this.#emit({ type: 'joined', room: room.record.id })
    this.#context.notify({ type: 'joined', room: room.record.id })
    if (awaitedState) this.#context.notify({ type: 'standing-changed', room: room.record.id })
  }

  /**
   * A newcomer first looks for a state, as that would wait behind a history; once there is none to be had, or it takes
   * long, the history is taken.
   */
  #takeHistoryUnlessBegun(room: Room | undefined): void {
    if (room?.awaitsState !== true) return
    const { id, checkpoint } = room.record
    const vouching = this.#of(id)
    const { neighbours, asked, askedKey } = vouching
    if ([...neighbours.values()].every(({ clock }) => clock === 0)) return
    const awaitsInvite = awaitedInvite(room, this.#context.store) !== undefined
    const isUseless = (document: DocumentId): boolean => this.#refused.get(document) !== undefined
    const isAsked = [...asked.values()].some(
      (document) => !isUseless(document) && (awaitsInvite || !room.graph.signedPending(document)),
    )
    const isFetched = checkpoint?.isVouched === false
    const isKeyAwaited = askedKey !== undefined && !room.graph.isPending(askedKey)
    if ((!isAsked && !isKeyAwaited && !isFetched) || room.isHistoryGone) this.#takeHistory(room)
    else if (!vouching.isTimed) {
      vouching.isTimed = true
      const timer = { type: 'state-due', room: id } as const
      this.#context.effect({ type: 'timer', protocol: 'room-state', timer, afterMs: STATE_FIRST_MS })
    }
  }

  #takeHistory(room: Room | undefined): void {
    if (room?.awaitsState !== true) return
    room.wantsHistory = true
    this.#newest.wantIfReadable(room)
    this.#context.notify({ type: 'standing-changed', room: room.record.id })
  }

  #isJoining(id: RoomId): boolean {
    return this.#context.rooms.get(id)?.record.joining !== undefined
  }

  /** This node has all that most neighbours have: some may be newcomers as well, or claim any clock. */
  #joinOnceCaughtUp(room: RoomId): void {
    if (!this.#isJoining(room)) return
    const ownClock = this.#context.rooms.require(room).graph.heads.clock
    const clocks = [...this.#of(room).neighbours.values()].map(({ clock }) => clock).filter((clock) => clock > 0)
    if (2 * clocks.filter((clock) => clock <= ownClock).length > clocks.length) {
      this.#joined(this.#context.rooms.get(room))
    }
  }

  #left(room: RoomId, peer: PeerId): void {
    this.#forgetAsked(room, peer)
    this.#of(room).neighbours.delete(peer)
    this.#takeHistoryUnlessBegun(this.#context.rooms.get(room))
    this.#lookForHistory(room)
  }

  /** A peer does not vouch any more for what it was asked for: nobody is asked for that any longer. */
  #forgetAsked(room: RoomId, peer: PeerId, checkpoint?: DocumentId): void {
    const { asked } = this.#of(room)
    const id = asked.get(peer)
    const isInvite = checkpoint === undefined && id === this.#context.rooms.get(room)?.record.personal?.invite
    if (id === undefined || id === checkpoint || isInvite) return
    asked.delete(peer)
    if (![...asked.values()].includes(id)) this.#context.notify({ type: 'unwanted', room, id })
  }

  /** Goes on where the node was when it stopped. */
  #opened(id: RoomId): void {
    const room = this.#context.rooms.require(id)
    const { checkpoint, status } = room.record
    this.#newest.wantIfReadable(room)
    if (status === 'waiting' && !room.isCarried && !this.#isJoining(id)) room.keepJoining('new')
    if (checkpoint === undefined || checkpoint.isVouched) return
    if (room.isCarried) this.#forget(room)
    else if (!this.#endOnceReplayed(room)) this.#begin(room, true)
  }

  #accepted(change: RoomChange, from: DocumentSource): void {
    const room = this.#context.rooms.get(change.room)
    if (room === undefined || room.isCarried) return
    // Other documents count before it than those of which its state came.
    if ((change.intake.ruledFrom ?? Infinity) <= vouchedClock(room)) this.#forget(room)
    if (change.hasOpened) {
      // What was believed before is what is in open rooms.
      if (room.isBeginning && room.graph.gate.control !== undefined) this.#forget(room)
      this.#begin(room)
      this.#consider(change.room)
    }
    this.#joinOnceCaughtUp(change.room)
    this.#newest.endIfDue(change.room)
    if (this.#endOnceReplayed(room) || this.#leaveIfLost(room)) return
    if (from === 'self') return this.#writeIfDue(room, change.intake.accepted)
    if (room.isBeginning || (this.#isJoining(change.room) && this.#isBehind(room))) return
    const compared = room.states.compare(change.intake.accepted.map((document) => room.read(document)))
    if (compared === undefined) return
    if (compared.state === undefined) this.#differs(room, compared.checkpoint)
    else this.#keep(room, compared.checkpoint, compared.state.blocks)
  }

  /** With members, other documents may have counted when it was written: nobody is named for that. */
  #differs(room: Room, checkpoint: Checkpoint): void {
    if (room.graph.gate.control === undefined) this.#refute(room, checkpoint)
    else this.#refused.set(checkpoint.position.id, 'useless')
  }

  #writeIfDue(room: Room, after: readonly Document[]): void {
    const written = room.writeCheckpoint(after, this.#context.now.wallMs)
    if (written === undefined) return
    this.#keep(room, written.checkpoint, written.state.blocks)
    for (const change of written.changes) this.#context.changed(change, 'self')
  }

  /** This node came to the state itself: it gives it to others, and the one before, which some may be fetching still. */
  #keep(room: Room, checkpoint: Checkpoint, blocks: readonly StoredBlock[]): void {
    const { root, olderRoot } = room.record.checkpoint ?? {}
    const older = root === checkpoint.root ? olderRoot : root
    this.#note(room, { ...checkpoint, isVouched: true, ...(older !== undefined && { olderRoot: older }) }, blocks)
  }

  /** Notes the newest checkpoint, keeps what it names, and lets go of what the last one named beside that. */
  #note(room: Room, checkpoint: CheckpointRow | undefined, blocks: readonly StoredBlock[] = []): void {
    keepState(this.#context, room, () => room.keepCheckpoint(checkpoint), checkpoint, blocks)
  }

  #forget(room: Room): void {
    this.#note(room, undefined)
  }

  #refute(room: Room, { position: { id }, author }: Checkpoint): void {
    if (this.#refused.get(id) === 'refuted') return
    this.#refused.set(id, 'refuted')
    this.#emit({ type: 'refuted', room: room.record.id, id, author })
  }

  /** Looks for a checkpoint to begin with, if the room is far behind what its neighbours have. */
  #consider(id: RoomId): void {
    const room = this.#context.rooms.get(id)
    if (room === undefined || room.isCarried || room.isBeginning || !this.#isBehind(room)) return
    const { neighbours, asked } = this.#of(id)
    const { owner, record } = room
    const isNew = record.joining === 'new'
    const trusted = trustedIn(room, this.#context)
    if (trusted !== undefined && !isNew) return
    if (isNew) askForInvite(room, { neighbours, asked }, this.#context)
    for (const [peer, { checkpoint }] of neighbours) {
      if (checkpoint === undefined || this.#refused.get(checkpoint) !== undefined) continue
      if (this.#context.store.hasDocument(checkpoint)) continue
      const document = room.graph.signedPending(checkpoint)
      if (document !== undefined) {
        const isTrusted = isBelieved(document, { owner, isNew, trusted }, neighbours)
        const said = readCheckpoint(room, document, this.#context, isTrusted)
        if (said === undefined) this.#refused.set(checkpoint, 'useless')
        else if (said !== 'sealed' && isTrusted) return this.#fetch(room, said)
        else if (isTrusted) askForKey(room, document, { from: peer, vouching: this.#of(id) }, this.#context)
      } else if (asked.get(peer) !== checkpoint) {
        asked.set(peer, checkpoint)
        // Without the root nobody knows what app the state is of, and without the invite a newcomer reads nothing sealed.
        const needed = [room.record.status === 'open' ? undefined : id, awaitedInvite(room, this.#context.store)]
        const ids = [checkpoint, ...needed.filter((document) => document !== undefined)]
        this.#context.notify({ type: 'missing', room: id, ids, from: peer, isPatient: false, isAlone: true })
      }
    }
  }

  /** Whether neighbours have so much more that checkpoints of what is here are of no use to anybody. */
  #isBehind(room: Room): boolean {
    const clocks = [...this.#of(room.record.id).neighbours.values()].map(({ clock }) => clock)
    return Math.max(0, ...clocks) >= room.graph.heads.clock + this.#everyDocuments
  }

  /** Whether some neighbour has the history before the checkpoint that the room begins with; if not, nobody is asked for it. */
  #lookForHistory(id: RoomId): void {
    const room = this.#context.rooms.get(id)
    const position = room?.isBeginning === true ? room.record.checkpoint?.position : undefined
    // With members nobody drops any, whatever a neighbour says.
    if (room === undefined || position === undefined || room.record.access !== undefined) return
    const arrived = [...this.#of(id).neighbours.values()].filter(({ clock }) => clock >= position.clock)
    const since = room.record.base?.position.clock ?? 0
    const isGone = arrived.length > 0 && arrived.every(({ historyFrom = 0 }) => historyFrom > since)
    if (room.isHistoryGone === isGone) return
    room.isHistoryGone = isGone
    if (isGone) room.graph.dropPendingBefore(position, this.#bases(id))
    this.#context.notify({ type: 'standing-changed', room: id })
  }

  /** From now on the newest documents are wanted first. */
  #fetch(room: Room, checkpoint: Checkpoint): void {
    const isFirst = room.record.joining === 'new'
    this.#note(room, { ...checkpoint, isVouched: false, ...(isFirst && { isFirst }) })
    this.#lookForHistory(room.record.id)
    // It is told together with that documents are taken.
    if (!room.awaitsState) this.#context.notify({ type: 'standing-changed', room: room.record.id })
  }

  #fetched({ room: id, root, outcome }: Notice & { type: 'fetched' }): void {
    const room = this.#context.rooms.get(id)
    const checkpoint = room?.record.checkpoint
    if (room === undefined || checkpoint === undefined || checkpoint.isVouched || checkpoint.root !== root) return
    if (outcome === 'complete') return this.#begin(room)
    // Those who had it have made newer ones since.
    const isVouched = [...this.#of(id).neighbours.values()].some((said) => said.checkpoint === checkpoint.position.id)
    if (outcome === 'absent' && isVouched) return
    if (outcome === 'failed') this.#refused.set(checkpoint.position.id, 'useless')
    this.#forget(room)
    this.#consider(id)
    this.#takeHistoryUnlessBegun(room)
  }

  /** Shows the state of the room's checkpoint, once that and the root are here. `isAgain`: it did so before a restart. */
  #begin(room: Room, isAgain = false): void {
    const { checkpoint, status, id } = room.record
    const { store } = this.#context
    if (checkpoint === undefined || checkpoint.isVouched || status !== 'open') return
    if (room.isPreview && room.states.newest === undefined) return
    if (store.ensured(id, checkpoint.root)?.state !== 'complete') return
    const encoded = encodedState(checkpoint, (block) => store.block(block))
    const wasHeldBack = room.isHeldBack
    if (encoded !== undefined && room.beginWith(checkpoint, encoded, room.record.joining === 'new')) {
      room.isAgreedOn = (document) => isAgreedOn(document, checkpoint.position, this.#of(id))
      if (room.isHeldBack) this.#tellHolding(room, wasHeldBack)
      const [newest] = store.documents(id, { descending: true, limit: 1 })
      this.#emit({ type: 'preview-begun', room: id, position: checkpoint.position, newest })
      const shown = room.states.show(room.preview?.shown ?? [])
      if (!isAgain) for (const document of shown) this.#emit({ type: 'shown', room: id, document })
      this.#emit({ type: 'room', room: id })
      return this.#joined(room)
    }
    this.#differs(room, checkpoint)
    this.#forget(room)
    this.#takeHistoryUnlessBegun(room)
  }

  /**
   * Nobody has what the checkpoint came of, and all is here that some neighbour has who does not vouch for it: such a
   * history may not exist. Or it was refused with that. What is here counts then. Returns whether that is so.
   */
  #leaveIfLost(room: Room | undefined): boolean {
    const checkpoint = room?.record.checkpoint
    if (room?.isBeginning !== true || checkpoint === undefined) return false
    const { id } = checkpoint.position
    const { store } = this.#context
    if (!isLost(id, room, this.#of(room.record.id), store) && !isRefused(room, id, store)) return false
    const wasHeldBack = room.isHeldBack
    this.#refused.set(id, 'useless')
    room.states.leavePreview()
    this.#forget(room)
    this.#tellHolding(room, wasHeldBack)
    this.#emit({ type: 'preview-ended', room: room.record.id, isReplayed: false })
    this.#emit({ type: 'room', room: room.record.id })
    return true
  }

  #tellHolding(room: Room, wasHeldBack: boolean): void {
    if (room.isHeldBack === wasHeldBack) return
    const holding = wasHeldBack ? 'ended' : 'begun'
    this.#emit({ type: 'holding', room: room.record.id, holding })
  }

  /** The history of the checkpoint is here: what it leads to counts, whatever the checkpoint says. */
  #endOnceReplayed(room: Room): boolean {
    const { checkpoint, id } = room.record
    if (checkpoint === undefined || checkpoint.isVouched) return false
    if (!this.#context.store.hasDocument(checkpoint.position.id)) return false
    const compared = room.states.endPreview(checkpoint)
    if (compared?.state !== undefined) this.#keep(room, checkpoint, compared.state.blocks)
    else this.#forget(room)
    if (compared !== undefined && compared.state === undefined) this.#differs(room, checkpoint)
    this.#emit({ type: 'preview-ended', room: id, isReplayed: true })
    this.#emit({ type: 'room', room: id })
    return true
  }

  #emit(event: RoomEvent): void {
    this.#context.effect({ type: 'emit', event })
  }
}
