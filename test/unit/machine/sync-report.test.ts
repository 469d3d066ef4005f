/** What is reported about how far the peers of a room are in sync. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PeerProgress } from '../../../protocols/batch-sync/index.ts'
import { decodeDocument, type Document } from '../../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS } from '../../../protocols/room-state/constants.ts'
import { HeadsHash } from '../../../protocols/wire/heads-digest.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import type { DocumentId, HeadsDigest, PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_COUNTED_LACKING } from '../../../src/machine/constants.ts'
import { batchSyncPorts } from '../../../src/machine/batch-sync/ports.ts'
import { sharingOf } from '../../../src/machine/sharing.ts'
import { reportDocuments, reportPeers, type PeerReport } from '../../../src/machine/batch-sync/sync-report.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { RoomHeads } from '../../../src/room/heads.ts'
import type { Store } from '../../../src/store/store.ts'
import { NOW_MS, rootOf, Writer } from '../room/history.ts'
import { storeWith } from './nodes.ts'

const [bob, carl, dora] = ['bob', 'carl', 'dora'] as PeerId[] as [PeerId, PeerId, PeerId]

/** The rooms of these tests have the same root. */
const room = rootOf().id

function report(store: Store, progress: readonly PeerProgress[] = []) {
  const heads = new RoomHeads(room, store)
  const ports = batchSyncPorts(
    store,
    {
      isPending: () => false,
      isWithheld: () => false,
      sharing: () => ({ policy: 'share', mode: 'auto' }),
      pendingKeys: () => [],
      ahead: () => undefined,
      frontier: () => heads.frontier(),
      headsDigest: () => heads.digest,
      historyFrom: () => 0,
      base: () => undefined,
      acceptedSince: (_room, digest) => heads.acceptedSince(digest),
    },
    documentReader,
  )
  const sources = { store, ports, progress, sharing: (peer: PeerId) => sharingOf(store, room, peer) }
  const peers = reportPeers(room, sources)
  return {
    peers,
    peer: (key: PeerId): PeerReport | undefined => peers.find(({ peer }) => peer === key),
    holders: (...documents: Document[]) => reportDocuments(room, documents, sources).map(({ heldBy }) => heldBy),
    documents: (...documents: Document[]) => reportDocuments(room, documents, sources),
  }
}

function tell(
  store: Store,
  peer: PeerId,
  frontier: readonly DocumentId[],
  seenMs = NOW_MS,
  headsDigest?: HeadsDigest,
): void {
  const row = { peer, frontier, seenMs, ...(headsDigest && { headsDigest }) }
  store.apply({ type: 'put-peer-frontier', room, row })
}

function present(peer: PeerId, frontier: readonly DocumentId[], fields: Partial<PeerProgress> = {}): PeerProgress {
  return {
    peer,
    frontier,
    refusesDocuments: false,
    inFlight: [],
    nextSendMs: undefined,
    isHeld: () => false,
    ...fields,
  }
}

describe('a room with a few documents', () => {
  let store: Store
  let documents: Document[]
  const at = (index: number): Document => documents.at(index)!

  beforeEach(() => {
    const writer = new Writer()
    for (let i = 0; i < 9; i++) writer.say(1, `text ${i}`)
    documents = writer.documents
    store = storeWith(documents)
  })

  it('has the peers that were ever met: those that are here first, then the one seen last', () => {
    tell(store, bob, [at(3).id], NOW_MS - 10)
    tell(store, carl, [at(9).id], NOW_MS - 5)
    tell(store, dora, [], NOW_MS - 20)
    const { peers } = report(store, [present(bob, [at(5).id])])
    expect(peers).toMatchObject([
      { peer: bob, online: true, lastSeenMs: NOW_MS - 10, held: 6, waiting: 4, unacked: 0 },
      { peer: carl, online: false, lastSeenMs: NOW_MS - 5, held: 10, waiting: 0 },
      { peer: dora, online: false, held: 0, waiting: 10 },
    ])
    expect(report(storeWith(documents)).peers).toEqual([])
  })

  it('distinguishes what is in flight from what waits', () => {
    tell(store, bob, [at(3).id])
    tell(store, carl, [at(3).id])
    const inFlight = [4, 5].map((index) => ({ id: at(index).id, isOffer: false, sends: 1, sentMs: NOW_MS }))
    const isHeld = (id: DocumentId) => id === at(9).id
    const { peer } = report(store, [
      present(bob, [at(3).id], { inFlight, nextSendMs: NOW_MS + 7, isHeld, refusesDocuments: true }),
    ])
    expect(peer(bob)).toMatchObject({ held: 5, unacked: 2, waiting: 3, nextSendMs: NOW_MS + 7, refusesDocuments: true })
    expect(peer(carl)).toMatchObject({ held: 4, unacked: 0, waiting: 6, nextSendMs: null, refusesDocuments: false })
  })

  it('reports what was last sent to a peer that is offline', () => {
    tell(store, bob, [at(3).id])
    for (const index of [4, 5, 6]) {
      store.apply({ type: 'put-unacked', room, peer: bob, row: { id: at(index).id, sends: 2, sentMs: NOW_MS } })
    }
    expect(report(store).peer(bob)).toMatchObject({ unacked: 3, waiting: 3, nextSendMs: null })
  })

  it('does not say how much a peer lacks that has documents unknown here', () => {
    const unknown = new Writer().say(7, 'elsewhere').id
    tell(store, bob, [at(9).id, unknown])
    const { peer, holders } = report(store)
    expect(peer(bob)).toMatchObject({ held: null, waiting: null })
    expect(holders(at(1))).toEqual([[]])
  })

  it('does not say how much a peer lacks that has more heads than it names, but who holds what', () => {
    const headsDigest = new HeadsHash().digest()
    tell(store, bob, [at(5).id], NOW_MS, headsDigest)
    const { peer, holders } = report(store, [
      present(carl, [at(5).id], { headsDigest, isHeld: (id) => id === at(7).id }),
    ])
    expect(peer(bob)).toMatchObject({ held: null, waiting: null })
    expect(holders(at(1), at(5), at(6), at(7))).toEqual([[bob], [bob], [], []])
    tell(store, carl, [])
    const now = report(store, [present(carl, [at(5).id], { headsDigest, isHeld: (id) => id === at(7).id })])
    expect(now.holders(at(1), at(6), at(7))).toEqual([[carl, bob], [], [carl]])
  })

  it('says how it is shared with each peer', () => {
    tell(store, bob, [])
    tell(store, carl, [])
    store.apply({ type: 'put-sharing', room, row: { peer: bob, policy: 'accept', mode: 'batch' } })
    const { peer } = report(store)
    expect(peer(bob)?.sharing).toEqual({ policy: 'accept', mode: 'batch' })
    expect(peer(carl)?.sharing).toEqual({ policy: 'share', mode: 'auto' })
  })

  it('says who holds each document, of all peers that were ever met', () => {
    tell(store, bob, [at(5).id])
    tell(store, carl, [at(2).id])
    tell(store, dora, [])
    const progress = [present(dora, [], { isHeld: (id) => id === at(7).id })]
    const { holders, documents: of } = report(store, progress)
    expect(holders(at(2), at(5), at(6), at(7))).toEqual([[bob, carl], [bob], [], [dora]])
    expect(of(at(5))).toEqual([{ id: at(5).id, clock: at(5).clock, heldBy: [bob], ofPeers: 3 }])
  })
})

describe('a room with more heads than a frontier names', () => {
  const root = rootOf()
  const heads = Array.from({ length: MAX_FRONTIER_IDS + 4 }, (_, i) => new Writer(root).say(i, 'hello', 'unsigned'))
  const named = heads.toSorted(comparePositions).slice(-MAX_FRONTIER_IDS)

  it('is held in full by a peer with the same digest, and otherwise as far as is known', () => {
    const trusting = { decode: decodeDocument, isSignatureValid: () => true }
    const store = storeWith([root, ...heads], trusting)
    const { headsDigest } = new RoomHeads(room, store).frontier()
    const ids = named.map(({ id }) => id)
    tell(store, bob, ids, NOW_MS, headsDigest)
    tell(store, carl, ids, NOW_MS, new HeadsHash().digest())
    const { peer, holders } = report(store)
    expect(peer(bob)).toMatchObject({ held: heads.length + 1, waiting: 0 })
    expect(peer(carl)).toMatchObject({ held: null, waiting: null })
    const [oldest] = heads.toSorted(comparePositions)
    expect(holders(oldest!, named[0]!, root)).toEqual([[bob], [bob, carl], [bob, carl]])
  })
})

describe('a room with many documents', () => {
  /** Two chains that were written separately after the root, longer than what is counted. */
  const LENGTH = MAX_COUNTED_LACKING + 500
  let documents: Document[]
  let ours: Document[]
  let theirs: Document[]
  let store: Store

  beforeAll(() => {
    const root = rootOf()
    const chain = (author: number): Document[] => {
      const writer = new Writer(root)
      for (let i = 1; i < LENGTH; i++) writer.say(author, `text ${i}`, 'unsigned')
      writer.say(author, 'last')
      return writer.documents.slice(1)
    }
    ours = chain(1)
    theirs = chain(2)
    documents = [root, ...ours, ...theirs]
  })

  beforeEach(() => {
    store = storeWith(documents)
  })

  it(`counts what a peer lacks up to ${MAX_COUNTED_LACKING}`, () => {
    tell(store, bob, [])
    tell(store, carl, [ours[0]!.id, theirs.at(-1)!.id])
    const { peer } = report(store)
    expect(peer(bob)).toMatchObject({ waiting: MAX_COUNTED_LACKING })
    expect(peer(carl)!.waiting).toBeLessThanOrEqual(MAX_COUNTED_LACKING)
  })

  it('does not claim that a peer holds what is too far back to be examined', () => {
    tell(store, bob, [])
    tell(store, carl, [theirs.at(-1)!.id])
    const progress = [present(dora, [], { isHeld: (id) => id === ours.at(-1)!.id })]
    tell(store, dora, [])
    const { holders } = report(store, progress)
    expect(holders(ours[0]!), 'which nobody holds').toEqual([[]])
  })

  it('reports that a peer holds what it named, however much it lacks', () => {
    tell(store, carl, [theirs.at(-1)!.id])
    expect(report(store).holders(theirs.at(-1)!, ours.at(-1)!)).toEqual([[carl], []])
  })
})
