/**
 * The calls, streams and tasks of the local API, in one place for both sides: the server checks what
 * comes in by `inputs` and must answer with `CallOutputs`/`StreamOutputs`/`TaskOutputs`; the client
 * takes and gives the same types. Every name is served as `POST /v1/<name>` with a JSON object as its
 * body.
 *
 * Sizes and forms (room ids, addresses, names) are checked by the node; here only types are checked.
 * Paths are read and written by the node's process, relative ones from its own working folder.
 */
import type {
  DocumentInfo,
  EnsureStatus,
  FileInfo,
  FileLimits,
  FileProgress,
  GarbageReport,
  JsonValue,
  Member,
  Message,
  NodeEvents,
  NodeStatus,
  PeerDetails,
  PeerInfo,
  RoomDetails,
  RoomSharing,
  RoomSummary,
  RoomSync,
  SentDocument,
} from '../kith.ts'
import type { ErrorBody } from './errors.ts'

export const API_PREFIX = '/v1/'

const text = { type: 'string' } as const
const filled = { type: 'string', minLength: 1 } as const
const texts = { type: 'array', items: filled } as const
const count = { type: 'integer', minimum: 0 } as const
const flag = { type: 'boolean' } as const
/** Bytes travel as base64, with padding. */
const base64 = {
  type: 'string',
  pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
} as const
const json = {} as const

function oneOf<Word extends string>(...words: Word[]): { readonly type: 'string'; readonly enum: readonly Word[] } {
  return { type: 'string', enum: words }
}

const nothing = { required: {}, optional: {} } as const
const room = { required: { room: filled }, optional: {} } as const
const file = { required: { room: filled, file: filled }, optional: {} } as const
const want = { required: { id: filled }, optional: { room: filled } } as const
const history = { required: { room: filled }, optional: { last: count, follow: flag } } as const

/** What each call, stream and task takes, as JSON Schemas of the fields. */
export const inputs = {
  id: nothing,
  status: nothing,
  peers: nothing,
  'peers.show': { required: { peer: filled }, optional: {} },
  connect: { required: { address: filled }, optional: {} },
  stop: nothing,
  'rooms.list': nothing,
  'rooms.create': { required: { name: text }, optional: { app: filled } },
  'rooms.join': { required: { room: filled }, optional: { peers: texts, newestFirst: flag } },
  'rooms.carry': { required: { room: filled }, optional: { maxBytes: count, peers: texts } },
  'rooms.sync': { required: { room: filled }, optional: { document: filled } },
  'rooms.sharing': room,
  'rooms.share': {
    required: { room: filled },
    optional: { peer: filled, policy: oneOf('share', 'accept', 'none'), mode: oneOf('batch', 'interactive', 'auto') },
  },
  'rooms.show': room,
  'rooms.leave': room,
  'rooms.members': room,
  'rooms.state': room,
  'messages.pending': room,
  'messages.send': { required: { room: filled, text }, optional: {} },
  'documents.write': { required: { room: filled, kind: filled, body: base64 }, optional: {} },
  'map.put': { required: { room: filled, key: text, value: json }, optional: {} },
  'map.get': { required: { room: filled, key: text }, optional: {} },
  'map.delete': { required: { room: filled, key: text }, optional: {} },
  'map.keys': room,
  'messages.read': history,
  'documents.read': history,
  events: nothing,
  'files.list': room,
  'files.pin': file,
  'files.unpin': file,
  'files.limits': room,
  'files.setLimits': { required: { room: filled }, optional: { autoFetchBytesMax: count, bytesMax: count } },
  'files.add': { required: { room: filled, path: filled }, optional: { name: filled } },
  'files.save': { required: { room: filled, file: filled }, optional: { path: filled, overwrite: flag } },
  'wants.add': want,
  'wants.list': { required: {}, optional: { all: flag } },
  'wants.remove': want,
  'wants.wait': want,
  block: { required: { id: filled }, optional: {} },
  gc: { required: {}, optional: { dryRun: flag } },
} as const satisfies Record<CallName | StreamName | TaskName, InputFields>

/** What each call answers. */
export interface CallOutputs {
  id: NodeIdentity
  status: NodeStatus
  peers: PeerInfo[]
  'peers.show': PeerDetails
  /** Dials and keeps connecting; answers the peer that was reached. */
  connect: { peer: string }
  /** Answers before the node stops. */
  stop: { stopping: true }
  'rooms.list': RoomSummary[]
  'rooms.create': RoomDetails
  'rooms.join': RoomDetails
  'rooms.carry': RoomDetails
  'rooms.sync': RoomSync
  'rooms.sharing': RoomSharing
  'rooms.share': RoomSharing
  'rooms.show': RoomDetails
  'rooms.leave': { id: string; name: string }
  'rooms.members': Member[]
  'rooms.state': JsonValue
  'messages.pending': Message[]
  'messages.send': SentDocument
  'documents.write': SentDocument
  'map.put': SentDocument
  /** Without `value` where the map has no such key. */
  'map.get': { value?: JsonValue }
  'map.delete': SentDocument
  'map.keys': string[]
  'files.list': FileInfo[]
  'files.pin': FileInfo
  'files.unpin': FileInfo
  'files.limits': FileLimits
  'files.setLimits': FileLimits
  /** Answers at once; the node goes on by itself. */
  'wants.add': EnsureStatus
  'wants.list': EnsureStatus[]
  'wants.remove': { id: string }
  /** In base64; without `block` where it is not here. */
  block: { block?: string }
  gc: GarbageReport
}

/**
 * What each stream gives, one JSON value per line. With `follow`, and for `events`, it goes on until
 * the reader leaves or the node stops. A stream that could not be given in full ends without the end
 * of the HTTP body.
 */
export interface StreamOutputs {
  'messages.read': Message
  'documents.read': DocumentRecord
  events: EventRecord
}

/**
 * What each task gives: how far it has come, then its result. A task ends in the node, too, when the
 * reader leaves; `wants.wait` only stops waiting.
 */
export interface TaskOutputs {
  'files.add': { progress: FileProgress; result: FileInfo }
  'files.save': { progress: FileProgress; result: { path: string; file: FileInfo } }
  'wants.wait': { progress: EnsureStatus; result: EnsureStatus }
}

/** A line of a task. The last one is a result or an error, also an error in the middle. */
export type TaskRecord<Name extends TaskName> =
  { progress: TaskOutputs[Name]['progress'] } | { result: TaskOutputs[Name]['result'] } | ErrorBody

export type CallName = keyof CallOutputs
export type StreamName = keyof StreamOutputs
export type TaskName = keyof TaskOutputs

export interface NodeIdentity {
  peer: string
  name: string
  addresses: string[]
}

/** A document as JSON: its body in base64. */
export type DocumentRecord = Omit<DocumentInfo, 'body'> & { body: string }

/** An event of a node as JSON: its name, and what it carries under the same name. */
export type EventRecord =
  | { event: 'document'; document: DocumentRecord }
  | { event: 'message'; message: Message }
  | { event: 'room'; room: RoomSummary }
  | { event: 'peer'; peer: NodeEvents['peer'][0] }
  | { event: 'fork'; fork: NodeEvents['fork'][0] }
  | { event: 'refused'; refused: NodeEvents['refused'][0] }
  | { event: 'failed'; failed: { message: string } }
  | { event: 'ensured'; ensured: EnsureStatus }

/** JSON Schemas of the fields of an input, as far as this API needs them. */
export type FieldSchema =
  | { readonly type: 'string'; readonly minLength?: number; readonly pattern?: string }
  | { readonly type: 'string'; readonly enum: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: { readonly type: 'string'; readonly minLength?: number } }
  | Readonly<Record<string, never>>

export interface InputFields {
  readonly required: Readonly<Record<string, FieldSchema>>
  readonly optional: Readonly<Record<string, FieldSchema>>
}

type FieldValue<Schema> = Schema extends { enum: readonly (infer Word)[] }
  ? Word
  : Schema extends { type: 'string' }
    ? string
    : Schema extends { type: 'integer' }
      ? number
      : Schema extends { type: 'boolean' }
        ? boolean
        : Schema extends { type: 'array' }
          ? string[]
          : JsonValue

type Fields = typeof inputs

/** The input of a call, stream or task, as its schema says. */
export type ApiInput<Name extends keyof Fields> = {
  -readonly [Key in keyof Fields[Name]['required']]: FieldValue<Fields[Name]['required'][Key]>
} & { -readonly [Key in keyof Fields[Name]['optional']]?: FieldValue<Fields[Name]['optional'][Key]> | undefined }
