/**
 * Room state: who is in a room now and what they have. `roomState()` mounts the protocol on any libp2p
 * host; `RoomStateMachine` decides what to send and how to handle what arrives. README.md specifies the
 * wire format.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { ROOM_STATE_PROTOCOL, ROOM_STATE_VERSIONS } from './constants.ts'
import { COSTS } from './costs.ts'
import type { RoomStateRecord } from './records.ts'

export { invitedContent } from './invited.ts'
export { RoomStateMachine } from './machine.ts'
export type {
  RoomStateCommand,
  RoomStateEffect,
  RoomStateEvent,
  RoomStateInput,
  RoomStatePorts,
  RoomStateTimer,
  Standing,
} from './ports.ts'
export type {
  GoodbyeAckRecord,
  GoodbyeRecord,
  InvitedRecord,
  MetadataAckRecord,
  MetadataRecord,
  RemovalRecord,
  RoomStateRecord,
  SuggestionRecord,
} from './records.ts'

/** The codec between records and frames, and this node's hello. */
export const ROOM_STATE: ProtocolCodec<RoomStateRecord> = {
  protocol: ROOM_STATE_PROTOCOL,
  hello: { versions: ROOM_STATE_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
  ...COSTS,
}

export type RoomState = ProtocolHandler<RoomStateRecord>

/** A libp2p service that transports room-state records between this host and its peers. */
export function roomState(init: ProtocolInit<RoomStateRecord>): (components: ProtocolComponents) => RoomState {
  return (components) => new ProtocolHandler(components, ROOM_STATE, init)
}
