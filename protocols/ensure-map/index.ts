/**
 * The ensure map: name what you need, it gets filled, with everything it depends on. `ensureMap()`
 * mounts the protocol on any libp2p host; what is asked for, of whom, and what is given is the
 * `EnsureMapMachine`'s to say. The wire is specified in README.md.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { CREDIT_BYTES, ENSURE_MAP_PROTOCOL, ENSURE_MAP_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { EnsureMapRecord } from './records.ts'

export { EnsureMapMachine } from './machine.ts'
export type { EnsureMapInit } from './machine.ts'
export type {
  Ensured,
  EnsureFailure,
  EnsureMapCommand,
  EnsureMapEffect,
  EnsureMapEvent,
  EnsureMapInput,
  EnsureMapPorts,
  EnsureMapTimer,
  EnsureMapWrite,
  EnsureProgress,
  Scope,
} from './ports.ts'
export type { BlockRecord, EnsureMapRecord, IdsRecord, ReceivedRecord, WantRecord } from './records.ts'

/** How records become frames, and what this node says hello with. */
export const ENSURE_MAP: ProtocolCodec<EnsureMapRecord> = {
  protocol: ENSURE_MAP_PROTOCOL,
  hello: { versions: ENSURE_MAP_VERSIONS, creditBytes: CREDIT_BYTES },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type EnsureMap = ProtocolHandler<EnsureMapRecord>

/** A libp2p service that moves ensure-map records between this host and its peers. */
export function ensureMap(init: ProtocolInit<EnsureMapRecord>): (components: ProtocolComponents) => EnsureMap {
  return (components) => new ProtocolHandler(components, ENSURE_MAP, init)
}
