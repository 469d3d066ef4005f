/**
 * The calls, streams and tasks of the local API, in one place for both sides: the server checks
 * requests against `inputs` and answers with `CallOutputs`, `StreamOutputs` or `TaskOutputs`; the
 * client uses the same types. Every name is served as `POST /v1/<name>` with a JSON object as body.
 *
 * Only types are checked here; the node checks sizes and forms (room ids, addresses, names). The
 * node's process reads and writes paths; relative ones are relative to its own working folder.
 */
import type {
  AccessChange,
  CommandDescriptions,
  CopyProgress,
  Diagnosis,
  DiagnosisProgress,
  EnsureStatus,
  FileInfo,
  FileLimits,
  FileProgress,
  GarbageReport,
  JsonValue,
  Message,
  NodeStatus,
  PeerDetails,
  PendingMessage,
  PeerInfo,
  RoomDetails,
  RoomHistory,
  RoomLimits,
  RoomProgress,
  RoomSharing,
  RoomSummary,
  RoomSync,
  SentDocument,
} from '../kith.ts'
import type { ErrorBody } from './errors.ts'
import type { DocumentRecord, EventRecord } from './event-record.ts'
import { childInputs, type ChildOutputs, type ChildStreamOutputs } from './child-calls.ts'
import { directoryInputs, type DirectoryOutputs } from './directory-calls.ts'
import { deviceInputs, type DeviceOutputs } from './device-calls.ts'
import { guestInputs, type GuestOutputs } from './guests/guest-calls.ts'
import { lockInputs, type LockOutputs, type LockTaskOutputs } from './lock-calls.ts'
import { accessField, memberInputs } from './member-inputs.ts'
import type { MemberOutputs } from './member-outputs.ts'
import { pageInputs, type PageCallOutputs, type PageStreamOutputs } from './page-calls.ts'
import { ringInputs, type RingOutputs, type RingStreamOutputs, type RingTaskOutputs } from './ring-calls.ts'
import type { FieldSchema } from './fields.ts'
import { BASE64, COUNT, field, fileField, FILLED, FLAG, OBJECT, oneOf, roomField, TEXT, UMASK } from './fields.ts'

const inviteField = field('Id of the room, or its invite line.', FILLED)
const versionField = field('Which version of the files with this name; 1 is the oldest. Default: the newest.', {
  type: 'integer',
  minimum: 1,
})
const peersField = field('Multiaddrs of peers to stay connected to.', { type: 'array', items: FILLED })
const idField = field('CID of a block.', FILLED)

const nothing = { required: {}, optional: {} } as const
const room = { required: { room: roomField }, optional: {} } as const
const file = { required: { room: roomField, file: fileField }, optional: { version: versionField } } as const
const want = {
  required: { id: idField },
  optional: { room: field('The room it is for: only its members are asked. Default: everyone is asked.', FILLED) },
} as const
const history = {
  required: { room: roomField },
  optional: {
    last: field('Only this many of the newest. Default: all.', COUNT),
    follow: field('Continue with new items until the reader disconnects.', FLAG),
    older: field(
      'With `follow`, while the history before a checkpoint is still to come: also that, as it arrives. Default: only without `last`.',
      FLAG,
    ),
  },
} as const

/** The input of each call, stream and task, as JSON Schemas of the fields. */
export const inputs = {
  id: nothing,
  rename: { required: { name: field('What the node is called from now on.', FILLED) }, optional: {} },
  status: nothing,
  peers: nothing,
  peer: {
    required: { peer: field('Its id, the start or end of its id, its name, or an address.', FILLED) },
    optional: {},
  },
  diagnose: {
    required: {},
    optional: { about: field('A room, a peer, or a multiaddr. Default: everything.', FILLED) },
  },
  connect: { required: { peer: field('Multiaddr, or what `peer` takes.', FILLED) }, optional: {} },
  stop: nothing,
  'rooms.list': nothing,
  'rooms.create': {
    required: { name: field('Display name of the room.', TEXT) },
    optional: {
      app: field('The app that gives the documents their meaning. Default: `chat`.', FILLED),
      access: accessField,
      in: field('The room that it is to be below. Default: none.', FILLED),
    },
  },
  'rooms.join': {
    required: { room: inviteField },
    optional: {
      peers: peersField,
      newestFirst: field('Fetch the newest documents first; useful for slow links and long histories.', FLAG),
    },
  },
  'rooms.carry': {
    required: { room: inviteField },
    optional: {
      maxBytes: field('How much of the room to keep. Default: as before, at first 256 MiB.', COUNT),
      peers: peersField,
    },
  },
  'rooms.sync': {
    required: { room: roomField },
    optional: { document: field('Id of the document to look for. Default: the newest ones.', FILLED) },
  },
  'rooms.progress': room,
  'rooms.usable': room,
  'rooms.replayed': room,
  'rooms.moved': room,
  'rooms.makePrivate': room,
  'rooms.sharing': room,
  'rooms.share': {
    required: { room: roomField },
    optional: {
      peer: field('The peer it applies to. Default: all peers without a policy of their own.', FILLED),
      policy: field(
        'Whether documents are sent and received, only received, or neither.',
        oneOf('share', 'accept', 'none'),
      ),
      mode: field(
        'Whether documents are sent at once, offered first, or only the large ones offered.',
        oneOf('batch', 'interactive', 'auto'),
      ),
      reset: field('End what was set for the peer, or for all peers, instead of setting anything.', FLAG),
    },
  },
  'rooms.limit': {
    required: { room: roomField },
    optional: {
      maxBytes: field('Bytes of documents to accept from others; 0: no limit. Default: as it is.', COUNT),
      maxBytesPerAuthor: field('The same for each author.', COUNT),
    },
  },
  'rooms.keep': {
    required: { room: roomField },
    optional: {
      all: field('Keep all documents.', FLAG),
      documents: field('Keep so many of the newest documents. Default, if nothing is given: as it is.', COUNT),
      ageMs: field('Keep the documents that are not older.', COUNT),
    },
  },
  'rooms.show': room,
  'rooms.alias': {
    required: { room: roomField },
    optional: { alias: field('What this node calls the room. Default: by its own name again.', TEXT) },
  },
  'rooms.leave': {
    required: { room: roomField },
    optional: {
      delete: field('Delete the contents of the room from this node, too.', FLAG),
      onlyHere: field("Leave it on this node only. Default: the user's other devices leave it, too.", FLAG),
    },
  },
  'rooms.markRead': {
    required: { room: roomField },
    optional: { message: field('Id of the last message that was read. Default: the newest one.', FILLED) },
  },
  ...memberInputs,
  ...childInputs,
  ...directoryInputs,
  ...deviceInputs,
  ...lockInputs,
  ...ringInputs,
  ...pageInputs,
  ...guestInputs,
  'rooms.state': room,
  'rooms.commands': room,
  'rooms.do': {
    required: { room: roomField, command: field('One of `rooms.commands`.', FILLED) },
    optional: {
      args: field('The arguments of the command, by name.', OBJECT),
      app: field('Fail unless the room belongs to this app. Default: any app.', FILLED),
    },
  },
  'messages.pending': room,
  'documents.write': {
    required: {
      room: roomField,
      kind: field('The kind of document, which tells the app what the body means.', FILLED),
      body: field('Bytes as base64, with padding.', BASE64),
    },
    optional: {},
  },
  'messages.read': history,
  'documents.read': history,
  'rooms.access': room,
  events: nothing,
  'files.list': room,
  'files.pin': file,
  'files.unpin': file,
  'files.limits': room,
  'files.setLimits': {
    required: { room: roomField },
    optional: {
      autoFetchBytesMax: field('Files up to this size are fetched automatically.', COUNT),
      bytesMax: field('Maximum size of all files of the room on this node, in bytes.', COUNT),
    },
  },
  'files.add': {
    required: { room: roomField, path: field('File or folder to read.', FILLED) },
    optional: { name: field('Default: the last part of the path.', FILLED) },
  },
  'files.save': {
    required: { room: roomField, file: fileField },
    optional: {
      version: versionField,
      path: field('A new file, or a folder to put it into. Default: the working folder of the node.', FILLED),
      overwrite: field('Overwrite an existing file, which keeps its permissions.', FLAG),
      umask: field(
        'Permissions to withhold from new files and folders, such as 18, which is 0o022. Default: the umask with which the node was started.',
        UMASK,
      ),
    },
  },
  'wants.add': want,
  'wants.list': {
    required: {},
    optional: { all: field('Include complete requests.', FLAG) },
  },
  'wants.remove': want,
  'wants.wait': want,
  block: { required: { id: idField }, optional: {} },
  gc: { required: {}, optional: { dryRun: field('Only count what would be removed.', FLAG) } },
} as const satisfies Record<CallName | StreamName | TaskName, InputFields>

/** The answer to each call. */
export interface CallOutputs
  extends
    ChildOutputs,
    DeviceOutputs,
    DirectoryOutputs,
    GuestOutputs,
    LockOutputs,
    MemberOutputs,
    PageCallOutputs,
    RingOutputs {
  /** Who the node is, and where it listens. */
  id: NodeIdentity
  /** Gives the node another name, in all of its rooms. */
  rename: NodeIdentity
  /** How the node is doing. */
  status: NodeStatus
  /** Peers that are or were connected. */
  peers: PeerInfo[]
  /** Everything known about a peer. */
  peer: PeerDetails
  /** Dials the address now and keeps doing so later; answers with the peer reached. */
  connect: { peer: string }
  /** Stops the node; answers before it does. */
  stop: { stopping: true }
  /** All rooms of the node. */
  'rooms.list': RoomSummary[]
  /** Creates a room. */
  'rooms.create': RoomDetails
  /** Joins a room by its id or an invite line; answers at once, even if the room still waits for its first document. */
  'rooms.join': RoomDetails
  /** Stores a room and relays it for others, without being a member. */
  'rooms.carry': RoomDetails
  /** How far the peers of a room have got, and who holds its newest documents. */
  'rooms.sync': RoomSync
  /** How far the state of a room, and then its history, has got: how much of it peers have that is not here. */
  'rooms.progress': RoomProgress
  /** What a room shares with whom. */
  'rooms.sharing': RoomSharing
  /** Sets what a room shares with whom; takes effect at once. */
  'rooms.share': RoomSharing
  /** How much of a room is accepted from others; changes what is given. */
  'rooms.limit': RoomLimits
  /** What is kept of a room's history; changes what is given. */
  'rooms.keep': RoomHistory
  /** Everything about a room except its content. */
  'rooms.show': RoomDetails
  /** Gives a room a name that only this node uses, or takes it away. */
  'rooms.alias': RoomDetails
  /** Stops sharing a room; what was stored stays on disk. */
  'rooms.leave': { id: string; name: string }
  /** Notes how far the user has read a room. */
  'rooms.markRead': RoomSummary
  /** The state of a room; its shape depends on the app. */
  'rooms.state': JsonValue
  /** The commands that a room's app offers, with their arguments. */
  'rooms.commands': { app: string; commands: CommandDescriptions }
  /** Runs a command of a room's app; without `value` if the command returns nothing. */
  'rooms.do': { value?: JsonValue }
  /** Messages of a room whose predecessors or proofs are missing, oldest first. */
  'messages.pending': PendingMessage[]
  /** Writes a document of any kind; answers once it is durable. */
  'documents.write': SentDocument
  /** Files of a room, in its order, with all versions. */
  'files.list': FileInfo[]
  /** Fetches a file if necessary, and keeps it until it is unpinned. */
  'files.pin': FileInfo
  /** Keeps a file only until its space is needed. */
  'files.unpin': FileInfo
  /** The limits for the room's files. */
  'files.limits': FileLimits
  /** Changes the limits for the room's files. */
  'files.setLimits': FileLimits
  /** Requests a block and everything it depends on; answers at once, and the node continues in the background. */
  'wants.add': EnsureStatus
  /** Requests that are not complete. */
  'wants.list': EnsureStatus[]
  /** Ends a request. */
  'wants.remove': { id: string }
  /** A block in base64; without `block` if the node does not have it. */
  block: { block?: string }
  /** Removes blocks that nothing needs any more. */
  gc: GarbageReport
}

/**
 * The items of each stream, one JSON value per line. With `follow`, and for `events`, `children.watch` and `rooms.access`, a stream continues
 * until the reader disconnects or the node stops. A stream that was cut off has no end of the HTTP body.
 */
export interface StreamOutputs extends ChildStreamOutputs, PageStreamOutputs, RingStreamOutputs {
  /** Messages of a room, in its order. */
  'messages.read': Message
  /** Documents of a room, in its order. */
  'documents.read': DocumentRecord
  /** What changes of who may do what in a room, of its invites and of its key, from now on. */
  'rooms.access': AccessChange
  /** Everything that happens in the node from now on. */
  events: EventRecord
}

/**
 * The output of each task: its progress, then its result. If the reader disconnects, the task ends in the
 * node, too; `wants.wait`, `rooms.usable`, `rooms.replayed` and `rooms.moved` only stop waiting.
 */
export interface TaskOutputs extends LockTaskOutputs, RingTaskOutputs {
  /** Looks for what keeps nodes from meeting; asks connected peers to dial back. */
  diagnose: { progress: DiagnosisProgress; result: Diagnosis }
  /** Waits until the state of an open room is here, by a checkpoint or by its history, or nothing more comes for 10 s. */
  'rooms.usable': { progress: RoomProgress; result: RoomProgress }
  /** Waits until the state of a room is not that of a checkpoint, as the history before that is here. */
  'rooms.replayed': { progress: RoomProgress; result: RoomSummary }
  /** Waits until the owner of a room says that it goes on in another one. */
  'rooms.moved': { progress: RoomSummary; result: RoomSummary }
  /** Creates a private room that an open one goes on in, and copies the entries of a map into it; continues where that was cut off. */
  'rooms.makePrivate': { progress: CopyProgress; result: { room: RoomDetails; copied: number; notCopied: string[] } }
  /** Adds a file or folder to a room, read from a path that the node can reach. */
  'files.add': { progress: FileProgress; result: FileInfo }
  /** Fetches a file and writes it to a path that the node can reach; pins it. */
  'files.save': { progress: FileProgress; result: { path: string; file: FileInfo } }
  /** Requests a block and everything it depends on, and waits until all of it is here. */
  'wants.wait': { progress: EnsureStatus; result: EnsureStatus }
}

/** A line of a task. The last one is the result or an error. */
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

export interface InputFields {
  readonly required: Readonly<Record<string, FieldSchema>>
  readonly optional: Readonly<Record<string, FieldSchema>>
}

type FieldValue<Schema> = Schema extends { enum: readonly (infer Word)[] }
  ? Word
  : Schema extends { type: 'string' }
    ? string
    : Schema extends { type: 'integer' | 'number' }
      ? number
      : Schema extends { type: 'boolean' }
        ? boolean
        : Schema extends { type: 'array' }
          ? string[]
          : { [key: string]: JsonValue }

type Fields = typeof inputs

/** The type of the input of a call, stream or task, derived from its schema. */
export type ApiInput<Name extends keyof Fields> = {
  -readonly [Key in keyof Fields[Name]['required']]: FieldValue<Fields[Name]['required'][Key]>
} & { -readonly [Key in keyof Fields[Name]['optional']]?: FieldValue<Fields[Name]['optional'][Key]> | undefined }
