/**
 * What this node writes about who may do what in a room: acts of its user, the acceptance of an invite, and keys of a
 * private room for those who lack them.
 */
import { KEY_KIND } from '../../protocols/access/constants.ts'
import { MAX_PARENTS } from '../../protocols/document/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { inviteBoxSecret } from '../../protocols/sealing/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { RoomRecord } from '../store/store.ts'
import { actOf, encodeAct, rankOf, type Saying } from './access/acts.ts'
import { acceptanceWith, inviteWith, isWorthAccepting, isWriter, mayRekey } from './access/rights.ts'
import type { Content } from './content.ts'
import type { RoomGraph } from './graph.ts'
import type { RoomChange } from './room-change.ts'
import { contentForInvited } from './sealing/for-invited.ts'
import type { RoomKeys } from './sealing/room-keys.ts'
import { lacksKey } from './write-errors.ts'

interface ActingRoom {
  readonly record: RoomRecord
  readonly graph: RoomGraph
  readonly keys: RoomKeys
  readonly isCarried: boolean
  readonly isHeldBack: boolean
  put(record: RoomRecord): void
  /** Throws a KithError like `Room.write`. */
  write(content: Content, timeMs: number): RoomChange
}

interface Init {
  signer: Signer
  compose: (content: Content, timeMs: number) => Document
  append: (document: Document) => RoomChange
}

const ADMIN = rankOf('admin')

/** Gives a key to nobody, and is not sealed: it can be written while there is no key. */
const NAMES_HEADS: Content = { kind: KEY_KIND, body: new Uint8Array(0) }

export class RoomActs {
  readonly #room: ActingRoom
  readonly #init: Init

  constructor(room: ActingRoom, init: Init) {
    this.#room = room
    this.#init = init
  }

  /**
   * Writes acts together. In a private room a new key follows if somebody may not read any more, and the present one if
   * somebody may who could not. Throws like `Room.write`, before anything is written.
   */
  write(sayings: readonly Saying[], timeMs: number): RoomChange[] {
    const changes: RoomChange[] = []
    for (const saying of sayings) changes.push(this.#room.write(encodeAct(this.#withKey(saying)), timeMs))
    return [...changes, ...this.mend(timeMs)]
  }

  /** Makes a new key for a private room, whether there is a need or not. Throws like `Room.write`. */
  rekey(timeMs: number): RoomChange[] {
    return this.#beginEpoch(timeMs, (content) => this.#room.write(content, timeMs))
  }

  #beginEpoch(timeMs: number, write: (content: Content) => RoomChange): RoomChange[] {
    const { keys } = this.#room
    const epoch = keys.newEpoch(timeMs)
    if (epoch === undefined) return []
    const changes = epoch.sayings.map((saying) => write(encodeAct(saying)))
    keys.keep(epoch.key)
    return changes
  }

  /** Whether this node can write keys that others lack. */
  get canMend(): boolean {
    const { keys } = this.#room
    if (!keys.isPrivate || !this.#canWrite) return false
    return this.#isRekeyDue || (this.#isWriter && keys.canGive)
  }

  /** Whether nobody can write until there is another key, which this node may make. */
  get #isRekeyDue(): boolean {
    const { keys, graph } = this.#room
    if (keys.forWriting === 'stale') return mayRekey(graph.gate.control, this.#init.signer.author)
    return keys.isShutOut && this.#isAdmin
  }

  /** Names the heads that a single document cannot, and writes keys that others lack, as far as this node can. */
  mend(timeMs: number): RoomChange[] {
    const changes = this.join(timeMs)
    const { keys } = this.#room
    const append = (content: Content): RoomChange => this.#init.append(this.#init.compose(content, timeMs))
    if (!this.canMend) return changes
    if (this.#isRekeyDue) changes.push(...this.#beginEpoch(timeMs, append))
    return this.#isWriter ? [...changes, ...keys.contentForLeftOut().map(append)] : changes
  }

  /**
   * In a room with members, names heads until a further document can name all that are left. What it does not know it can
   * neither take from anybody nor build on, and any member can make as many heads as it likes.
   */
  join(timeMs: number): RoomChange[] {
    const changes: RoomChange[] = []
    const { graph } = this.#room
    if (graph.gate.control === undefined || !this.#canWrite || !this.#isWriter) return changes
    while (graph.heads.count > MAX_PARENTS) changes.push(this.#init.append(this.#init.compose(NAMES_HEADS, timeMs)))
    return changes
  }

  /**
   * Gives the key that is written with to open invites from before it. As the document before a checkpoint, this lets
   * whoever comes with such an invite read that before the history.
   */
  giveToInvited(timeMs: number): RoomChange[] {
    const { keys, graph } = this.#room
    const { control } = graph.gate
    if (!keys.isPrivate || control === undefined || graph.heads.count > MAX_PARENTS) return []
    const content = contentForInvited(keys, control, timeMs)
    return content === undefined ? [] : [this.#init.append(this.#init.compose(content, timeMs))]
  }

  /** Accepts the invite with which this node joined, once it is here and if it still holds. */
  accept(timeMs: number): RoomChange | undefined {
    const { inviteSeed, ...record } = this.#room.record
    const { graph, keys } = this.#room
    const { control } = graph.gate
    if (inviteSeed === undefined || this.#room.isHeldBack || record.status !== 'open') return undefined
    const seed = Buffer.from(inviteSeed, 'hex')
    const { author } = this.#init.signer
    const invite = control && inviteWith(control, seed)
    if (control !== undefined && invite === undefined) return undefined
    if (this.#room.isCarried && invite !== undefined && invite.saying.role !== 'carrier') return undefined
    if (
      control === undefined ||
      invite === undefined ||
      !((keys.lacksCurrent && !this.#room.isCarried) || isWorthAccepting(control, invite, author))
    ) {
      this.#room.put(record)
      return undefined
    }
    const box = keys.isPrivate && !this.#room.isCarried ? keys.ownBox() : undefined
    if (box !== undefined) keys.addInviteSecret(inviteBoxSecret(seed))
    const saying = acceptanceWith({ seed, box }, record.id, invite, author)
    const document = this.#init.compose(encodeAct(saying), timeMs)
    const act = actOf(document)
    if (act === undefined || !control.isEntitled(act, document)) return undefined
    const { inviteSeed: _, ...accepted } = this.#room.record
    this.#room.put(accepted)
    return this.#init.append(document)
  }

  /** An invite to a private room brings its key, and what adds a device does if it is here. Throws a KithError `no-key`. */
  #withKey(saying: Saying): Saying {
    const { keys, record } = this.#room
    if ((saying.type !== 'invite' && saying.type !== 'device') || !keys.isPrivate) return saying
    if (saying.box === undefined || rankOf(saying.role) < rankOf('reader')) return saying
    const sealed = keys.sealForBox(saying.box)
    if (sealed !== undefined) return { ...saying, sealed }
    // A device is known to the room from then on, and so is given the key by others.
    if (saying.type === 'device') return saying
    throw lacksKey(record, keys.lack)
  }

  get #canWrite(): boolean {
    const { isCarried, isHeldBack, record } = this.#room
    return !isCarried && !isHeldBack && record.status === 'open'
  }

  get #isAdmin(): boolean {
    return (this.#room.graph.gate.control?.rank(this.#init.signer.author) ?? 0) >= ADMIN
  }

  get #isWriter(): boolean {
    return isWriter(this.#room.graph.gate.control, this.#init.signer.author)
  }
}
