/**
 * What all protocols share, for programs that mount one of them or add their own: ids and their order,
 * hashes and signatures, room keys, the interface of a machine, and the libp2p shell that transports its
 * records. README.md specifies the wire format.
 */
export { Backlog } from './backlog.ts'
export type { PeerBacklog } from './backlog.ts'
export type { Unfinished, UnfinishedFrames } from './unfinished-frames.ts'
export { blockIdOf, codecOf, parseBlockId } from './block-ids.ts'
export type { BlockCodec } from './block-ids.ts'
export { sha256, signerOfSeed, verifySignature } from './crypto.ts'
export type { Signer } from './crypto.ts'
export type { Frontier } from './frontier.ts'
export { ProtocolHandler } from './handler.ts'
export type { ProtocolCodec, ProtocolComponents, ProtocolInit } from './handler.ts'
export { HeadsHash } from './heads-digest.ts'
export { cidOf, compareDocumentIds, parseDocumentId } from './ids.ts'
export type { BlockId, DocumentId, HeadsDigest, PeerId, ProvideKey, RoomId, TopicKey } from './ids.ts'
export type { Effect, Input, Machine, MisbehaviourReason, Random } from './machine.ts'
export type { Hello } from './messages.ts'
export { comparePositions } from './order.ts'
export type { Position, SortKey } from './order.ts'
export { peerIdOfPublicKey, publicKeyOfPeerId } from './peer-ids.ts'
export { isRoomProof, openGossip, proveRoom, provideKeyOf, sealGossip, topicKeyOf } from './room-keys.ts'
