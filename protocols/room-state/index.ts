/**
 * Room state: who is in a room now and what they have. `roomState()` mounts the protocol on any
 * libp2p host; what to send and what to do with what comes is the `RoomStateMachine`'s to say. The
 * wire is specified in README.md.
 */
import { ProtocolHandler, type ProtocolCodec, type ProtocolComponents, type ProtocolInit } from '../wire/handler.ts'
import { decodeFrame, encodeFrames } from './codec.ts'
import { ROOM_STATE_PROTOCOL, ROOM_STATE_VERSIONS } from './constants.ts'
import type { RoomStateRecord } from './records.ts'

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
  MetadataAckRecord,
  MetadataRecord,
  RoomStateRecord,
  SuggestionRecord,
} from './records.ts'

/** How records become frames, and what this node says hello with. */
export const ROOM_STATE: ProtocolCodec<RoomStateRecord> = {
  protocol: ROOM_STATE_PROTOCOL,
  hello: { versions: ROOM_STATE_VERSIONS, creditBytes: 0 },
  encodeFrames,
  decodeFrame,
}

export type RoomState = ProtocolHandler<RoomStateRecord>

/** A libp2p service that moves room-state records between this host and its peers. */
export function roomState(init: ProtocolInit<RoomStateRecord>): (components: ProtocolComponents) => RoomState {
  return (components) => new ProtocolHandler(components, ROOM_STATE, init)
}
