/**
 * Announced rooms: what a node tells peers nearby that ask which rooms they may join. `nearby()` mounts the protocol on
 * any libp2p host; `NearbyMachine` decides what to send and how to handle what arrives. README.md specifies the wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { NEARBY_PROTOCOL, NEARBY_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { NearbyRecord } from './records.ts'

export { NearbyMachine } from './machine.ts'
export type { Announced, NearbyCommand, NearbyEffect, NearbyEvent, NearbyInput, NearbyPorts } from './ports.ts'
export type { AskRecord, NearbyRecord, Offer, OfferedAccess, OffersRecord } from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const NEARBY: ProtocolCodec<NearbyRecord> = {
  protocol: NEARBY_PROTOCOL,
  hello: { versions: NEARBY_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type Nearby = ProtocolHandler<NearbyRecord>

/** A libp2p service that transports records of announced rooms between this host and its peers. */
export function nearby(init: ProtocolInit<NearbyRecord>): (components: ProtocolComponents) => Nearby {
  return (components) => new ProtocolHandler(components, NEARBY, init)
}
