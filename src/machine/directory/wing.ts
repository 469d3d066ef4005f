/** Directories in a node: which of its rooms are directories, who may do what there, and who is in them. */
import { DROP_KIND, RESTORE_KIND } from '../../../protocols/room/constants.ts'
import {
  DIRECTORY,
  directory,
  DirectoryMachine,
  isSigned,
  type DirectoryCommand,
  type DirectoryEvent,
  type DirectoryRecord,
  type DirectoryRecordOnWire,
  type DirectoryTimer,
  type DirectoryWrite,
  type Place,
} from '../../../protocols/directory/index.ts'
import { DIRECTORY_APP } from '../../../protocols/directory/constants.ts'
import type { RoomId, TopicKey } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { DirectoryRights } from '../../room/directory-rights.ts'
import type { RoomChange } from '../../room/room-change.ts'
import type { CommandHandlers } from '../io.ts'
import { ProtocolWing, type Notice, type WingContext, type WingDefinition } from '../wing.ts'

interface Types {
  Command: DirectoryCommand
  Record: DirectoryRecordOnWire
  Write: DirectoryWrite
  Event: DirectoryEvent
  Timer: DirectoryTimer
}

export type DirectoryWingCommand =
  /** Puts records that this node signed where they belong; a `directory` event tells what became of it. */
  | { type: 'directory-place'; task: number; room: RoomId; records: readonly DirectoryRecord[] }
  | { type: 'directory-find'; task: number; room: RoomId; prefix: Place; after?: Place; limit: number }

/** What became of a task. */
export interface DirectoryWingEvent {
  type: 'directory'
  event: DirectoryEvent
}

export class DirectoryWing extends ProtocolWing<Types, DirectoryWingEvent> {
  protected readonly machine: DirectoryMachine
  readonly #rooms = new Map<TopicKey, RoomId>()

  override readonly commands: CommandHandlers<DirectoryWingCommand> = {
    'directory-place': (command) => {
      this.context.rooms.requireSpace()
      this.command({ ...command, type: 'place' })
      return {}
    },
    'directory-find': (command) => {
      this.command({ ...command, type: 'find' })
      return {}
    },
  }

  constructor(context: WingContext<DirectoryWingEvent>) {
    super('directory', context)
    const { self, store, rooms } = context
    this.machine = new DirectoryMachine({
      ...{ self, isSigned },
      roomOf: (topic) => this.#directoryOf(topic),
      rights: (room) => this.rights(room),
      isReader: (room, peer) => this.rights(room).mayRead(peer),
      hasSpace: (room) => !rooms.refusesDocuments(room),
      node: (...args) => store.directoryNode(...args),
      records: (...args) => store.directoryRecords(...args),
      nodes: (...args) => store.directoryNodes(...args),
      held: (...args) => store.directorySize(...args),
      authorRecords: (...args) => store.directoryAuthorRecords(...args),
    })
  }

  /** Who may do what in a room of this node. */
  rights(room: RoomId): DirectoryRights {
    return new DirectoryRights(this.context.rooms.require(room))
  }

  onNotice(notice: Notice): void {
    const { type } = notice
    if (type === 'opened') this.#rooms.set(topicKeyOf(notice.room), notice.room)
    else if (type === 'closed') {
      this.#rooms.delete(topicKeyOf(notice.room))
      this.command({ type: 'closed', room: notice.room })
    } else if (type === 'neighbour') {
      if (notice.isNew) this.command({ type: 'neighbour', room: notice.room, peer: notice.peer })
    } else if (type === 'neighbour-left') {
      this.command({ type: 'neighbour-left', room: notice.room, peer: notice.peer })
    } else if (type === 'joined' || (type === 'accepted' && isAboutRights(notice.change))) {
      this.command({ type: 'revise', room: type === 'joined' ? notice.room : notice.change.room })
    }
  }

  protected override isContent(record: DirectoryRecordOnWire): boolean {
    return (record.type === 'seen' || record.type === 'put') && record.records.length > 0
  }

  protected onEvent(event: DirectoryEvent): void {
    this.context.effect({ type: 'emit', event: { type: 'directory', event } })
  }

  protected onWrite(write: DirectoryWrite): void {
    if (write.type === 'put-directory-record') this.context.effect({ type: 'moved' })
    this.context.store.apply(write)
  }

  #directoryOf(topic: TopicKey): RoomId | undefined {
    const id = this.#rooms.get(topic)
    const room = id === undefined ? undefined : this.context.rooms.get(id)
    const isDirectory = room?.record.app === DIRECTORY_APP && room.record.status === 'open' && !room.isCarried
    return isDirectory ? id : undefined
  }
}

/** Whether somebody may do something since that one might not, or the other way round. */
function isAboutRights({ intake, hasOpened }: RoomChange): boolean {
  const isRule = (kind: string): boolean => kind.startsWith('access/') || kind === DROP_KIND || kind === RESTORE_KIND
  return hasOpened || intake.ruledFrom !== undefined || intake.accepted.some(({ kind }) => isRule(kind))
}

export const directoryWing = {
  codec: DIRECTORY,
  service: directory,
  create: (context: WingContext<DirectoryWingEvent>) => new DirectoryWing(context),
} satisfies WingDefinition<DirectoryWing>
