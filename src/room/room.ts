/** One room of this node: its documents as a graph, their order folded into a state, and writing into it. */
import { PROFILE_KIND } from '../../protocols/room/constants.ts'
import { MAX_DOCUMENT_BYTES, MAX_PARENTS } from '../../protocols/document/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import {
  compareDocumentIds,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { KithError, type App, type AppFault } from '../kith.ts'
import { shownName } from '../names.ts'
import type { RoomRecord } from '../store/store.ts'
import { carriedView } from './carried-view.ts'
import type { DocumentReader } from './document-reader.ts'
import { RoomGraph, type Admission, type Intake } from './graph.ts'
import type { RoomStore } from './room-store.ts'
import { decodeRoot } from './root.ts'
import { profileBody } from './roster.ts'
import { RoomView, type View } from './view.ts'
import { unknownFold, wholeFold, type WholeState } from './whole-state.ts'

/** What changed in a room. */
export interface RoomChange {
  room: RoomId
  intake: Intake
  /** Updates that the state refuses, as it would exceed its cap. */
  refused: DocumentId[]
  /** The root document arrived: the room has a name and an app now. */
  hasOpened: boolean
}

/** What a document is to say. */
export interface Content {
  kind: string
  body: Uint8Array
  /** Blocks that it needs. */
  links?: readonly BlockId[] | undefined
}

export interface RoomInit {
  store: RoomStore
  signer: Signer
  /** The apps of this node, by name. */
  apps: ReadonlyMap<string, App>
  /** The app of a room threw an error at an update. */
  onFault: (fault: AppFault) => void
  /** How this node's author wants to be called; undefined: the node introduces itself to no room. */
  authorName: string | undefined
  reader: DocumentReader
}

export class Room {
  record: RoomRecord
  readonly graph: RoomGraph
  view: View<WholeState<unknown>>
  readonly #init: RoomInit

  constructor(record: RoomRecord, init: RoomInit) {
    this.record = record
    this.#init = init
    this.graph = new RoomGraph(record.id, init.store, init.reader)
    this.view = this.#viewOf(record)
  }

  /** Whether the room is only kept and passed on. */
  get isCarried(): boolean {
    return isCarried(this.record)
  }

  /** Bytes of documents that may still come; infinite unless the room is carried. */
  get freeBytes(): number {
    const { id, carriedBytesMax = Infinity } = this.record
    return carriedBytesMax === Infinity ? Infinity : carriedBytesMax - this.#init.store.totals(id).sizeBytes
  }

  /** Whether the room is carried and its quota might not hold another document. */
  isQuotaReached(): boolean {
    return this.freeBytes < MAX_DOCUMENT_BYTES
  }

  /** Adds the root document of a room made here. */
  begin(root: Document): RoomChange {
    return this.#append(root)
  }

  /** Writes a document. Throws a KithError `carried`, `waiting`, `too-large` or `state-full`, and has written nothing then. */
  write(content: Content, timeMs: number): RoomChange {
    if (this.isCarried) {
      throw new KithError('carried', 'this node only carries the room for others: join it to write')
    }
    if (this.record.status !== 'open') {
      throw new KithError('waiting', 'the room is not here yet: its root document has not arrived from a peer')
    }
    const document = this.#compose(content, timeMs)
    if (this.view.wouldRefuse(document)) {
      throw new KithError(
        'state-full',
        `the state of '${shownName(this.record.name) || this.record.id}' is full: remove something from it first`,
      )
    }
    return this.#append(document)
  }

  /** Tells the room this node's name, unless the room knows it. */
  introduce(timeMs: number): RoomChange | undefined {
    const { authorName, signer } = this.#init
    if (authorName === undefined || this.record.status !== 'open' || this.isCarried) return undefined
    if (this.view.state.roster.profiles.get(signer.author)?.name === authorName) return undefined
    const document = this.#compose({ kind: PROFILE_KIND, body: profileBody(authorName) }, timeMs)
    return this.view.wouldRefuse(document) ? undefined : this.#append(document)
  }

  /** Takes blocks that a peer sent, those of them that `admit` lets in. */
  receive(blocks: readonly Uint8Array[], from: PeerId, admit: Admission): RoomChange {
    return this.#changed(this.graph.receive(blocks, from, admit))
  }

  /** Takes a document that was decoded before, by `reader`. */
  receiveDocument(document: Document, from: PeerId, admit: Admission): RoomChange {
    return this.#changed(this.graph.receiveDocument(document, from, admit))
  }

  #append(document: Document): RoomChange {
    return this.#changed(this.graph.append(document))
  }

  #changed(intake: Intake): RoomChange {
    const { id } = this.record
    const root = intake.accepted.find((document) => document.id === id)
    if (root === undefined) {
      return { room: id, intake, refused: this.view.fold(intake.accepted), hasOpened: false }
    }
    const { name, app } = decodeRoot(root) ?? { name: '', app: '' }
    this.record = { ...this.record, status: 'open', name, app }
    this.view = this.#viewOf(this.record)
    this.#init.store.apply({ type: 'put-room', room: this.record })
    return { room: id, intake, refused: [], hasOpened: true }
  }

  #viewOf(record: RoomRecord): View<WholeState<unknown>> {
    if (isCarried(record)) return carriedView
    const { store, reader, apps, onFault } = this.#init
    const { id: room, app } = record
    const fold = wholeFold(apps.get(app)?.fold ?? unknownFold, ({ id }, error) => onFault({ app, room, id, error }))
    return new RoomView(room, fold, store, reader)
  }

  /** A signed document after all that the room has now. */
  #compose({ kind, body, links = [] }: Content, timeMs: number): Document {
    const { store, signer } = this.#init
    const { author } = signer
    const room = this.record.id
    const own = store.authorHead(room, author)
    const others = store.heads(room).filter(({ id }) => id !== own?.id)
    const parents = others.toSorted(comparePositions).slice(-MAX_PARENTS)
    const clock = 1 + parents.reduce((newest, parent) => Math.max(newest, parent.clock), own?.clock ?? 0)
    try {
      return encodeDocument(
        {
          ...{ room, author, seq: own === undefined ? 0 : own.seq + 1, previous: own?.id ?? null },
          parents: parents.map(({ id }) => id).sort(compareDocumentIds),
          ...{ clock, timeMs, epoch: 0, kind, links, body },
        },
        signer,
      )
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      throw new KithError(error.code === 'too-large' ? 'too-large' : 'bad-name', error.message, { cause: error })
    }
  }
}

/** Whether a room is only kept and passed on. */
export function isCarried({ carriedBytesMax }: RoomRecord): boolean {
  return carriedBytesMax !== undefined
}
