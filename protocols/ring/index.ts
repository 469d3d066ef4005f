/**
 * The ring: items placed on nodes by their keys, found again by anybody who knows the key, and messages routed to the node
 * nearest to a place. `ring()` mounts the protocol on any libp2p host; `RingMachine` decides what to send and how to
 * handle what arrives. README.md specifies the wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { RING_PROTOCOL, RING_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { RingRecord } from './records.ts'

export { bytesOfPlace, isNearer, parseItemKey, placeOfBytes, placeOfCopy, positionOf } from './circle.ts'
export type { ItemKey, Place } from './circle.ts'
export { holdersOf } from './holders.ts'
export { isAuthentic, keyOf, keyOfBlock, keyOfName, signItem } from './items.ts'
export type { Item, SignedName } from './items.ts'
export { providerItem, providerPlaces, readProviderItem } from './provider-records.ts'
export type { ProviderPlace, ProviderRecord } from './provider-records.ts'
export { contains, sizeOf, type Part } from './slices/index.ts'
export { RingMachine } from './machine.ts'
export type { RingInit, RingView } from './machine.ts'
export type { RingPeer } from './peer-table.ts'
export type { SliceView } from './sliced.ts'
export type { DialledConnection } from './spare.ts'
export type {
  CountedItems,
  CountedNodes,
  HeldItem,
  ItemRow,
  PlaceHolder,
  RingCommand,
  RingEffect,
  RingEvent,
  RingFailure,
  RingInput,
  RingPorts,
  RingResult,
  RingSizes,
  RingSliceCommand,
  RingTimer,
  RingWrite,
} from './ports.ts'
export type {
  AnswerBody,
  AnswerRecord,
  Failure,
  Greeting,
  Listed,
  PendingRecord,
  RequestBody,
  RequestRecord,
  RingRecord,
  SliceRecord,
  StoreOutcome,
  ToldPeer,
} from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const RING: ProtocolCodec<RingRecord> = {
  protocol: RING_PROTOCOL,
  hello: { versions: RING_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type Ring = ProtocolHandler<RingRecord>

/** A libp2p service that transports records of the ring between this host and its peers. */
export function ring(init: ProtocolInit<RingRecord>): (components: ProtocolComponents) => Ring {
  return (components) => new ProtocolHandler(components, RING, init)
}
