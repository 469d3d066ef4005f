/** How far a room's documents have spread, and with whom they are shared. */
import { parseDocumentId, type DocumentId, type PeerId, type RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { KithError, type DocumentSync, type PeerSync, type RoomSharing, type Sharing } from '../kith.ts'
import { batchSyncPorts, acceptedOnly } from '../machine/batch-sync/ports.ts'
import {
  reportDocuments,
  reportPeer,
  reportPeers,
  type PeerReport,
  type SyncSources,
} from '../machine/batch-sync/sync-report.ts'
import { isException, sharingOf } from '../machine/sharing.ts'
import { pastedCid, unwrapped } from '../pasted.ts'
import { wallTimeOf } from '../runtime/clock.ts'
import { documentReader } from '../room/document-reader.ts'
import type { NodeCore } from './core.ts'

/** Documents shown by default: the end of a conversation. */
const NEWEST = 5

/** Documents among which one is looked for by the beginning of its id, as `kith sync` shows it. */
const SEARCHED = 1_024

/** The beginning of an id, long enough that no other document is meant. */
const SHORT_ID = /^bafyrei[a-z2-7]{9,}$/

export class RoomSyncReader {
  readonly #room: RoomId
  readonly #core: NodeCore

  constructor(room: RoomId, core: NodeCore) {
    this.#room = room
    this.#core = core
  }

  peers(nameOf: (peer: string) => string): PeerSync[] {
    return reportPeers(this.#room, this.#sources()).map((report) => peerSyncOf(report, nameOf(report.peer)))
  }

  /** Like `peers`, for one peer; undefined if it was never met in the room. */
  peer(peer: PeerId, name: string): PeerSync | undefined {
    const report = reportPeer(this.#room, peer, this.#sources())
    return report && peerSyncOf(report, name)
  }

  /** Throws a KithError `no-such-document`. */
  documents(id: string | undefined): DocumentSync[] {
    return reportDocuments(this.#room, id === undefined ? this.#newest() : [this.#find(id)], this.#sources())
  }

  sharing(): RoomSharing {
    const { store } = this.#core
    const peers = store.sharing(this.#room).flatMap((row) => {
      const { peer } = row
      return peer === undefined || !isException(row) ? [] : [{ peer, ...sharingOf(store, this.#room, peer) }]
    })
    return { everybody: sharingOf(store, this.#room, undefined), peers }
  }

  async share(sharing: Partial<Sharing> | 'default', peer: string | undefined): Promise<void> {
    const key = peer === undefined ? undefined : this.#core.resolvePeer(peer)
    await this.#core.command({ type: 'share', room: this.#room, peer: key, sharing })
  }

  #newest(): Position[] {
    return this.#core.store.documents(this.#room, { descending: true, limit: NEWEST })
  }

  #find(text: string): Position {
    const id: DocumentId | undefined = parseDocumentId(pastedCid(text))
    const row = id && this.#core.store.document(id)
    if (row?.room === this.#room) return row
    const beginning = SHORT_ID.exec(unwrapped(text).toLowerCase())?.[0]
    if (beginning !== undefined) {
      const newest = this.#core.store.documents(this.#room, { descending: true, limit: SEARCHED })
      const [found, ...others] = newest.filter((document) => document.id.startsWith(beginning))
      if (found !== undefined && others.length === 0) return found
    }
    throw new KithError('no-such-document', 'there is no such document in this room (kith read ROOM --json shows ids)')
  }

  #sources(): SyncSources {
    const { store, machine } = this.#core
    return {
      store,
      ports: batchSyncPorts(store, acceptedOnly(machine.rooms), {
        ...documentReader,
        foundDamage: () => this.#core.foundDamage(),
      }),
      sharing: (peer: PeerId) => sharingOf(store, this.#room, peer),
      progress: machine.wings['batch-sync'].progress(this.#room),
    }
  }
}

/** The machine's report on a peer, for people: with its name, and by the wall clock. */
function peerSyncOf(report: PeerReport, name: string): PeerSync {
  const { nextSendMs } = report
  return { ...report, name, nextSendMs: nextSendMs === null ? null : wallTimeOf(nextSendMs) }
}
