/**
 * The newest checkpoint of one room that this node vouches for, because it came to the same state itself, or begins
 * with, because the history is not here yet.
 */
import { CHECKPOINT_KIND } from '../../protocols/room/constants.ts'
import { MAX_PARENTS } from '../../protocols/document/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { checkpointBody, stateBlocks, type Checkpoint, type StateBlocks } from './checkpoint.ts'
import { stateAt } from './checkpoint-state.ts'
import { MAX_COMPARED_CHECKPOINTS } from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomTotals } from '../store/store.ts'
import type { RoomChange } from './room-change.ts'
import type { RoomStore } from './room-store.ts'
import type { RoomKeys } from './sealing/room-keys.ts'
import { sealState, sealStateAs } from './sealing/sealed-states.ts'
import type { RoomView, View } from './view.ts'

/** A checkpoint and the state that this node came to at the same place. */
export interface ComparedCheckpoint {
  checkpoint: Checkpoint
  /** Undefined: another one than the checkpoint says. */
  state: StateBlocks | undefined
}

/** What to write as a checkpoint, and the blocks that it names. */
export interface CheckpointContent {
  kind: string
  body: Uint8Array
  state: StateBlocks
}

/** A checkpoint that was just written, with the blocks that it names. */
export interface WrittenCheckpoint {
  /** It comes last. */
  changes: RoomChange[]
  checkpoint: Checkpoint
  state: StateBlocks
}

export interface RoomCheckpointsInit {
  store: RoomStore
  reader: DocumentReader
  /** Documents between two checkpoints, at least. */
  everyDocuments: number
  keys: RoomKeys
  /** How many documents of the room are not here any more. */
  dropped: () => number
}

export class RoomCheckpoints {
  readonly #room: RoomId
  readonly #init: RoomCheckpointsInit
  /** Since the room had so many documents, so many checkpoints of the owner and of all others were compared. */
  #compared = { sinceDocuments: 0, ofOwner: 0, ofOthers: 0 }

  constructor(room: RoomId, init: RoomCheckpointsInit) {
    this.#room = room
    this.#init = init
  }

  /**
   * Whether enough has changed since a checkpoint: documents by count, and, as their states are kept and fetched,
   * about as many bytes as the state has.
   */
  isDue(last: Checkpoint | undefined, view: Pick<View<unknown>, 'sizeBytes'>, totals: RoomTotals): boolean {
    return this.#isEnough(totals.documents - (last?.documents ?? 0), totals, view)
  }

  /** What a checkpoint of the present state says; undefined if there are too many heads to name, or no key is here. */
  content(view: RoomView<unknown>): CheckpointContent | undefined {
    const { store, keys } = this.#init
    if (store.headCount(this.#room) > MAX_PARENTS) return undefined
    const encoded = view.encode()
    const sealing = keys.isPrivate ? sealState(keys, this.#room, encoded) : undefined
    if (keys.isPrivate && sealing === undefined) return undefined
    const state = stateBlocks(sealing?.sealed ?? encoded)
    return { kind: CHECKPOINT_KIND, body: checkpointBody(store.totals(this.#room).documents, state, sealing), state }
  }

  /**
   * Compares a checkpoint that was accepted with the own state, if it is newer enough than the last one. Those of the
   * owner have a count of their own: anybody else could use up that of all.
   */
  compare(
    checkpoint: Checkpoint,
    { last, isOwners }: { last: Checkpoint | undefined; isOwners: boolean },
    view: RoomView<unknown>,
  ): ComparedCheckpoint | undefined {
    if (!this.#isWorthIt(checkpoint, last, view)) return undefined
    if (this.#compared[isOwners ? 'ofOwner' : 'ofOthers']++ >= MAX_COMPARED_CHECKPOINTS) return undefined
    return this.check(checkpoint, view)
  }

  /** The same whatever the last one is; undefined if the own state at that place cannot be told. */
  check(checkpoint: Checkpoint, view: RoomView<unknown>): ComparedCheckpoint | undefined {
    const { sealing } = checkpoint
    const encoded = stateAt(this.#room, checkpoint, { ...this.#init, view })
    const given =
      encoded && sealing !== undefined ? sealStateAs(sealing, this.#init.keys, this.#room, encoded) : encoded
    const state = given && stateBlocks(given)
    if (state === undefined) return undefined
    return { checkpoint, state: state.root === checkpoint.root ? state : undefined }
  }

  #isWorthIt(checkpoint: Checkpoint, last: Checkpoint | undefined, view: RoomView<unknown>): boolean {
    if (last !== undefined && comparePositions(checkpoint.position, last.position) <= 0) return false
    const totals = this.#init.store.totals(this.#room)
    const { documents } = totals
    // Others may count a little less than this node, as they lack what was written at the same time.
    const since = checkpoint.documents + this.#init.everyDocuments / 2 - (last?.documents ?? 0)
    if (!this.#isEnough(since, totals, view)) return false
    if (documents - this.#compared.sinceDocuments >= this.#init.everyDocuments) {
      this.#compared = { sinceDocuments: documents, ofOwner: 0, ofOthers: 0 }
    }
    return true
  }

  /** The size of documents is that of those which are here, on average. */
  #isEnough(since: number, { documents, sizeBytes }: RoomTotals, view: Pick<View<unknown>, 'sizeBytes'>): boolean {
    const { everyDocuments, dropped } = this.#init
    return since >= everyDocuments && (since * sizeBytes) / Math.max(1, documents - dropped()) >= view.sizeBytes()
  }
}
