/** Who keeps only a copy of a room is not sent what is new at once, lacks nothing after a while, and at once when it follows. */
import { expect, it } from 'vitest'
import { ASIDE_COMPARE_MS } from '../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine, type BatchSyncCommand } from '../../../protocols/batch-sync/index.ts'
import { RoomStateMachine, type RoomStateCommand } from '../../../protocols/room-state/index.ts'
import { ASIDE_ANNOUNCE_MS, ANNOUNCE_DELAY_MS } from '../../../protocols/room-state/constants.ts'
import { documentIdOfDigest, type PeerId } from '../../../protocols/wire/ids.ts'
import { proveRoom, topicKeyOf } from '../../../protocols/wire/room-keys.ts'

const ROOM = documentIdOfDigest(new Uint8Array(32).fill(1))
const [SELF, PEER] = ['anna', 'bob'] as PeerId[]

it('room state tells it of a change after a minute, and at once when it follows the room', () => {
  let documents = 1
  const machine = new RoomStateMachine({
    self: SELF!,
    frontier: () => ({ ids: [], clock: documents, documents }),
    refusesDocuments: () => false,
    isNewestFirst: () => false,
    checkpoint: () => undefined,
    historyFrom: () => undefined,
    base: () => undefined,
    removal: () => undefined,
    invitation: () => undefined,
    peerRecord: () => undefined,
  })
  const command = (each: RoomStateCommand, nowMs: number) => machine.handle({ type: 'command', command: each }, nowMs)
  command({ type: 'open', room: ROOM }, 0)
  const timers = machine
    .handle({ type: 'peer-up', peer: PEER!, creditBytes: 0 }, 0)
    .filter(({ type }) => type === 'timer')
  const topic = topicKeyOf(ROOM)
  const proof = proveRoom(ROOM, PEER!, SELF!)
  const said = { frontier: [], clock: 1, refusesDocuments: false, isNewestFirst: false }
  machine.handle({ type: 'records', from: PEER!, records: [{ type: 'metadata', topic, serial: 1, proof, ...said }] }, 0)
  machine.handle(
    { type: 'records', from: PEER!, records: [{ type: 'metadata-ack', topic, serial: 1, unknown: false }] },
    0,
  )

  command({ type: 'aside', room: ROOM, peer: PEER!, isAside: true }, 10)
  documents = 2
  command({ type: 'changed', room: ROOM }, 20)
  const later = timers.flatMap((each) =>
    each.type === 'timer' ? machine.handle({ type: 'timer', timer: each.timer }, 1_000) : [],
  )
  expect(later).toMatchObject([{ type: 'timer', afterMs: ASIDE_ANNOUNCE_MS - 980 }])
  expect(ASIDE_ANNOUNCE_MS).toBeGreaterThan(ANNOUNCE_DELAY_MS)
  const now = command({ type: 'aside', room: ROOM, peer: PEER!, isAside: false }, 30)
  expect(now).toContainEqual(
    expect.objectContaining({ type: 'send', record: expect.objectContaining({ type: 'metadata', clock: 2 }) }),
  )
})

it('batch sync sends it a document after half a minute, and at once when it follows the room', () => {
  const id = documentIdOfDigest(new Uint8Array(32).fill(2))
  const position = { id, clock: 2 }
  const held = { ...position, block: new Uint8Array(10), author: SELF!, seq: 1, previous: null, parents: [] }
  let isHere = false
  const machine = new BatchSyncMachine({
    self: SELF!,
    random: () => 0,
    ports: {
      has: () => isHere,
      isDurable: () => isHere,
      count: () => 1,
      historyFrom: () => 0,
      frontier: () => ({ ids: isHere ? [id] : [] }),
      headsDigest: () => undefined,
      acceptedSince: () => undefined,
      newestHeads: () => (isHere ? [position] : []),
      document: () => (isHere ? held : undefined),
      ancestors: () => [],
      documentsAfter: (_room, after) => (isHere && after === undefined ? [held] : []),
      newest: () => [],
      sortKeys: () => [],
      pendingKeys: () => [],
      headers: () => undefined,
      header: () => undefined,
      sharing: () => ({ policy: 'share', mode: 'auto' }),
      lastFrontier: () => [],
      unacked: () => [],
    },
  })
  const command = (each: BatchSyncCommand, nowMs: number) => machine.handle({ type: 'command', command: each }, nowMs)
  const neighbour = { frontier: [], refusesDocuments: false, isNewestFirst: false }
  machine.handle({ type: 'peer-up', peer: PEER!, creditBytes: 100_000 }, 0)
  command({ type: 'open', room: ROOM }, 0)
  command({ type: 'neighbour', room: ROOM, peer: PEER!, ...neighbour }, 0)
  command({ type: 'aside', room: ROOM, peer: PEER!, isAside: true }, 10)
  isHere = true
  const written = command({ type: 'stored', room: ROOM, documents: [held as never], from: 'self' }, 20)
  expect(written).toMatchObject([{ type: 'timer', timer: { type: 'aside' }, afterMs: ASIDE_COMPARE_MS }])
  // Its frontier brings it nothing before.
  expect(command({ type: 'neighbour', room: ROOM, peer: PEER!, ...neighbour }, 30)).toEqual([])
  const followed = command({ type: 'aside', room: ROOM, peer: PEER!, isAside: false }, 40)
  expect(followed).toContainEqual(
    expect.objectContaining({ type: 'send', record: expect.objectContaining({ type: 'message' }) }),
  )
})
