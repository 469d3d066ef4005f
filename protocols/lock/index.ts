/**
 * Locks: a lock is held by one node at a time, by grants of a majority of its electors, and with a fence that only grows.
 * `lock()` mounts the protocol on any libp2p host; `LockMachine` decides what to send and how to handle what arrives.
 * README.md specifies the wire format, and says why it is safe and what it assumes.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { LOCK_PROTOCOL, LOCK_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { LockRecord } from './records.ts'

export { LockMachine } from './machine.ts'
export type { LockMachineInit } from './machine.ts'
export { majorityOf } from './majority.ts'
export type {
  LockCommand,
  LockEffect,
  LockEvent,
  LockInput,
  LockPorts,
  LockTimer,
  LockWrite,
  MissingElector,
  Vote,
} from './ports.ts'
export type {
  AskRecord,
  GrantRecord,
  Held,
  LockId,
  LockRecord,
  QueryRecord,
  RefuseReason,
  RefuseRecord,
  ReleasedRecord,
  ReleaseRecord,
  StateRecord,
  WaitRecord,
} from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const LOCK: ProtocolCodec<LockRecord> = {
  protocol: LOCK_PROTOCOL,
  hello: { versions: LOCK_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type Lock = ProtocolHandler<LockRecord>

/** A libp2p service that transports records of locks between this host and its peers. */
export function lock(init: ProtocolInit<LockRecord>): (components: ProtocolComponents) => Lock {
  return (components) => new ProtocolHandler(components, LOCK, init)
}
