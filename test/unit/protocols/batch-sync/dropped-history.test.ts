/** Peers of which one has dropped old documents. */
import { beforeEach, expect, test } from 'vitest'
import { CREDIT_BYTES, RECONCILE_MS } from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncEffect, BatchSyncInput } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord } from '../../../../protocols/batch-sync/records.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { HeldDocuments, idOf, peer, room, standing } from './held-documents.ts'

let ports: HeldDocuments
let handle: (input: BatchSyncInput, nowMs?: number) => readonly BatchSyncEffect[]

beforeEach(() => {
  ports = new HeldDocuments()
  ports.add(room, { clock: 1 })
  ports.addChain(['a', 'b', 'c', 'd'], { clock: 2, ancestors: [room] })
  const machine = new BatchSyncMachine({ self: 'a' as PeerId, ports, random: () => 0 })
  handle = (input, nowMs = 0) => machine.handle(input, nowMs)
  handle({ type: 'command', command: { type: 'open', room } })
  handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES })
})

function meet(frontier: readonly DocumentId[], historyFrom?: number): readonly BatchSyncEffect[] {
  const command = { type: 'neighbour', room, peer, ...standing(frontier), historyFrom } as const
  return handle({ type: 'command', command })
}

const recordsIn = (effects: readonly BatchSyncEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.record] : []))

const blocksIn = (effects: readonly BatchSyncEffect[]) =>
  recordsIn(effects).flatMap((record) => (record.type === 'message' ? record.blocks : []))

const blocksOf = (...ids: readonly DocumentId[]) => ids.map((id) => ports.document(room, id)?.block)

test('a peer that has nothing is sent the root, and what it wants', () => {
  expect(blocksIn(meet([], 4))).toEqual(blocksOf(room, idOf('c'), idOf('d')))
})

test('a peer that wants more than before is sent the rest, too, once it has what was on its way', () => {
  const first = meet([], 4)
  expect(blocksIn(meet([]))).toEqual([])
  const ack: BatchSyncRecord = { type: 'ack', topic: topicKeyOf(room), ids: [room, idOf('c'), idOf('d')] }
  expect(blocksIn(first)).toHaveLength(3)
  expect(blocksIn(handle({ type: 'records', from: peer, records: [ack] }))).toEqual(blocksOf(idOf('a'), idOf('b')))
})

test.each([
  ['here', 4, undefined, 4],
  ['there', 0, 3, 3],
  ['on both sides', 3, 4, 4],
  ['nowhere', 0, undefined, 0],
])('where documents were dropped %s, ranges begin there', (_where, droppedBefore, historyFrom, clock) => {
  ports.droppedBefore = droppedBefore
  const [ranges] = recordsIn(meet([idOf('unknown')], historyFrom)).filter(({ type }) => type === 'ranges')
  expect(ranges).toMatchObject({ lower: { clock, digest: new Uint8Array(32) } })
})

test.each([
  ['is requested once ranges were compared in vain', 4, [{ type: 'unheld', room, from: peer, ids: [idOf('unknown')] }]],
  ['is left to ranges where nothing was dropped', 0, []],
])('a head that a peer names %s', (_what, droppedBefore, events) => {
  ports.droppedBefore = droppedBefore
  const timers = meet([idOf('unknown')]).flatMap((effect) => (effect.type === 'timer' ? [effect] : []))
  const due = timers.find(({ timer }) => timer.type === 'reconcile')
  expect(due?.afterMs).toBe(RECONCILE_MS)
  const effects = handle({ type: 'timer', timer: due!.timer }, RECONCILE_MS)
  expect(effects.flatMap((effect) => (effect.type === 'emit' ? [effect.event] : []))).toEqual(events)
})
