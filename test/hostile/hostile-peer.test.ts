/**
 * Peers that break the protocols, or obey them to do harm: the node refuses what they send, counts
 * it, stays small, and goes on serving those who mean well.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { BATCH_SYNC_PROTOCOL, MAX_IDS } from '../../protocols/batch-sync/constants.ts'
import { BatchSyncFrame } from '../../protocols/batch-sync/messages.ts'
import type { BatchSyncRecord } from '../../protocols/batch-sync/records.ts'
import { encodeDocument } from '../../protocols/document/document.ts'
import type { Document, DocumentFields } from '../../protocols/document/document.ts'
import { ROOM_STATE_PROTOCOL } from '../../protocols/room-state/constants.ts'
import type { RoomStateRecord } from '../../protocols/room-state/records.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import { documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { DocumentId, RoomId, TopicKey } from '../../protocols/wire/ids.ts'
import { Hello } from '../../protocols/wire/messages.ts'
import { topicKeyOf } from '../../protocols/wire/room-keys.ts'
import { MAX_PENDING_PER_PEER } from '../../src/room/constants.ts'
import { expectAgreement, joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import type { NodeProcess } from '../integration/kith-process.ts'
import { connectRawPeer, HELLO } from './raw-peer.ts'
import type { RawPeer, RawStream } from './raw-peer.ts'

const MIB = 1024 * 1024
/** A node has about 120 MiB; what it may hold for a few peers is a few MiB each. */
const MAX_RSS_BYTES = 400 * MIB

const kith = useKith()
let node: NodeProcess
let honest: NodeProcess
let room: RoomId
let topic: ReturnType<typeof topicKeyOf>
let hostile: RawPeer
const said: string[] = []
/** Connected before all tests and looked at after them, as a node waits for them for seconds. */
let stalling: { peers: RawPeer[]; silent: RawStream }

beforeAll(async () => {
  node = await kith.start({ name: 'Node' })
  honest = await kith.start({ name: 'Honest', peers: [node.address] })
  room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  topic = topicKeyOf(room)
  await joinRoom(honest, room)
  stalling = await connectStalling()
})

beforeEach(async () => {
  hostile = await connectRawPeer(node.address)
})

afterEach(async (context) => {
  await hostile.stop()
  const text = `after "${context.task.name}"`
  said.push(text)
  await honest.send(room, text)
  await expectAgreement([node, honest], room, said)
  expectSmall(node)
})

/** A peer that opens a stream and says nothing, and one that asks for much and reads nothing. */
async function connectStalling(): Promise<typeof stalling> {
  const peers = [await connectRawPeer(node.address), await connectRawPeer(node.address)] as const
  const silent = await peers[0].open(ROOM_STATE_PROTOCOL)
  const full = (await node.api.call('rooms.create', { name: 'Cellar' })).id as RoomId
  // Small enough to be sent without an offer first.
  const body = Buffer.alloc(7_000).toString('base64')
  for (let i = 0; i < 14; i++) {
    const writes = Array.from({ length: 50 }, () =>
      node.api.call('documents.write', { room: full, kind: 'blob', body }),
    )
    await Promise.all(writes)
  }
  const state = await peers[1].roomState()
  // Within the credit of an ordinary peer, all would fit the buffers on the way.
  const deaf = await peers[1].batchSync(Hello.encode({ versions: [1], creditBytes: 4 * MIB }))
  await vi.waitFor(() => expect(deaf.frames).toHaveLength(1), POLL)
  deaf.stream.pause()
  await state.roomState(peers[1].metadata(full, 1))
  return { peers: [...peers], silent }
}

/** Largest resident memory of a process so far. */
function peakRssBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) * 1024
}

function expectSmall({ pid }: NodeProcess): void {
  expect(peakRssBytes(pid)).toBeLessThan(MAX_RSS_BYTES)
}

async function refused(): Promise<Record<string, number>> {
  return (await node.api.call('status', {})).refused
}

/** Waits until the node has counted something more under a code. */
async function expectCounted(code: string, act: () => Promise<unknown>, times = 1): Promise<void> {
  const before = (await refused())[code] ?? 0
  await act()
  await expect
    .poll(async () => (await refused())[code] ?? 0, { ...POLL, message: code })
    .toBeGreaterThanOrEqual(before + times)
}

/**
 * Waits until the node has counted exactly so much, for as long as it goes on counting: what moves nothing only gets a
 * share of its time, by the clock, which is little on a busy machine.
 */
async function expectCount(code: string, count: number): Promise<void> {
  for (let counted = -1; counted < count;) {
    const last = counted
    await expect
      .poll(async () => (counted = (await refused())[code] ?? 0), { ...POLL, message: code })
      .toBeGreaterThan(last)
  }
  expect((await refused())[code]).toBe(count)
}

async function expectClosed(stream: RawStream): Promise<void> {
  await expect.poll(() => stream.isClosed, POLL).toBe(true)
}

/** A stream pair of a peer that proved to know a room. */
async function enter(peer: RawPeer, where = room): Promise<{ state: RawStream; sync: RawStream }> {
  const state = await peer.roomState()
  const sync = await peer.batchSync()
  await state.roomState(peer.metadata(where, 1))
  await expect
    .poll(() => state.roomStateRecords, POLL)
    .toContainEqual({ type: 'metadata-ack', topic: topicKeyOf(where), serial: 1, unknown: false })
  return { state, sync }
}

/** A document in the room, after its root. */
function documentOf(signer: Signer, fields: Partial<DocumentFields> = {}, isSigned = true): Document {
  const { author } = signer
  const whole: DocumentFields = {
    room,
    author,
    seq: 0,
    previous: null,
    parents: [room],
    clock: 2,
    timeMs: Date.now(),
    epoch: 0,
    kind: 'message',
    links: [],
    body: Buffer.from(randomBytes(8).toString('hex')),
    ...fields,
  }
  return encodeDocument(whole, isSigned ? signer : undefined)
}

function someId(): DocumentId {
  return documentIdOfDigest(randomBytes(32))
}

test.each([ROOM_STATE_PROTOCOL, BATCH_SYNC_PROTOCOL])('%s: broken frames end the stream', async (protocol) => {
  const after = async (code: string, ...chunks: Uint8Array[]): Promise<void> => {
    const stream = await hostile.open(protocol)
    await expectCounted(code, async () => {
      for (const chunk of chunks) await stream.frame(chunk)
    })
    await expectClosed(stream)
  }
  await after('bad-frame', HELLO, randomBytes(2 * MIB))
  await after('bad-frame', HELLO, Buffer.alloc(1000, 0xff))
  await after('bad-frame', Buffer.alloc(1000, 0xff))
  await after('no-common-version', Hello.encode({ versions: [3, 4], creditBytes: 0 }))
  await after('no-common-version', Hello.encode({ versions: [], creditBytes: 1 }))

  const announcesMuch = await hostile.open(protocol)
  await expectCounted('bad-frame', async () => {
    await announcesMuch.frame(HELLO)
    await announcesMuch.bytes(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f))
  })
  await expectClosed(announcesMuch)
})

test('who cannot prove to know the room gets nothing of it', async () => {
  const state = await hostile.roomState()
  const sync = await hostile.batchSync()
  const metadata = hostile.metadata(room, 1)
  const forged: typeof metadata = { ...metadata, proof: randomBytes(32) } as typeof metadata
  await expectCounted('bad-room-proof', () => state.roomState(forged))
  const { block } = documentOf(hostile.signer)
  await expectCounted('message-outside-room', () => sync.batchSync({ type: 'message', topic, blocks: [block] }))
  await expectCounted('ack-outside-room', () => sync.batchSync({ type: 'ack', topic, ids: [room] }))
  await expectCounted('request-outside-room', () => sync.batchSync({ type: 'request', topic, ids: [room] }))
  await expectCounted('ranges-outside-room', () => sync.batchSync(wholeRoom(topic)))
  await expectCounted('suggestion-from-stranger', () =>
    state.roomState({ type: 'suggestion', topic, peerRecord: randomBytes(100) }),
  )
  await expectCounted('removal-from-stranger', () =>
    state.roomState({ type: 'removal', topic, block: randomBytes(100) }),
  )
  await expectCounted('invited-from-stranger', () =>
    state.roomState({ type: 'invited', topic, key: randomBytes(32), proof: randomBytes(64) }),
  )
  expect(sync.batchSyncRecords).toEqual([])
  expect((await node.api.call('rooms.members', { room })).map(({ peer }) => peer)).not.toContain(hostile.peer)
})

test('10,000 rooms announced are answered or dropped, and leave nothing behind', async () => {
  const state = await hostile.roomState()
  const strange = Array.from({ length: 10_000 }, () => hostile.metadata(someId(), 1))
  // A flood is counted once for each input that has some of it.
  await expectCounted('metadata-flood', () => state.roomState(...strange), 10)
  expect(
    state.roomStateRecords.filter((record) => record.type === 'metadata-ack' && record.unknown).length,
  ).toBeGreaterThan(1_000)
  expect(await node.api.call('rooms.list', {})).toHaveLength(2)
  expect(state.isClosed).toBe(false)
})

test('documents that are not in order are refused, each for its reason', async () => {
  const { sync } = await enter(hostile)
  const send = (...blocks: Uint8Array[]) => sync.batchSync({ type: 'message', topic, blocks })
  const sound = documentOf(hostile.signer)
  const changed = sound.block.slice()
  changed[changed.length - 70]! ^= 1
  const before = await node.view(room)
  await expectCounted('bad-signature', () => send(changed))
  await expectCounted('bad-cbor', () => send(Buffer.alloc(200, 0xff)))
  await expectCounted('bad-shape', () => send(new Uint8Array(0)))
  await expectCounted('wrong-room', () => send(documentOf(hostile.signer, { room: someId() }).block))
  await expectCounted('clock-not-after-ancestors', () => send(documentOf(hostile.signer, { clock: 2 ** 50 }).block))
  await expectCounted('previous-not-own', () =>
    send(documentOf(hostile.signer, { seq: 1, previous: room, parents: [] }).block),
  )
  await expectCounted('ack-of-unsent', () => sync.batchSync({ type: 'ack', topic, ids: [someId(), someId()] }))
  expect(sync.isClosed).toBe(false)
  expect(await node.view(room)).toEqual(before)

  const unsigned = documentOf(hostile.signer, {}, false)
  await send(unsigned.block)
  await expect.poll(async () => (await node.view(room)).pending, POLL).toBe(1)
  const proof = documentOf(hostile.signer, {
    seq: 1,
    previous: unsigned.id,
    parents: [],
    clock: 3,
    body: Buffer.from('proof'),
  })
  said.push(unsigned.body.toString(), 'proof')
  expect((await honest.view(room)).order).not.toContain(unsigned.id)
  await send(proof.block)
  await expect
    .poll(async () => (await honest.view(room)).order, POLL)
    .toEqual(expect.arrayContaining([unsigned.id, proof.id]))
})

test('a peer cannot park more than its share', async () => {
  const other = (await node.api.call('rooms.create', { name: 'Attic' })).id as RoomId
  const { sync } = await enter(hostile, other)
  const orphans = Array.from(
    { length: MAX_PENDING_PER_PEER + 100 },
    () => documentOf(hostile.signer, { room: other, parents: [someId()] }).block,
  )
  const message: BatchSyncRecord = { type: 'message', topic: topicKeyOf(other), blocks: orphans }
  await expectCounted('pending-full', () => sync.batchSync(message), 100)
  expect((await node.view(other)).pending).toBe(MAX_PENDING_PER_PEER)
  await node.api.call('rooms.leave', { room: other })
})

test('floods leave the node small and answering', { timeout: 300_000 }, async () => {
  const { state, sync } = await enter(hostile)
  const known = documentOf(hostile.signer, { kind: 'blob', body: randomBytes(60_000) })
  const repeated: BatchSyncRecord = { type: 'message', topic, blocks: Array.from({ length: 16 }, () => known.block) }
  const garbage: BatchSyncRecord = {
    ...repeated,
    blocks: repeated.blocks.map((block) => Buffer.alloc(block.length, 0xff)),
  }
  const rounds = 40
  const before = (await refused())['bad-cbor'] ?? 0
  for (let round = 1; round <= rounds; round++) {
    await sync.batchSync(repeated, garbage)
    // Whoever waits until all is handled is within its credit.
    await expectCount('bad-cbor', before + round * garbage.blocks.length)
  }
  expect(sync.isClosed).toBe(false)
  for (let i = 0; i < rounds; i++) {
    const goodbyes = Array.from({ length: 1_000 }, (): RoomStateRecord => ({
      type: 'goodbye',
      topic: topicKeyOf(someId()),
    }))
    await state.roomState(...goodbyes)
  }
  // In one record, as those that were asked for long ago do not count any more.
  const offers: BatchSyncRecord = { type: 'offer', topic, ids: Array.from({ length: MAX_IDS }, someId) }
  await expectCounted('offer-flood', () => sync.batchSync(offers))
  await sync.batchSync(...Array.from({ length: 1_000 }, () => wholeRoom(topic)))
  // Nobody who waits for the node's windows and credit gets there.
  await expectCounted('flooded', async () => {
    const stream = await (await connectRawPeer(node.address)).batchSync()
    stream.stream.send(Buffer.alloc(32 * MIB))
    await expectClosed(stream)
  })
})

test('a frame full of empty documents is refused in passing', async () => {
  const { sync } = await enter(hostile)
  // As many documents, each a fault, as no call takes arguments.
  const blocks = Array.from({ length: 1_500 }, () => new Uint8Array(0))
  const messages = Array.from({ length: 130 }, () => ({ topic: Buffer.from(topic, 'hex'), blocks }))
  await expectCounted('bad-shape', () => sync.frame(BatchSyncFrame.encode({ messages })), 1_500)
})

test('streams that say nothing, and peers that never read, are given up', async () => {
  await expect.poll(refused, POLL).toMatchObject({ 'bad-hello': 1, stalled: 1 })
  await expectClosed(stalling.silent)
  await Promise.all(stalling.peers.map((peer) => peer.stop()))
})

/** Ranges that make their receiver look at all it has of a room. */
function wholeRoom(about: TopicKey): BatchSyncRecord {
  const content = { type: 'fingerprint', fingerprint: randomBytes(8).toString('hex') } as const
  const lower = { clock: 0, digest: new Uint8Array(32) }
  return { type: 'ranges', topic: about, salt: randomBytes(16), lower, ranges: [{ upper: undefined, content }] }
}
