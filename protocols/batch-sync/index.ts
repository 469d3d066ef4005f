/**
 * Batch sync delivers every document to everyone it is shared with, however long that takes. `batchSync()`
 * mounts the protocol on any libp2p host; `BatchSyncMachine` decides what to send and how to handle what
 * arrives. README.md specifies the wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { BATCH_SYNC_PROTOCOL, BATCH_SYNC_VERSIONS, CREDIT_BYTES } from './constants.ts'
import { COSTS } from './costs.ts'
import { unpackedBytes } from './packs.ts'
import type { BatchSyncRecord } from './records.ts'

export type { NewDocument } from './author-lines.ts'
export { HistoryWalk } from './history-walk.ts'
export { BatchSyncMachine } from './machine.ts'
export type {
  BatchSyncCommand,
  DocumentSource,
  BatchSyncEffect,
  BatchSyncEvent,
  BatchSyncInit,
  BatchSyncInput,
  BatchSyncPorts,
  BatchSyncTimer,
  BatchSyncWrite,
  HeaderRequest,
  HeldDocument,
  NeighbourStanding,
  PeerFrontierWrite,
  PeerProgress,
  Sharing,
} from './ports.ts'
export type {
  BatchSyncRecord,
  DeferRecord,
  Header,
  HeaderRequestRecord,
  HeadersRecord,
  AckRecord,
  IdsRecord,
  MessageRecord,
  Range,
  RangeContent,
  RangesRecord,
  ShortId,
} from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const BATCH_SYNC: ProtocolCodec<BatchSyncRecord> = {
  protocol: BATCH_SYNC_PROTOCOL,
  hello: { versions: BATCH_SYNC_VERSIONS, creditBytes: CREDIT_BYTES },
  encodeFrames,
  decodeFrame,
  unpackedBytes,
  ...COSTS,
}

export type BatchSync = ProtocolHandler<BatchSyncRecord>

/** A libp2p service that transports batch-sync records between this host and its peers. */
export function batchSync(init: ProtocolInit<BatchSyncRecord>): (components: ProtocolComponents) => BatchSync {
  return (components) => new ProtocolHandler(components, BATCH_SYNC, init)
}
