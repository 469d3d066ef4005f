/** Documents and frames of a fuzzed world, and how inputs read in a report. */
import { decodeFrame } from '../../../../protocols/batch-sync/codec.ts'
import type { BatchSyncInput } from '../../../../protocols/batch-sync/ports.ts'
import type { BatchSyncRecord } from '../../../../protocols/batch-sync/records.ts'
import type { DocumentId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { keyOf } from './fuzz-model.ts'
import { HeldDocuments } from './held-documents.ts'

/** A document that exists somewhere; the machine may or may not come to hold it. */
export interface Known extends Position {
  room: RoomId
  ancestors: DocumentId[]
  sizeBytes: number
}

/** In the way `HeldDocuments` makes it: the digest comes first. */
export function blockOf({ id, sizeBytes }: Known): Uint8Array {
  const ports = new HeldDocuments()
  ports.add(id, { sizeBytes })
  return ports.all()[0]!.block
}

export function decodeOrNothing(frame: Uint8Array): BatchSyncRecord[] {
  try {
    return decodeFrame(frame)
  } catch {
    return []
  }
}

export function describe(input: BatchSyncInput): string {
  switch (input.type) {
    case 'command':
      return 'peer' in input.command ? `${input.command.type} of ${input.command.peer}` : input.command.type
    case 'timer':
      return `timer ${keyOf(input.timer)}`
    case 'records':
      return `${[...new Set(input.records.map(({ type }) => type))].join(', ')} from ${input.from}`
    default:
      return `${input.type} of ${input.peer}`
  }
}
