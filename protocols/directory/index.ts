/**
 * Directories: large collections of entries that are found by the beginning of their keys, and that nobody has to keep whole.
 * `directory()` mounts the protocol on any libp2p host; `DirectoryMachine` decides what to send and how to handle what
 * arrives. README.md specifies the rules and the wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { DIRECTORY_PROTOCOL, DIRECTORY_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { DirectoryRecordOnWire } from './records.ts'

export { keyOf, type Place } from './key.ts'
export { DirectoryMachine } from './machine.ts'
export type { NodeHead, Rights } from './prefix-node.ts'
export type {
  DirectoryCommand,
  DirectoryEffect,
  DirectoryEvent,
  DirectoryInput,
  DirectoryPorts,
  DirectoryTimer,
  DirectoryWrite,
  FindCost,
} from './ports.ts'
export { isSigned, signRecord, type DirectoryRecord, type DirectorySaying, type SignedRecord } from './record.ts'
export type { DirectoryRecordOnWire, LookRecord, NodeSeen, PutRecord, SeenRecord, TakenRecord } from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const DIRECTORY: ProtocolCodec<DirectoryRecordOnWire> = {
  protocol: DIRECTORY_PROTOCOL,
  hello: { versions: DIRECTORY_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type Directory = ProtocolHandler<DirectoryRecordOnWire>

/** A libp2p service that transports records of directories between this host and its peers. */
export function directory(init: ProtocolInit<DirectoryRecordOnWire>): (components: ProtocolComponents) => Directory {
  return (components) => new ProtocolHandler(components, DIRECTORY, init)
}
