/** What is sent together. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NodeEffect } from '../machine/node-machine.ts'

/** Records of one protocol that go to one peer together. */
export interface SendBatch {
  protocol: string
  to: PeerId
  records: unknown[]
}

/** Records for one peer are sent together, so that many fit into one frame. */
export function sendBatches(effects: readonly NodeEffect[]): Iterable<SendBatch> {
  const batches = new Map<string, SendBatch>()
  for (const effect of effects) if (effect.type === 'send') append(batches, effect)
  return batches.values()
}

function append(batches: Map<string, SendBatch>, { protocol, to, record }: NodeEffect & { type: 'send' }): void {
  const key = `${protocol}/${to}`
  const batch = batches.get(key)
  if (batch === undefined) batches.set(key, { protocol, to, records: [record] })
  else batch.records.push(record)
}
