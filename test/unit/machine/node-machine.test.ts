/** What a whole node does with a peer that cheats. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { encodeDocument } from '../../../protocols/document/document.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type DocumentId, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import type { BatchSyncRecord, Range } from '../../../protocols/batch-sync/records.ts'
import type { RoomStateRecord } from '../../../protocols/room-state/index.ts'
import { proveRoom, topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { MAX_FAULTS_PER_MESSAGE, MAX_PENDING_PER_PEER } from '../../../src/room/constants.ts'
import { NodeMachine } from '../../../src/machine/node-machine.ts'
import { wings } from '../../../src/machine/wings.ts'
import type { NodeEffect } from '../../../src/machine/node-machine.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { at } from '../room/history.ts'

const SELF = 'anna' as PeerId
const MALLORY = 'mallory' as PeerId
const signer = signerOfSeed(new Uint8Array(32).fill(1))
const forger = signerOfSeed(new Uint8Array(32).fill(2))

/** A node with one room, which mallory is in. */
function nodeWithRoom(): { machine: NodeMachine; room: RoomId } {
  const machine = new NodeMachine({
    self: SELF,
    store: memoryStore(),
    signer,
    random: () => 0,
    apps: byName(builtInApps),
    authorName: () => 'Anna',
    peerRecord: () => undefined,
  })
  machine.handle({ type: 'command', command: { type: 'create', name: 'Kitchen', app: 'chat' } }, at(0))
  const room = machine.rooms.list()[0]?.record.id
  if (room === undefined) throw new Error('the room was not created')
  for (const protocol of Object.keys(wings)) {
    machine.handle({ type: 'protocol', protocol, input: { type: 'peer-up', peer: MALLORY, creditBytes: 0 } }, at(0))
  }
  const proof = proveRoom(room, MALLORY, SELF)
  const metadata = {
    type: 'metadata' as const,
    topic: topicKeyOf(room),
    serial: 1,
    proof,
    frontier: [],
    clock: 0,
    refusesDocuments: false,
    isNewestFirst: false,
  } satisfies RoomStateRecord
  machine.handle(
    { type: 'protocol', protocol: 'room-state', input: { type: 'records', from: MALLORY, records: [metadata] } },
    at(0),
  )
  return { machine, room }
}

function faultsOf(effects: readonly NodeEffect[]): { code: string; fatal: boolean }[] {
  return effects.flatMap((effect) => (effect.type === 'misbehaviour' ? [effect.reason] : []))
}

/** What follows from a MESSAGE with a number of documents that someone else signed. */
function sendForged(count: number): { code: string; fatal: boolean }[] {
  const { machine, room } = nodeWithRoom()
  const blocks = Array.from({ length: count }, (_, i) => {
    const fields = { room, author: signer.author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: i }
    return encodeDocument({ ...fields, epoch: 0, kind: 'message', links: [], body: Buffer.from('x') }, forger).block
  })
  const message = { type: 'message', topic: topicKeyOf(room), blocks } as const
  return faultsOf(
    machine.handle(
      { type: 'protocol', protocol: 'batch-sync', input: { type: 'records', from: MALLORY, records: [message] } },
      at(1),
    ),
  )
}

test('invalid signatures are counted, and more of them than a limit in one MESSAGE end the stream', () => {
  const few = sendForged(MAX_FAULTS_PER_MESSAGE)
  expect(few).toEqual(Array.from({ length: MAX_FAULTS_PER_MESSAGE }, () => ({ code: 'bad-signature', fatal: false })))
  const many = sendForged(MAX_FAULTS_PER_MESSAGE + 1)
  expect(many).toHaveLength(MAX_FAULTS_PER_MESSAGE + 1)
  expect(many.every(({ fatal }) => fatal)).toBe(true)
})

test('a MESSAGE of garbage is given up after a number of faults, and ends the stream', () => {
  const { machine, room } = nodeWithRoom()
  const blocks = Array.from({ length: 1_500 }, () => new Uint8Array(0))
  const message = { type: 'message', topic: topicKeyOf(room), blocks } as const
  const input = { type: 'records', from: MALLORY, records: [message] } as const
  const faults = faultsOf(machine.handle({ type: 'protocol', protocol: 'batch-sync', input }, at(1)))
  expect(faults).toHaveLength(MAX_FAULTS_PER_MESSAGE + 1)
  expect(faults.every(({ fatal }) => fatal)).toBe(true)
})

test('more than there is space for, as another newcomer to the room sends it, ends no stream', () => {
  const { machine, room } = nodeWithRoom()
  const blocks = Array.from({ length: MAX_PENDING_PER_PEER + 100 }, (_, i) => {
    const parents = [documentIdOfDigest(createHash('sha256').update(`${i}`).digest())]
    const fields = { room, author: forger.author, seq: 0, previous: null, parents, clock: 3, timeMs: i }
    return encodeDocument({ ...fields, epoch: 0, kind: 'message', links: [], body: Buffer.from('x') }, forger).block
  })
  const message = { type: 'message', topic: topicKeyOf(room), blocks } as const
  const input = { type: 'records', from: MALLORY, records: [message] } as const
  const faults = faultsOf(machine.handle({ type: 'protocol', protocol: 'batch-sync', input }, at(1)))
  expect(faults).toEqual(Array.from({ length: 100 }, () => ({ code: 'pending-full', fatal: false })))
})

describe('what moves documents', () => {
  const { machine, room } = nodeWithRoom()
  const topic = topicKeyOf(room)
  const receive = (...records: BatchSyncRecord[]): boolean => {
    const input = { type: 'records', from: MALLORY, records } as const
    const effects = machine.handle({ type: 'protocol', protocol: 'batch-sync', input }, at(1))
    return effects.some(({ type }) => type === 'moved')
  }
  const blockOf = (parents: DocumentId[]): Uint8Array => {
    const fields = { room, author: forger.author, seq: 0, previous: null, parents, clock: 2, timeMs: 0 }
    return encodeDocument({ ...fields, epoch: 0, kind: 'message', links: [], body: Buffer.from('x') }, forger).block
  }
  const message: BatchSyncRecord = { type: 'message', topic, blocks: [blockOf([room])] }
  const parked: BatchSyncRecord = {
    type: 'message',
    topic,
    blocks: [blockOf([documentIdOfDigest(new Uint8Array(32))])],
  }
  /** All of the room, and the rest of it. */
  const ofRoom = (content: Range['content']): BatchSyncRecord => ({
    ...{ type: 'ranges', topic, salt: new Uint8Array(16), lower: { clock: 0, digest: new Uint8Array(32) } },
    ranges: [{ upper: undefined, content }],
  })

  test('is a document that is new here, accepted or waiting, but not one that came before', () => {
    expect(receive(message)).toBe(true)
    expect(receive(message)).toBe(false)
    expect(receive(parked)).toBe(true)
  })

  test('is one that a peer lacks, but no comparison or offer that leads to none', () => {
    expect(receive(ofRoom({ type: 'held', ids: [] }))).toBe(true)
    expect(receive(ofRoom({ type: 'fingerprint', fingerprint: '0011223344556677' }))).toBe(false)
    expect(receive({ type: 'offer', topic, ids: [documentIdOfDigest(new Uint8Array(32).fill(1))] })).toBe(false)
  })
})
