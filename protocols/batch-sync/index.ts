/**
 * Batch sync: every document to everybody it is shared with, however long it takes. `batchSync()`
 * mounts the protocol on any libp2p host; what to send and what to do with what comes is the
 * `BatchSyncMachine`'s to say. The wire is specified in README.md.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { BATCH_SYNC_PROTOCOL, BATCH_SYNC_VERSIONS, CREDIT_BYTES } from './constants.ts'
import type { BatchSyncRecord } from './records.ts'

export { HistoryWalk } from './history-walk.ts'
export { BatchSyncMachine } from './machine.ts'
export type { BatchSyncInit } from './machine.ts'
export type {
  BatchSyncCommand,
  BatchSyncEffect,
  BatchSyncEvent,
  BatchSyncInput,
  BatchSyncPorts,
  BatchSyncTimer,
  BatchSyncWrite,
  HeldDocument,
  NeighbourStanding,
  PeerProgress,
  Sharing,
} from './ports.ts'
export type {
  BatchSyncRecord,
  DeferRecord,
  IdsRecord,
  MessageRecord,
  Range,
  RangeContent,
  RangesRecord,
  ShortId,
} from './records.ts'

/** How records become frames, and what this node says hello with. */
export const BATCH_SYNC: ProtocolCodec<BatchSyncRecord> = {
  protocol: BATCH_SYNC_PROTOCOL,
  hello: { versions: BATCH_SYNC_VERSIONS, creditBytes: CREDIT_BYTES },
  encodeFrames,
  decodeFrame,
}

export type BatchSync = ProtocolHandler<BatchSyncRecord>

/** A libp2p service that moves batch-sync records between this host and its peers. */
export function batchSync(init: ProtocolInit<BatchSyncRecord>): (components: ProtocolComponents) => BatchSync {
  return (components) => new ProtocolHandler(components, BATCH_SYNC, init)
}
