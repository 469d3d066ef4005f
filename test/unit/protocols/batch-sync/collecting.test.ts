/** What is written in quick succession shares a MESSAGE, unless it is worth one of its own. */
import { expect, test } from 'vitest'
import {
  CREDIT_BYTES,
  MAX_COLLECTED,
  SMALL_MESSAGES_AT_ONCE,
  SMALL_MESSAGES_PER_SECOND,
} from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncMachine } from '../../../../protocols/batch-sync/machine.ts'
import type { BatchSyncEffect, BatchSyncInput } from '../../../../protocols/batch-sync/ports.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { HeldDocuments, peer, room, standing } from './held-documents.ts'

const author = 'author' as PeerId

test.each([
  [MAX_COLLECTED, false],
  [MAX_COLLECTED + 1, true],
])('%i new documents after some MESSAGEs: sent at once is %j', (count, isSentAtOnce) => {
  const ports = new HeldDocuments()
  const { id: root } = ports.add(room)
  const machine = new BatchSyncMachine({ self: 'self' as PeerId, ports, random: () => 0 })
  const handle = (input: BatchSyncInput, nowMs = 0) => machine.handle(input, nowMs)
  let written = 0
  const write = (documents: number): readonly BatchSyncEffect[] => {
    const labels = Array.from({ length: documents }, () => ++written)
    const added = ports.addChain(labels, { clock: 1 + labels[0]!, ancestors: [root] })
    const stored = added.map((position, index) => ({ ...position, author, seq: labels[index]! }))
    return handle({ type: 'command', command: { type: 'stored', room, documents: stored, from: 'self' } })
  }
  const sentIn = (effects: readonly BatchSyncEffect[]): number =>
    effects.reduce((sum, effect) => {
      return effect.type === 'send' && effect.record.type === 'message' ? sum + effect.record.blocks.length : sum
    }, 0)

  handle({ type: 'command', command: { type: 'open', room } })
  handle({ type: 'peer-up', peer, creditBytes: CREDIT_BYTES })
  handle({ type: 'command', command: { type: 'neighbour', room, peer, ...standing([root]) } })
  for (let i = 0; i < SMALL_MESSAGES_AT_ONCE; i++) expect(sentIn(write(1))).toBe(1)
  const effects = write(count)
  expect(sentIn(effects)).toBe(isSentAtOnce ? count : 0)
  if (isSentAtOnce) return
  const due = effects.flatMap((effect) => (effect.type === 'timer' && effect.timer.type === 'send' ? [effect] : []))
  const afterMs = 1_000 / SMALL_MESSAGES_PER_SECOND
  expect(due).toMatchObject([{ afterMs }])
  expect(sentIn(handle({ type: 'timer', timer: due[0]!.timer }, afterMs))).toBe(count)
})
