/** Documents and events of a node as JSON, part of the contract. */
import type {
  AccessChange,
  DeviceList,
  DocumentInfo,
  EnsureStatus,
  LinkedRoom,
  Message,
  NodeEvents,
  RoomProgress,
  RoomSummary,
} from '../kith.ts'

/** A document as JSON, with its body in base64. */
export type DocumentRecord = Omit<DocumentInfo, 'body'> & { body: string }

/** An event of a node as JSON: its name, and its payload under the same name. */
export type EventRecord =
  | { event: 'document'; document: DocumentRecord }
  | { event: 'message'; message: Message }
  | { event: 'room'; room: RoomSummary }
  | { event: 'left'; left: { id: string } }
  | { event: 'joined'; joined: RoomSummary }
  | { event: 'moved'; moved: RoomSummary }
  | { event: 'access'; access: AccessChange }
  | { event: 'child'; child: LinkedRoom }
  | { event: 'refuted'; refuted: NodeEvents['refuted'][0] }
  | { event: 'progress'; progress: RoomProgress }
  | { event: 'peer'; peer: NodeEvents['peer'][0] }
  | { event: 'fork'; fork: NodeEvents['fork'][0] }
  | { event: 'refused'; refused: NodeEvents['refused'][0] }
  | { event: 'fault'; fault: Omit<NodeEvents['fault'][0], 'error'> & { message: string } }
  | { event: 'devices'; devices: DeviceList }
  | { event: 'finding'; finding: string }
  | { event: 'failed'; failed: { message: string } }
  | { event: 'disk'; disk: NodeEvents['disk'][0] }
  | { event: 'ensured'; ensured: EnsureStatus }
