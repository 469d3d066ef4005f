/**
 * Document networks: the nodes that have a room are one connected graph, with few links each, and know about how many they
 * are. `network()` mounts the protocol on any libp2p host; `NetworkMachine` decides what to send and how to handle what
 * arrives. README.md specifies the wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { NETWORK_PROTOCOL, NETWORK_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { NetworkRecord } from './records.ts'

export { NetworkMachine } from './machine.ts'
export type {
  NeighbourView,
  NetworkCommand,
  NetworkEffect,
  NetworkEvent,
  NetworkInput,
  NetworkPorts,
  NetworkTimer,
  NetworkView,
} from './ports.ts'
export type { ClaimAckRecord, ClaimRecord, Counts, NetworkRecord } from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const NETWORK: ProtocolCodec<NetworkRecord> = {
  protocol: NETWORK_PROTOCOL,
  hello: { versions: NETWORK_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type Network = ProtocolHandler<NetworkRecord>

/** A libp2p service that transports records of document networks between this host and its peers. */
export function network(init: ProtocolInit<NetworkRecord>): (components: ProtocolComponents) => Network {
  return (components) => new ProtocolHandler(components, NETWORK, init)
}
