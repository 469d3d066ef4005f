/** The implementation of each call, stream and task of the API, for a node. */
import { KithError } from '../kith.ts'
import type { Ensured, JsonValue, Kept, KithNode, Room } from '../kith.ts'
import type {
  ApiInput,
  CallName,
  CallOutputs,
  NodeIdentity,
  StreamName,
  StreamOutputs,
  TaskName,
  TaskOutputs,
} from './contract.ts'
import { childHandlers } from './child-handlers.ts'
import { directoryHandlers } from './directory-handlers.ts'
import { deviceHandlers } from './device-handlers.ts'
import type { LinkedFile } from './file-links.ts'
import { fileLink } from './page-files.ts'
import type { Caller } from './guard.ts'
import { EventStream } from './event-stream.ts'
import { given } from './given.ts'
import { guestHandlers, type Guests } from './guests/guest-handlers.ts'
import { lockHandlers, lockTasks } from './lock-handlers.ts'
import { ndjson } from './ndjson.ts'
import type { Lines } from './ndjson.ts'
import type { PageLink } from './page-calls.ts'
import type { SessionSecrets } from './secrets.ts'
import { documentRecord, subscribeEvents } from './records.ts'
import { ringHandlers, ringTasks } from './ring-handlers.ts'
import { SliceStreams } from './ring-slice.ts'
import { currentRooms, watchRooms } from './room-watch.ts'
import { isSameName, shownName } from '../names.ts'
import { pastedCid, pastedRoomId } from '../pasted.ts'
import type { Task } from './task-records.ts'
import { untilMoved } from './moved.ts'
import { untilReplayed } from './replayed.ts'
import { untilUsable } from './usable.ts'

export type CallHandlers = {
  [Name in CallName]: (input: ApiInput<Name>, caller: Caller | null) => CallOutputs[Name] | Promise<CallOutputs[Name]>
}

/** `ending` asks an open-ended stream to end. */
export type StreamHandlers = {
  [Name in StreamName]: (
    input: ApiInput<Name>,
    ending: AbortSignal,
  ) => Lines<StreamOutputs[Name]> | Promise<Lines<StreamOutputs[Name]>>
}

/** Errors in the input are thrown at once; all others come from the task. */
export type TaskHandlers = {
  [Name in TaskName]: (input: ApiInput<Name>) => Task<TaskOutputs[Name]['progress'], TaskOutputs[Name]['result']>
}

/** Makes links for browsers. */
export interface LinkMaker {
  /** To the page; all browsers are logged out first if it is to be the only one. */
  toPage(isOnly: boolean): PageLink
  /** To a file, for a session; returns its secret. */
  toFile(session: SessionSecrets, file: LinkedFile): string
}

/**
 * The calls; `onStop` is called when a client asks the node to stop.
 */
export function callHandlers(node: KithNode, onStop: () => void, makeLinks: LinkMaker, guests: Guests): CallHandlers {
  const room = (input: { room: string }): Room => node.rooms.get(input.room)
  return {
    id: () => identityOf(node),
    rename: async ({ name }) => {
      await node.setName(name)
      return identityOf(node)
    },
    status: () => node.status(),
    peers: () => node.peers(),
    peer: ({ peer }) => node.peerDetails(peer),
    connect: async ({ peer }) => ({ peer: await node.connect(peer) }),
    stop: () => {
      // After this answer has been written.
      setImmediate(onStop)
      return { stopping: true }
    },
    'rooms.list': () => node.rooms.list().map((each) => each.summary()),
    'rooms.create': async ({ name, app = 'chat', access, in: above }) =>
      (await node.rooms.create({ name, app, ...given({ access, in: above }) })).details(),
    'rooms.join': async ({ room: reference, ...options }) =>
      (await node.rooms.join(reference, given(options))).details(),
    'rooms.carry': async ({ room: reference, maxBytes, peers }) =>
      (await node.rooms.carry(reference, given({ maxBytes, peers }))).details(),
    'rooms.sync': (input) => room(input).sync(input.document),
    'rooms.progress': (input) => room(input).progress(),
    'rooms.sharing': (input) => room(input).sharing(),
    'rooms.share': async (input) => {
      const { peer, policy, mode, reset } = input
      const shared = room(input)
      await shared.share(reset === true ? 'default' : given({ policy, mode }), peer)
      return shared.sharing()
    },
    'rooms.limit': async ({ maxBytes, maxBytesPerAuthor, ...input }) => {
      const limited = room(input)
      const isChanged = maxBytes !== undefined || maxBytesPerAuthor !== undefined
      if (isChanged) await limited.setLimits(given({ maxBytes, maxBytesPerAuthor }))
      return limited.limits()
    },
    'rooms.keep': async ({ all, documents, ageMs, ...input }) => {
      const kept = room(input)
      const amounts: Kept[] = []
      if (all === true) amounts.push('all')
      if (documents !== undefined) amounts.push({ documents })
      if (ageMs !== undefined) amounts.push({ ageMs })
      const [amount, ...others] = amounts
      if (others.length > 0) throw new KithError('bad-value', 'give one of all, documents and ageMs')
      if (amount !== undefined) await kept.keep(amount)
      return kept.history()
    },
    'rooms.show': (input) => room(input).details(),
    'rooms.alias': async (input) => {
      const called = room(input)
      await called.setAlias(input.alias)
      return called.details()
    },
    'rooms.leave': async (input) => {
      const left = room(input)
      const { id, name } = left
      // Leaving accepts no prefix of a name, because it could match another room by now.
      const isNamed = isSameName(input.room, name) || isSameName(shownName(input.room), name)
      const isPath = input.room.includes('/') && input.room.endsWith(`/${name}`)
      if (!isNamed && !isPath && !id.startsWith(input.room) && pastedRoomId(input.room) !== id) {
        throw new KithError(
          'no-such-room',
          `there is no room '${input.room}' here; to leave '${name}', give its full name`,
        )
      }
      await left.leave(given({ delete: input.delete, onlyHere: input.onlyHere }))
      return { id, name }
    },
    'rooms.markRead': async (input) => {
      const read = room(input)
      await read.markRead(input.message)
      return read.summary()
    },
    ...childHandlers(node),
    ...directoryHandlers(node),
    ...deviceHandlers(node),
    ...lockHandlers(node),
    ...ringHandlers(node),
    ...guestHandlers(node, guests),
    'rooms.drop': async (input) => namedAs('author', room(input), await room(input).dropAuthor(input.author)),
    'rooms.restore': async (input) => namedAs('author', room(input), await room(input).restoreAuthor(input.author)),
    'rooms.members': (input) => room(input).members(),
    'rooms.invite': ({ room: reference, ...options }) => node.rooms.get(reference).invite(given(options)),
    'rooms.invites': (input) => room(input).invites(),
    'rooms.withdrawInvite': (input) => room(input).withdrawInvite(input.invite),
    'rooms.announce': async ({ off, anyone, ...input }) => {
      const announced = room(input)
      await (off === true ? announced.endAnnouncing() : announced.announce(given({ anyone })))
      return announced.details()
    },
    'rooms.ring': async ({ on, anyone, ...input }) => {
      const shared = room(input)
      if (on === true) await shared.shareInRing(given({ anyone }))
      if (on === false) await shared.endSharingInRing()
      return shared.inRing()
    },
    'rooms.network': async ({ copy, ...input }) => {
      if (copy !== undefined) await room(input).keepCopyOnly(copy)
      return room(input).network()
    },
    'rooms.nearby': () => node.rooms.nearby(),
    'rooms.rekey': async (input) => {
      const keyed = room(input)
      await keyed.rekey()
      return { id: keyed.id, name: keyed.name }
    },
    'rooms.setRole': async (input) =>
      namedAs('member', room(input), await room(input).setRole(input.member, input.role)),
    'rooms.safetyWords': (input) => room(input).safetyWords(input.member),
    'rooms.verify': (input) => room(input).verify(input.member, input.said),
    'rooms.unverify': (input) => room(input).unverify(input.member),
    'rooms.handOver': async (input) => namedAs('member', room(input), await room(input).handOver(input.member)),
    'rooms.state': (input) => room(input).stateJson(),
    'rooms.commands': (input) => {
      const asked = room(input)
      return { app: asked.app, commands: asked.commands() }
    },
    'rooms.do': async ({ command, args, app, ...input }) =>
      // `undefined` is left out of the answer.
      ({ value: (await room(input).do(command, args, given({ app }))) as JsonValue }),
    'page.link': ({ only }) => makeLinks.toPage(only === true),
    'messages.page': ({ before, after, limit, ...input }) => room(input).messagePage(given({ before, after, limit })),
    'messages.pending': (input) => room(input).pendingMessages(),
    'documents.write': (input) => room(input).write(input.kind, new Uint8Array(Buffer.from(input.body, 'base64'))),
    'files.list': (input) => room(input).files.list(),
    'files.show': (input) => room(input).files.get(input.file),
    'files.check': async ({ name, sizeBytes, ...input }) => {
      await room(input).files.checkAdd({ name, sizeBytes })
      return {}
    },
    'files.link': async (input, caller) => fileLink(room(input), input.file, caller, makeLinks),
    'files.pin': async (input) => {
      const { files } = room(input)
      const which = given({ version: input.version })
      await files.pin(input.file, which)
      return files.get(input.file, which)
    },
    'files.unpin': async (input) => {
      const { files } = room(input)
      const which = given({ version: input.version })
      await files.unpin(input.file, which)
      return files.get(input.file, which)
    },
    'files.limits': (input) => room(input).files.limits(),
    'files.setLimits': async (input) => {
      const { autoFetchBytesMax, bytesMax } = input
      const { files } = room(input)
      await files.setLimits(given({ autoFetchBytesMax, bytesMax }))
      return files.limits()
    },
    'wants.add': async (input) => {
      const ensured = ensure(node, input)
      // Nothing waits for it here; an event reports how it ends.
      ensured.done.catch(() => {})
      await ensured.noted
      return ensured.status()
    },
    'wants.list': ({ all }) => node.wants(given({ all })),
    'wants.remove': async ({ id, room: reference }) => {
      await node.unwant(id, reference === undefined ? {} : { room: node.rooms.get(reference).id })
      return { id: pastedCid(id) }
    },
    block: ({ id }) => {
      const block = node.block(id)
      return block === undefined ? {} : { block: Buffer.from(block).toString('base64') }
    },
    gc: ({ dryRun }) => node.gc(given({ dryRun })),
  }
}

function identityOf(node: KithNode): NodeIdentity {
  return { peer: node.peer, name: node.name, addresses: node.addresses() }
}

function ensure(node: KithNode, { id, room }: ApiInput<'wants.add'>): Ensured {
  return node.ensure(id, room === undefined ? {} : { room: node.rooms.get(room).id })
}

/** The streams: errors in the input are thrown at once, before anything is sent. */
export function streamHandlers(node: KithNode): StreamHandlers {
  const slices = new SliceStreams(node.ring)
  return {
    'messages.read': ({ room: reference, last, follow, older }, ending) => {
      const room = node.rooms.get(reference)
      const messages = follow === true ? room.followMessages({ last, older, signal: ending }) : room.messages({ last })
      return ndjson(messages, (message) => message)
    },
    'documents.read': ({ room: reference, last, follow, older }, ending) => {
      const room = node.rooms.get(reference)
      const documents =
        follow === true ? room.followDocuments({ last, older, signal: ending }) : room.documents({ last })
      return ndjson(documents, documentRecord)
    },
    'rooms.access': (input, ending) => {
      const room = node.rooms.get(input.room)
      return new EventStream((push) => {
        room.on('access', push)
        return () => room.off('access', push)
      }, ending)
    },
    'children.watch': (input, ending) => {
      const room = node.rooms.get(input.room)
      return new EventStream((push) => {
        room.on('child', push)
        return () => room.off('child', push)
      }, ending)
    },
    'ring.slice': (input, ending) => slices.open(input, ending),
    'rooms.watch': (_input, ending) => new EventStream((push) => watchRooms(node, push), ending, currentRooms(node)),
    events: (_input, ending) => new EventStream((push) => subscribeEvents(node, push), ending),
  }
}

/** The tasks; `nodeUmask` counts for what is saved without one. Default: the umask of the process. */
export function taskHandlers(node: KithNode, nodeUmask?: number): TaskHandlers {
  return {
    ...lockTasks(node),
    ...ringTasks(node),
    diagnose:
      ({ about }) =>
      (onProgress, signal) =>
        node.diagnose(about, { onProgress, signal }),
    'rooms.usable': (input) => {
      const room = node.rooms.get(input.room)
      return (onProgress, signal) => untilUsable(room, onProgress, signal)
    },
    'rooms.replayed': (input) => {
      const room = node.rooms.get(input.room)
      return (onProgress, signal) => untilReplayed(room, onProgress, signal)
    },
    'rooms.moved': (input) => {
      const room = node.rooms.get(input.room)
      return (_onProgress, signal) => untilMoved(room, signal)
    },
    'rooms.makePrivate': (input) => {
      const room = node.rooms.get(input.room)
      return async (onProgress, signal) => {
        const { room: id, ...made } = await room.makePrivate({ onProgress, signal })
        return { room: node.rooms.get(id).details(), ...made }
      }
    },
    'files.add': ({ room, path, name }) => {
      const { files } = node.rooms.get(room)
      return (onProgress, signal) => files.add(path, { ...given({ name }), onProgress, signal })
    },
    'files.save': ({ room, file, version, path, overwrite, umask = nodeUmask }) => {
      const { files } = node.rooms.get(room)
      const options = given({ version, path, overwrite, umask })
      return (onProgress, signal) => files.save(file, { ...options, onProgress, signal })
    },
    'wants.wait': (input) => {
      const ensured = ensure(node, input)
      return async (onProgress, signal) => {
        const gone = Promise.withResolvers<never>()
        signal.addEventListener('abort', () => gone.reject(signal.reason))
        ensured.on('progress', onProgress)
        onProgress(ensured.status())
        try {
          return await Promise.race([ensured.done, gone.promise])
        } finally {
          ensured.off('progress', onProgress)
        }
      }
    },
  }
}

/** A peer id under the name of a field, with what the peer is called in a room. */
function namedAs<Field extends string>(field: Field, room: Room, peer: string): Record<Field | 'name', string> {
  const name = room.members().find((member) => member.peer === peer)?.name ?? ''
  return { [field]: peer, name } as Record<Field | 'name', string>
}
