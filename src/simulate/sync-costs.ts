/**
 * The costs of sync in bytes, copies and round trips, measured on the simulated network, so they are the
 * same on every machine.
 */
import { MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import { CHECKPOINT_KIND, PROFILE_KIND } from '../../protocols/room/constants.ts'
import { encodeDocument, type Document, decodeDocument } from '../../protocols/document/document.ts'
import { signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { SimulatedNetwork } from './network.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { NetworkObserver } from './traffic.ts'

const DAY_MS = 24 * 60 * 60_000
/** Long enough for anything to settle. */
const SETTLE_MS = 10 * 60_000
const HOP_MS = 100
const BODY_BYTES = 100

/** One-way delay of all links; nothing is lost. */
function faultsOf(delayMs: number) {
  return { lossProbability: 0, duplicateProbability: 0, delayMinMs: delayMs, delayMaxMs: delayMs }
}

const BLIND: NetworkObserver = {
  sent: () => undefined,
  received: () => undefined,
  delivered: () => undefined,
  linkedUp: () => undefined,
  started: () => undefined,
  stopped: () => undefined,
}

/** One message in a room of `nodes` that are all linked: copies sent, and rows kept for peers once all have it. */
export function costOfMessage(nodes: number): { copies: number; rows: number } {
  const network = networkOf(nodes, 1)
  const room = createRoom(network)
  const [author] = network.nodes
  for (const node of network.nodes) enter(network, node, room)
  network.runFor(SETTLE_MS)
  let copies = 0
  network.observer = {
    ...BLIND,
    sent: (_bytes, records) => {
      for (const record of records) {
        if (record.type === 'message') copies += record.blocks.length
        else if (record.type === 'block') copies++
      }
    },
  }
  author?.command({ type: 'write', room, kind: MESSAGE_KIND, body: Buffer.from('hello') })
  network.runFor(SETTLE_MS)
  const rows = network.nodes.reduce((sum, node) => sum + rowsOf(network, node, room), 0)
  return { copies, rows }
}

/** What is stored about peers besides their frontiers: documents that are not known to have arrived. */
function rowsOf(network: SimulatedNetwork, node: SimulatedNode, room: RoomId): number {
  const saved = network.nodes.reduce((sum, { peer }) => sum + node.store.unacked(room, peer).length, 0)
  return saved + node.machine.wings['batch-sync'].progress(room).reduce((sum, { inFlight }) => sum + inFlight.length, 0)
}

export interface MeetingCost {
  /** In addition to the documents themselves. */
  overheadBytes: number
  roundTrips: number
  /** In the store of one of them, for the peer, however long the history. */
  rows: number
}

/** Two nodes with a common history meet after both went on separately, at its end or anywhere in it. */
export function costOfMeeting(common: number, newPerSide: number, where: 'recent' | 'spread'): MeetingCost {
  const network = networkOf(2, HOP_MS)
  const room = createRoom(network)
  const [a, b] = network.nodes as [SimulatedNode, SimulatedNode]
  const root = a.store.document(room)
  if (root === undefined) throw new Error('the room has no root')
  const history = chain(room, room, common)
  const sides = [1, 2].map((seed) => apart(room, history, newPerSide, where, seed)) as [Document[], Document[]]
  for (const [node, own] of [
    [a, sides[0]],
    [b, sides[1]],
  ] as const) {
    node.store.apply({
      type: 'put-room',
      room: { id: room, status: 'open', name: 'Bench', app: 'chat', joinedAtMs: 0 },
    })
    node.store.apply({ type: 'put-document', document: root, removedHeads: [] })
    for (const document of [...history, ...own]) put(node, room, document)
    node.store.commit()
  }
  const documentBytes = sides.flat().reduce((sum, { block }) => sum + block.length, 0)
  let startedMs = 0
  let endedMs = 0
  let introductions = 0
  network.observer = {
    ...BLIND,
    sent: (bytes) => {
      if (startedMs === 0 && bytes.has('ranges')) startedMs = network.scheduler.nowMs
    },
    delivered: (_node, { kind, block }, arrival) => {
      if (arrival === undefined) introductions += block.length
      else if (kind !== PROFILE_KIND && kind !== CHECKPOINT_KIND) endedMs = network.scheduler.nowMs
    },
  }
  network.start(a)
  network.start(b)
  network.runFor(SETTLE_MS)
  const documents = a.store.totals(room).documents
  if (documents !== b.store.totals(room).documents || documents < common + 2 * newPerSide) {
    throw new Error(`only ${documents} documents are on both`)
  }
  const rows = a.store.peerFrontiers(room).length + rowsOf(network, a, room)
  const roundTrips = (endedMs - startedMs) / (2 * HOP_MS)
  return { overheadBytes: network.sentBytes - documentBytes - introductions, roundTrips, rows }
}

/** Bytes that two nodes which agree send each other in a day without writes. */
export function costOfSilence(): number {
  const network = networkOf(2, 1)
  const room = createRoom(network)
  for (const node of network.nodes) enter(network, node, room)
  network.runFor(SETTLE_MS)
  const before = network.sentBytes
  network.runFor(DAY_MS)
  return network.sentBytes - before
}

/** A document arrives by gossip after its parent was lost: round trips until the app has both. */
export function costOfMissingParent(): { roundTrips: number } {
  const network = networkOf(2, HOP_MS)
  const room = createRoom(network)
  const [author, reader] = network.nodes as [SimulatedNode, SimulatedNode]
  for (const node of network.nodes) enter(network, node, room)
  network.runFor(SETTLE_MS)
  network.faults = { ...network.faults, lossProbability: 1 }
  for (const text of ['lost', 'by gossip']) {
    author.command({ type: 'write', room, kind: MESSAGE_KIND, body: Buffer.from(text) })
    network.runFor(1)
  }
  network.faults = faultsOf(HOP_MS)
  const [newest] = author.store.documents(room, { descending: true, limit: 1 })
  if (newest === undefined) throw new Error('nothing was written')
  const startedMs = network.scheduler.nowMs
  let endedMs = startedMs
  network.observer = { ...BLIND, delivered: () => void (endedMs = network.scheduler.nowMs) }
  reader.push({ type: 'gossip', room, document: decodeDocument(newest.block), from: author.peer })
  network.runFor(SETTLE_MS)
  if (!reader.store.hasDocument(newest.id)) throw new Error('the document did not become part of the room')
  return { roundTrips: (endedMs - startedMs) / (2 * HOP_MS) }
}

function networkOf(nodes: number, delayMs: number): SimulatedNetwork {
  const names = Array.from({ length: nodes }, (_, index) => `Node ${index}`)
  return new SimulatedNetwork({ seed: 1, nodes: names, faults: faultsOf(delayMs), flushMaxMs: 0 })
}

/** A room created by the first node, which then goes down again. */
function createRoom(network: SimulatedNetwork): RoomId {
  const [creator] = network.nodes
  if (creator === undefined) throw new RangeError('a network has at least one node')
  network.start(creator)
  creator.command({ type: 'create', name: 'Bench', app: 'chat' })
  network.runFor(1)
  const [room] = creator.machine.rooms.list()
  if (room === undefined) throw new Error('the room was not created')
  network.crash(creator)
  network.runFor(SETTLE_MS)
  return room.record.id
}

function enter(network: SimulatedNetwork, node: SimulatedNode, room: RoomId): void {
  network.start(node)
  node.command({ type: 'join', room })
}

/** A chain of documents by one author; only the last is signed, because it proves those before it. */
function chain(room: RoomId, after: DocumentId, length: number): Document[] {
  const signer = signerOfSeed(Buffer.alloc(32, 9))
  const documents: Document[] = []
  for (let seq = 0; seq < length; seq++) {
    const previous = documents.at(-1)
    documents.push(
      encodeDocument(
        {
          ...fieldsOf(room, seq + 2),
          author: signer.author,
          seq,
          previous: previous?.id ?? null,
          parents: previous === undefined ? [after] : [],
        },
        seq === length - 1 ? signer : undefined,
      ),
    )
  }
  return documents
}

/** What one side wrote: after the last common document, or each by a new author after any of them. */
function apart(
  room: RoomId,
  common: readonly Document[],
  count: number,
  where: 'recent' | 'spread',
  side: number,
): Document[] {
  const documents: Document[] = []
  for (let i = 0; i < count; i++) {
    const isSpread = where === 'spread'
    const signer = signerOfSeed(Buffer.from(`${side} ${isSpread ? i : 0}`.padEnd(32)))
    const parent = common[isSpread ? Math.floor(((i + 0.3 * side) / count) * common.length) : common.length - 1]
    const previous = isSpread ? undefined : documents.at(-1)
    if (parent === undefined) throw new RangeError('no such document')
    const clock = 1 + (previous ?? parent).clock
    const parents = previous === undefined ? [parent.id] : []
    const chainFields = { author: signer.author, seq: isSpread ? 0 : i, previous: previous?.id ?? null, parents }
    documents.push(encodeDocument({ ...fieldsOf(room, clock), ...chainFields }, signer))
  }
  return documents
}

function fieldsOf(room: RoomId, clock: number) {
  return { room, clock, timeMs: 0, epoch: 0, kind: MESSAGE_KIND, links: [], body: new Uint8Array(BODY_BYTES) }
}

function put(node: SimulatedNode, room: RoomId, document: Document): void {
  const { id, clock, author, seq, block, previous, parents } = document
  const removedHeads = previous === null ? parents : [previous, ...parents]
  node.store.apply({ type: 'put-document', document: { id, room, clock, author, seq, block }, removedHeads })
}
