/** Two peers that were neighbours before, and both wrote since: what one lacks follows from what it held then. */
import { beforeEach, expect, test } from 'vitest'
import { BatchSyncMachine, type BatchSyncEffect } from '../../../../protocols/batch-sync/index.ts'
import { WALK_STEPS, CREDIT_BYTES, RECONCILE_MS } from '../../../../protocols/batch-sync/constants.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { HeldDocuments, idOf, peer, room, standing } from './held-documents.ts'

/** Smaller than the peer's id: it is the one that would compare ranges at once. */
const SELF = 'a' as PeerId

let ports: HeldDocuments
let machine: BatchSyncMachine

beforeEach(() => {
  ports = new HeldDocuments()
  machine = new BatchSyncMachine({ self: SELF, ports, random: () => 0 })
  machine.handle({ type: 'command', command: { type: 'open', room } }, 0)
})

/** Common documents 0 to 9, and as many after them that only we have. */
function haveWritten(count: number): DocumentId[] {
  const all = Array.from({ length: 10 + count }, (_, i) => `${i}`)
  ports.addChain(all)
  return all.slice(10).map(idOf)
}

/** The peer comes with documents that we lack. */
function meet(): readonly BatchSyncEffect[] {
  const up = machine.handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES }, 0)
  const command = { type: 'neighbour', room, peer, ...standing([idOf('written by the peer')]) } as const
  return [...up, ...machine.handle({ type: 'command', command }, 0)]
}

function sent(effects: readonly BatchSyncEffect[]): { types: string[]; blocks: number } {
  const records = effects.flatMap((effect) => (effect.type === 'send' ? [effect.record] : []))
  const blocks = records.flatMap((record) => (record.type === 'message' ? record.blocks : []))
  return { types: records.map(({ type }) => type), blocks: blocks.length }
}

/** All timers that are due within a time, and those that they set. */
function pass(effects: readonly BatchSyncEffect[], durationMs: number): BatchSyncEffect[] {
  const due = effects.filter((effect) => effect.type === 'timer' && effect.afterMs <= durationMs)
  return due.flatMap((effect) => {
    if (effect.type !== 'timer') return []
    const caused = machine.handle({ type: 'timer', timer: effect.timer }, effect.afterMs)
    return [...caused, ...pass(caused, durationMs - effect.afterMs)]
  })
}

test('what we wrote since is sent at once, and no ranges are', () => {
  haveWritten(20)
  ports.lastFrontiers.set(peer, [idOf('9')])
  expect(sent(meet())).toEqual({ types: ['message'], blocks: 20 })
})

test('without a frontier from before, or with one that is not here any more, ranges are compared at once', () => {
  haveWritten(20)
  expect(sent(meet())).toEqual({ types: ['ranges'], blocks: 0 })
  ports.lastFrontiers.set(peer, [idOf('lost')])
  machine.handle({ type: 'peer-down', peer }, 0)
  expect(sent(meet())).toEqual({ types: ['ranges'], blocks: 0 })
})

test('ranges are compared after a while if the peer’s documents do not come all the same', () => {
  haveWritten(20)
  ports.lastFrontiers.set(peer, [idOf('9')])
  expect(sent(pass(meet(), RECONCILE_MS)).types).toContain('ranges')
})

test('as much as is found in one go is sent', () => {
  haveWritten(WALK_STEPS - 10)
  ports.lastFrontiers.set(peer, [idOf('9')])
  expect(sent(meet())).toMatchObject({ types: expect.arrayContaining(['message']) as string[] })
})

test('of more, ranges are compared with the next input', () => {
  haveWritten(WALK_STEPS + 10)
  ports.lastFrontiers.set(peer, [idOf('9')])
  const met = meet()
  expect(sent(met)).toEqual({ types: [], blocks: 0 })
  expect(sent(pass(met, 0)).types).toEqual(['ranges'])
})

test('later frontiers of the peer make us send nothing again', () => {
  haveWritten(20)
  ports.lastFrontiers.set(peer, [idOf('9')])
  meet()
  const later = standing([idOf('written by the peer later')])
  const effects = machine.handle({ type: 'command', command: { type: 'neighbour', room, peer, ...later } }, 1)
  expect(sent(effects)).toEqual({ types: [], blocks: 0 })
})
