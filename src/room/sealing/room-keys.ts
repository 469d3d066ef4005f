/**
 * The keys that this node has of a private room: opens what is sealed with them, says which one is written with, and
 * finds further ones in what others sealed to this node.
 */
import { KEY_KIND, REKEY_KIND } from '../../../protocols/access/constants.ts'
import type { Document } from '../../../protocols/document/document.ts'
import {
  boxKeyOf,
  EpochKey,
  KEY_BYTES,
  keyIdOf,
  openFor,
  randomBytesOf,
  SEALED_KIND,
  type BoxKey,
  type KeyId,
} from '../../../protocols/sealing/index.ts'
import { digestOfDocumentId, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import type { EpochRow } from '../../store/access.ts'
import type { RoomRecord } from '../../store/store.ts'
import type { AccessControl } from '../access/access-control.ts'
import { actOf, isOfType, rankOf, type Saying } from '../access/acts.ts'
import type { Epoch, Epochs } from '../access/epochs.ts'
import type { Content } from '../content.ts'
import type { RoomStore } from '../room-store.ts'
import { lackFor, type KeyLack, type Revision } from './key-lack.ts'
import { leftOutOf, type LeftOut } from './left-out.ts'
import { isPlain, openDocument, openedDocument } from './opened.ts'
import { predecessorsIn } from './predecessors.ts'
import type { StoredFrom } from './readable.ts'
import { allBoxes, inviteBoxes, memberBoxes } from './recipients.ts'
import {
  givenKeyContent,
  givenKeyOf,
  recipientIdOf,
  recipientsIn,
  sealedFor,
  sealToAll,
  type RecipientId,
} from './sealed-keys.ts'

export interface RoomKeysInit {
  room: RoomId
  /** This node. */
  self: PeerId
  store: RoomStore
  random: Random
  record: () => RoomRecord
  put: (record: RoomRecord) => void
  /** Undefined in an open room, and as long as the root is not here. */
  control: () => AccessControl | undefined
  /** Whether somebody reads the room who was removed from the one above. */
  isBehind: (room: RoomId) => boolean
}

/** The key that is written with, and its epoch. */
export interface WriteKey {
  key: EpochKey
  epoch: Epoch
}

const NOBODY: readonly RecipientId[] = []

export class RoomKeys {
  readonly #init: RoomKeysInit
  readonly #digest: Uint8Array
  readonly #rows: Map<KeyId, EpochRow>
  readonly #keys = new Map<KeyId, EpochKey>()
  #boxes: { secrets: readonly string[]; keys: BoxKey[] } = { secrets: [], keys: [] }
  /** What documents are once they are opened, or themselves if they cannot be, whatever comes. */
  readonly #opened = new WeakMap<Document, Document>()
  /** Acts in which there is nothing for this node. */
  #searched = new WeakSet()
  /** Whether documents that are here may give keys to a box that this node has only since then. */
  #isBoxNew = false
  /** Found for these epochs. */
  #known: { epochs: Epochs; boxes: ReadonlySet<RecipientId> } | undefined
  #leftOut: { epochs: Epochs; all: LeftOut[] } | undefined

  constructor(init: RoomKeysInit) {
    this.#init = init
    this.#digest = digestOfDocumentId(init.room)
    this.#rows = new Map(init.store.epochs(init.room).map((row) => [row.id, row]))
    for (const { key } of this.#rows.values()) if (key !== undefined) this.#have(new EpochKey(key))
  }

  /** Whether only members read the room. */
  get isPrivate(): boolean {
    return this.#control?.founding !== undefined
  }

  /** How many documents of others this node could read if it had their keys. */
  get unread(): number {
    return [...this.#rows.values()].reduce((sum, row) => sum + row.unread, 0)
  }

  /** What is written with; `stale`, `behind`: see `KeyLack`; `missing`: it is not here. */
  get forWriting(): WriteKey | 'stale' | 'behind' | 'missing' {
    const epochs = this.#control?.epochs
    if (epochs === undefined) return 'missing'
    if (epochs.isStale || this.#init.isBehind(this.#init.room)) return epochs.isStale ? 'stale' : 'behind'
    const key = this.#keys.get(epochs.current.key)
    return key === undefined ? 'missing' : { key, epoch: epochs.current }
  }

  /** Whether this node cannot read what is written now. */
  get lacksCurrent(): boolean {
    const current = this.#control?.epochs?.current
    return current !== undefined && !this.#keys.has(current.key)
  }

  /** Whether the key that is written with was made by somebody who is no admin, and who left this node out. */
  get isShutOut(): boolean {
    const control = this.#control
    const [rekey] = control?.epochs?.current.acts ?? []
    if (control === undefined || rekey === undefined || !this.lacksCurrent) return false
    const { key, members } = this.leftOut()[0] ?? {}
    const isLeftOut = key === rekey.saying.epoch && members?.some(({ author }) => author === this.#init.self) === true
    return isLeftOut && control.rank(rekey.author) < rankOf('admin')
  }

  /** Why nothing can be written, or what is written now not be read; undefined if this node has the key. */
  get lack(): KeyLack | undefined {
    const write = this.forWriting
    if (typeof write !== 'string') return undefined
    return (this.#control && lackFor(this.#init.self, this.#control, this.#boxKeys)) ?? write
  }

  /** The key of an epoch, if it is here. */
  of(epoch: KeyId): EpochKey | undefined {
    return this.#keys.get(epoch)
  }

  /** The key of the root, if it is here. */
  get first(): EpochKey | undefined {
    return this.#keys.get(this.#control?.founding?.epoch ?? '')
  }

  /** A document with what is sealed in it; itself if nothing is, or if that cannot be opened here. */
  open(document: Document): Document {
    if (document.kind !== SEALED_KIND) return document
    const known = this.#opened.get(document)
    if (known !== undefined) return known
    const id = keyIdOf(document.body)
    const key = id === undefined ? undefined : this.#keys.get(id)
    if (id !== undefined && key === undefined) return document
    const isStored = this.#init.store.hasDocument(document.id)
    // Whoever learns the key later looks at what came after it only.
    const isVoid = key !== undefined && isStored && this.#control?.knowsEpoch(document, key.id) === false
    const opened = key === undefined || isVoid ? undefined : openDocument(document, key, this.#digest)
    if (isStored) this.#opened.set(document, opened ?? document)
    return opened ?? document
  }

  /** A document that was just sealed here, which need not be opened. */
  sealed(document: Document, content: Content): Document {
    const opened = openedDocument(document, content)
    if (opened !== undefined) this.#opened.set(document, opened)
    return document
  }

  /** A key of this node, made here if there is none yet. Returns the public one. */
  ownBox(): Uint8Array {
    const { random, record, put } = this.#init
    if (record().boxSecrets === undefined) {
      put({ ...record(), boxSecrets: [randomBytesOf(random, KEY_BYTES).toString('hex')] })
    }
    return this.#boxKeys[0]?.publicKey ?? new Uint8Array(0)
  }

  /** What is sealed to an invite is sealed to this node from now on. */
  addInviteSecret(secret: Uint8Array): void {
    const { boxSecrets = [], ...record } = this.#init.record()
    const hex = Buffer.from(secret).toString('hex')
    if (!boxSecrets.includes(hex)) this.#init.put({ ...record, boxSecrets: [...boxSecrets, hex] })
  }

  /** Keeps a key, made here or found elsewhere than in acts that were accepted. */
  keep(key: EpochKey): void {
    this.#have(key)
    this.#putRow({ ...this.#rowOf(key.id), key: key.bytes, unread: 0 })
  }

  /**
   * Looks for keys that this node lacks in documents that were accepted, and in all before them. Returns the clock from
   * which on there are documents that can be read since.
   */
  learn(accepted: readonly Document[], storedFrom: StoredFrom): number | undefined {
    const control = this.#control
    const hasMoreBoxes = this.#boxKeys.length > 0 && this.#isBoxNew
    if (control?.epochs === undefined || !(hasMoreBoxes || accepted.some(({ kind }) => isPlain(kind)))) return undefined
    const unread = [...this.#rows.values()].filter((row) => row.unread > 0).map(({ id }) => id)
    for (const document of accepted) if (document.kind === KEY_KIND) this.#learnGiven(document, control, control.epochs)
    this.#unwrapBefore(accepted)
    this.#search(control)
    if (this.#isBoxNew) this.#searchGiven(control.epochs, storedFrom)
    const clocks = unread.filter((id) => this.#keys.has(id)).flatMap((id) => control.epochs?.byKey.get(id)?.clock ?? [])
    return clocks.length === 0 ? undefined : Math.min(...clocks)
  }

  /** Counts accepted documents that cannot be read for want of a key. */
  countUnread(accepted: readonly Document[]): void {
    const counts = new Map<KeyId, number>()
    for (const { kind, body } of accepted) {
      const id = kind === SEALED_KIND ? keyIdOf(body) : undefined
      if (id === undefined || this.#keys.has(id) || this.#control?.epochs?.byKey.has(id) !== true) continue
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    for (const [id, count] of counts) this.#putRow({ ...this.#rowOf(id), unread: this.#rowOf(id).unread + count })
  }

  /**
   * Others count than before from a clock on, and some have left the room: counts again what cannot be read, and finds again
   * who was given keys, as only documents that count give any. `storedFrom`: those of a kind that are here from a clock on.
   */
  revise({ ruledFrom = 0, left }: Revision, storedFrom: StoredFrom): void {
    const control = this.#control
    if (control?.epochs === undefined) return
    const unread = this.#resetWhere(control.epochs, (row) => row.unread > 0, { unread: 0 })
    if (unread !== undefined) this.countUnread(storedFrom(SEALED_KIND, unread))
    const isVoid = (document: Document): boolean => !control.counts(document)
    if (![...left, ...storedFrom(KEY_KIND, ruledFrom).filter(isVoid)].some(({ kind }) => kind === KEY_KIND)) return
    const given = this.#resetWhere(control.epochs, (row) => row.given.length > 0, { given: NOBODY })
    this.#leftOut = undefined
    if (given === undefined) return
    for (const document of storedFrom(KEY_KIND, given)) this.#learnGiven(document, control, control.epochs)
  }

  /** Returns the clock of the first epoch of those rows; undefined if there are none. */
  #resetWhere(epochs: Epochs, isMeant: (row: EpochRow) => boolean, change: Partial<EpochRow>): number | undefined {
    const rows = [...this.#rows.values()].filter(isMeant)
    for (const row of rows) this.#putRow({ ...row, ...change })
    return rows.length === 0 ? undefined : Math.min(...rows.map(({ id }) => epochs.byKey.get(id)?.clock ?? Infinity))
  }

  /** A new key with the acts that begin its epoch, after which it has to be kept; undefined in a room without keys. */
  newEpoch(nowMs: number): { key: EpochKey; sayings: Saying[] } | undefined {
    const control = this.#control
    if (control?.epochs === undefined) return undefined
    const key = new EpochKey(randomBytesOf(this.#init.random, KEY_BYTES))
    const { previous, held } = predecessorsIn(control.epochs, this.#keys)
    const wrapped = held.map((each) => key.wrap(this.#digest, each))
    const boxes = [...memberBoxes(control).map(({ box }) => box), ...inviteBoxes(control, nowMs)]
    const parts = sealToAll(key, this.#digest, boxes, this.#init.random)
    return { key, sayings: parts.map((keys) => ({ type: 'rekey', epoch: key.id, previous, wrapped, keys })) }
  }

  /** Members to whom nobody has sealed a key that leads to others, the one that is written with first. */
  leftOut(): readonly LeftOut[] {
    const control = this.#control
    if (control?.epochs === undefined) return []
    const { epochs } = control
    if (this.#leftOut?.epochs !== epochs)
      this.#leftOut = { epochs, all: leftOutOf(control, epochs, this.#keys, (key) => this.#rowOf(key).given) }
    return this.#leftOut.all
  }

  /** Documents that give them the keys that are here. */
  contentForLeftOut(): Content[] {
    return this.leftOut().flatMap(({ key: id, members }) => {
      const key = this.#keys.get(id)
      const boxes = members.map(({ box }) => box)
      const parts = key === undefined ? [] : sealToAll(key, this.#digest, boxes, this.#init.random)
      return parts.map((keys) => givenKeyContent({ epoch: id, keys }))
    })
  }

  /** Whether there are such keys here. */
  get canGive(): boolean {
    return this.leftOut().some(({ key }) => this.#keys.has(key))
  }

  /** The key that is written with, for whoever has the secret of a box. */
  sealForBox(box: Uint8Array): { epoch: KeyId; key: Uint8Array } | undefined {
    const write = this.forWriting
    const key = typeof write === 'string' ? undefined : write.key.sealFor(this.#digest, box, this.#init.random)
    return key && typeof write !== 'string' ? { epoch: write.key.id, key } : undefined
  }

  get #control(): AccessControl | undefined {
    return this.#init.control()
  }

  get #boxKeys(): BoxKey[] {
    const { boxSecrets = [] } = this.#init.record()
    if (this.#boxes.secrets !== boxSecrets) {
      this.#boxes = { secrets: boxSecrets, keys: boxSecrets.map((secret) => boxKeyOf(Buffer.from(secret, 'hex'))) }
      this.#searched = new WeakSet()
      this.#isBoxNew = boxSecrets.length > 0
    }
    return this.#boxes.keys
  }

  #learnGiven(document: Document, control: AccessControl, epochs: Epochs): void {
    const given = givenKeyOf(document)
    if (given === undefined) return
    // What brings the epoch may come later, and the key is the right one all the same.
    this.#openKeys(given.epoch, given.keys)
    if (!epochs.byKey.has(given.epoch) || !control.counts(document)) return
    const row = this.#rowOf(given.epoch)
    const known = this.#boxesKnown(control, epochs)
    const all = new Set([...row.given, ...recipientsIn(given.keys).filter((recipient) => known.has(recipient))])
    if (all.size === row.given.length) return
    this.#putRow({ ...row, given: [...all] })
    this.#leftOut = undefined
  }

  /** What anybody writes beside these costs no more than itself. */
  #boxesKnown(control: AccessControl, epochs: Epochs): ReadonlySet<RecipientId> {
    if (this.#known?.epochs !== epochs) this.#known = { epochs, boxes: new Set(allBoxes(control).map(recipientIdOf)) }
    return this.#known.boxes
  }

  /** A key may be here before what brings it. */
  #unwrapBefore(accepted: readonly Document[]): void {
    for (const document of accepted) {
      const saying = document.kind === REKEY_KIND ? actOf(document)?.saying : undefined
      const key = saying?.type === 'rekey' ? this.#keys.get(saying.epoch) : undefined
      if (key !== undefined) for (const before of this.#wrappedIn(key)) this.#found(before)
    }
  }

  /** The newest first: the others are mostly wrapped in it. */
  #search(control: AccessControl): void {
    const boxes = this.#boxKeys
    if (boxes.length === 0 || control.epochs === undefined) return
    const lacking = control.epochs.all.filter(({ key }) => !this.#keys.has(key))
    if (lacking.length === 0) return
    for (const { key, acts } of lacking.reverse()) {
      for (const act of acts) {
        if (this.#keys.has(key) || this.#searched.has(act)) continue
        this.#searched.add(act)
        this.#openKeys(key, act.saying.keys)
      }
    }
    for (const act of control.acts()) {
      const saying = isOfType(act, 'invite') || isOfType(act, 'device') ? act.saying : undefined
      if (saying?.sealed === undefined || this.#searched.has(act)) continue
      const box = boxes.find(({ publicKey }) => Buffer.compare(publicKey, saying.box ?? publicKey) === 0)
      const { epoch, key } = saying.sealed
      if (box === undefined || this.#keys.has(epoch)) continue
      this.#searched.add(act)
      this.#found(openFor(this.#digest, epoch, box, key))
    }
  }

  /** What gives an invite a key may be here before its acceptance, and nobody gives that key again. */
  #searchGiven({ all }: Epochs, storedFrom: StoredFrom): void {
    this.#isBoxNew = false
    const clocks = all.flatMap(({ key, clock }) => (this.#keys.has(key) ? [] : [clock]))
    for (const document of storedFrom(KEY_KIND, Math.min(...clocks))) {
      const given = givenKeyOf(document)
      if (given !== undefined) this.#openKeys(given.epoch, given.keys)
    }
  }

  #openKeys(id: KeyId, keys: Uint8Array): void {
    for (const box of this.#boxKeys) {
      for (const sealed of sealedFor(keys, recipientIdOf(box.publicKey))) {
        if (!this.#keys.has(id)) this.#found(openFor(this.#digest, id, box, sealed))
      }
    }
  }

  /** Keeps a key, and all that are wrapped in it. */
  #found(found: EpochKey | undefined): void {
    const open = found === undefined ? [] : [found]
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (this.#keys.has(key.id)) continue
      this.keep(key)
      open.push(...this.#wrappedIn(key))
    }
  }

  /** Keys that are wrapped in one, and are not here. */
  #wrappedIn(key: EpochKey): EpochKey[] {
    const [act] = this.#control?.epochs?.byKey.get(key.id)?.acts ?? []
    return (act?.saying.wrapped ?? []).flatMap((wrapped, i) => {
      const id = act?.saying.previous[i]
      return id === undefined || this.#keys.has(id) ? [] : (key.unwrap(this.#digest, id, wrapped) ?? [])
    })
  }

  #have(key: EpochKey): void {
    this.#leftOut = undefined
    this.#keys.set(key.id, key)
  }

  #rowOf(id: KeyId): EpochRow {
    return this.#rows.get(id) ?? { id, unread: 0, given: NOBODY }
  }

  #putRow(row: EpochRow): void {
    this.#rows.set(row.id, row)
    this.#init.store.apply({ type: 'put-epoch', room: this.#init.room, row })
  }
}
