/** Creates an app from its parts. */
import { FILE_KIND } from '../../protocols/file/constants.ts'
import { LOCK_KIND } from '../../protocols/lock/constants.ts'
import {
  CHECKPOINT_KIND,
  CHILD_KIND,
  DROP_KIND,
  MOVED_KIND,
  PROFILE_KIND,
  RESTORE_KIND,
  ROOT_KIND,
} from '../../protocols/room/constants.ts'
import { grouped } from '../grouped.ts'
import {
  KithError,
  type App,
  type AppRoom,
  type CommandDescription,
  type Fold,
  type InputOf,
  type Kinds,
  type SampleContext,
  type StateCodec,
  type Update,
  type UpdateOf,
} from '../kith.ts'
import { jsonState } from './json-state.ts'

/** A name is typed, listed, and stored in the root document of every room. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** The kind names that documents allow. */
const KIND_NAME = /^[a-z][a-z0-9./-]{0,63}$/

/** The state of a room is null where its app is not known, and is folded again once it is. */
const NOT_NULL = 'must not be null'

/** Kinds that mean the same in all rooms. */
const RESERVED_KINDS: readonly string[] = [
  ...[ROOT_KIND, PROFILE_KIND, FILE_KIND, DROP_KIND, RESTORE_KIND],
  ...[CHECKPOINT_KIND, CHILD_KIND, LOCK_KIND, MOVED_KIND],
]

/** The commands of an app: functions of one of its rooms and their arguments. */
type CommandsFor<State, AppKinds extends Kinds> = Readonly<
  Record<string, (room: AppRoom<State, AppKinds>, ...args: never[]) => unknown>
>

/** The parts of an app. All nodes that have the app must agree on everything that its state depends on. */
export interface AppInit<State, AppKinds extends Kinds, AppCommands> {
  /**
   * Lower-case letters, digits and `-`. An app with other kinds or another `reduce` is a different app, and
   * needs another name.
   */
  name: string
  /** The state of a room without documents. No state is null: that stands for the state where the app is not known. */
  initial: () => State
  /** The kinds of documents, by name: see `text` and `json`. */
  kinds: AppKinds
  /**
   * Returns the state after an update. It must not modify the given state, and must return the same result
   * for the same arguments everywhere: no clock, no randomness, nothing from outside. For a meaningless
   * update, such as an illegal move, return the state unchanged: `return state`. If it throws, the update is
   * ignored and the error is reported as a bug of the app.
   */
  reduce: (state: State, update: UpdateOf<AppKinds>) => State
  /** Whether the order of the updates does not matter: see `Fold`. Default: false. */
  commutes?: boolean
  /** Default: the state is JSON, encoded as canonical dag-cbor. Any other state needs a codec. */
  codec?: StateCodec<State>
  /**
   * What rooms of this app can do, in addition to what every room can. The room has the `state`, and
   * `update(kind, value)` writes. If a command cannot do something, it throws a KithError with a code such as
   * `bad-value` or `todo/no-such-item`.
   */
  commands?: AppCommands
  /** Commands that terminals (`kith do ROOM COMMAND`) and the local API offer. */
  offers?: { [Name in keyof AppCommands & string]?: CommandDescription }
  /** The line that people see for an update, in `message` events and `kith read`. Default: none. */
  message?: (update: UpdateOf<AppKinds>) => string | undefined
  /** What a user might write next, for simulations and tests; undefined for nothing. */
  sample?: (context: SampleContext<State>) => Written<AppKinds> | undefined
}

/** An update that has not been written yet. */
export type Written<AppKinds extends Kinds> = {
  [Name in keyof AppKinds & string]: { kind: Name; value: InputOf<AppKinds[Name]> }
}[keyof AppKinds & string]

/** Creates an app. Throws a KithError `bad-name`, or `bad-value` if its first state is null. */
export function defineApp<
  State,
  AppKinds extends Kinds,
  AppCommands extends CommandsFor<State, AppKinds> = Record<never, never>,
>(init: AppInit<State, AppKinds, AppCommands>): App<State, AppKinds, AppCommands> {
  const { name, kinds, commands, offers = {}, message, sample } = init
  if (!NAME.test(name)) {
    throw new KithError('bad-name', `'${name}' is not a valid app name: use up to 64 of a-z, 0-9 and -, a letter first`)
  }
  const badKind = Object.keys(kinds).find((kind) => !KIND_NAME.test(kind) || RESERVED_KINDS.includes(kind))
  if (badKind !== undefined) {
    throw new KithError(
      'bad-name',
      `an app cannot have the kind '${badKind}': use up to 64 of a-z, 0-9, '.', '/' and '-', a letter first, and none of ${RESERVED_KINDS.join(', ')}`,
    )
  }
  if (init.initial() === null) throw new KithError('bad-value', `the state of the app '${name}' ${NOT_NULL}`)
  const read = updateReader(kinds)
  return {
    name,
    kinds,
    fold: foldOf(init, read),
    commands: commands ?? ({} as AppCommands),
    offers: offers as Record<string, CommandDescription>,
    body: (kind, value) => bodyOf(kinds, kind, value),
    messageOf(update) {
      const ours = message && read(update)
      return ours && message?.(ours)
    },
    hasMessages: message !== undefined,
    ...(sample && { sample }),
  }
}

function foldOf<State, AppKinds extends Kinds, AppCommands>(
  { name, commutes = false, initial, reduce, codec }: AppInit<State, AppKinds, AppCommands>,
  read: (update: Update) => UpdateOf<AppKinds> | undefined,
): Fold<State> {
  const fold = {
    commutes,
    initial,
    canGrow: (update: Update) => read(update) !== undefined,
    reduce(state: State, update: Update) {
      const ours = read(update)
      return ours === undefined ? state : reduce(state, ours)
    },
  }
  if (codec !== undefined) return { ...fold, ...codec }
  const { sizeBytes, ...json } = jsonState<State>(name)
  return {
    ...fold,
    ...{ ...json, sizeBytes },
    reduce(state, update) {
      const next = fold.reduce(state, update)
      if (next === null) throw new TypeError(`the state ${NOT_NULL}`)
      // Fails here, where the app and the update are known, if the new state is not JSON.
      if (next !== state) sizeBytes(next)
      return next
    },
  }
}

/**
 * Reads updates of these kinds. Each document is parsed only once: it is folded, announced to listeners and
 * passed to followers within a moment.
 */
function updateReader<AppKinds extends Kinds>(kinds: AppKinds): (update: Update) => UpdateOf<AppKinds> | undefined {
  const known = new WeakMap<Update, UpdateOf<AppKinds> | 'foreign'>()
  const read = ({ id, clock, author, timeMs, kind, body }: Update): UpdateOf<AppKinds> | undefined => {
    const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
    const value = known === undefined || body.length > known.maxBytes ? undefined : known.decode(body)
    return value === undefined ? undefined : ({ id, clock, author, timeMs, kind, value } as UpdateOf<AppKinds>)
  }
  return (update) => {
    let ours = known.get(update)
    if (ours === undefined) {
      ours = read(update) ?? 'foreign'
      known.set(update, ours)
    }
    return ours === 'foreign' ? undefined : ours
  }
}

function bodyOf(kinds: Kinds, kind: string, value: unknown): Uint8Array {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (known === undefined) throw new KithError('bad-value', `the app has no kind '${kind}'`)
  const body = known.encode(value)
  if (body.length > known.maxBytes) {
    throw new KithError(
      'too-large',
      `a ${kind} has at most ${grouped(known.maxBytes)} bytes, this one has ${grouped(body.length)}`,
    )
  }
  return body
}
