/**
 * Types of apps. An app gives meaning to a room's documents: it folds them, in the room's order, into a
 * state, and has commands that read the state and write documents. `defineApp` creates one.
 */

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** A document as an app sees it. Ids are text; times are milliseconds since 1970. */
export interface Update {
  id: string
  /** One more than the highest clock its author knew. A room is ordered by clock, then by id. */
  clock: number
  author: string
  /** When it was written, by its author's clock. */
  timeMs: number
  kind: string
  body: Uint8Array
}

/**
 * A kind of document: converts values to bodies and back. All nodes must read a body alike, so a change
 * to a kind's limit or rules requires a new kind.
 */
export interface Kind<Value = unknown, Input = Value> {
  /** Longer bodies are ignored. */
  readonly maxBytes: number
  /** Throws a KithError `bad-value` if the value does not fit this kind. */
  encode(value: Input): Uint8Array
  /** The value of a body, or undefined if the body is not valid for this kind; all nodes then ignore it. */
  decode(body: Uint8Array): Value | undefined
}

/** The kinds of an app, by name. */
export type Kinds = Readonly<Record<string, Kind>>

/** A document of one of an app's kinds, with its decoded value. */
export type UpdateOf<AppKinds extends Kinds> = {
  [Name in keyof AppKinds & string]: Omit<Update, 'kind' | 'body'> & {
    kind: Name
    value: AppKinds[Name] extends Kind<infer Value, never> ? Value : never
  }
}[keyof AppKinds & string]

/** The values that can be written as a kind. */
export type InputOf<OneKind> = OneKind extends Kind<infer _Value, infer Input> ? Input : never

/** Folds documents into a state. Pure: the same updates give the same state on every node. */
export interface Fold<State> {
  /**
   * True if the state does not depend on the order of updates, so a late document needs no replay. An
   * update of such an app must not grow the state by more than the length of its document; this keeps
   * most rooms below the state limit, where order would matter. `testApp` checks both.
   */
  readonly commutes: boolean
  initial(): State
  /** The state after an update. Never modifies the given state, and returns it if the update has no effect. */
  reduce(state: State, update: Update): State
  /** Length of `encode(state)`, or slightly more. */
  sizeBytes(state: State): number
  /** What no state exceeds, if there is such a size: below the state limit, order never matters if the app commutes. */
  readonly maxSizeBytes?: number
  /** Whether an update can make any state larger. Late ones that cannot need no replay. Default: all can. */
  canGrow?(update: Update): boolean
  /** Canonical: equal states give equal bytes. */
  encode(state: State): Uint8Array
  /** Reads what `encode` wrote. */
  decode(bytes: Uint8Array): State
  toJson(state: State): JsonValue
}

/** How a state is measured, stored, and converted to JSON. */
export type StateCodec<State> = Pick<Fold<State>, 'sizeBytes' | 'maxSizeBytes' | 'encode' | 'decode' | 'toJson'>

/** An argument of a command, for terminals and the local API. */
export interface ArgumentDescription {
  readonly name: string
  /** A few words, such as "what to look up". */
  readonly description: string
  /**
   * `text` (default): one word or a quoted text. `words`: the rest of the line. `number`: a number.
   * `json`: any JSON value; terminals take anything that is not JSON as a text.
   */
  readonly type?: 'text' | 'words' | 'number' | 'json'
  readonly isOptional?: boolean
  /**
   * In a terminal it is an option instead of a word, such as `--reply <message>`. Optional. The function takes all of these
   * by name, in an object behind its other parameters.
   */
  readonly option?: string
}

/** A command as terminals and the local API present it. */
export interface CommandDescription {
  /** What it does, in a few words, for a list of commands. */
  readonly summary: string
  /** The same as a full sentence. Default: the summary. */
  readonly description?: string
  /** In the order of the function's parameters. */
  readonly args?: readonly ArgumentDescription[]
  /**
   * How a terminal prints the result. `value` (default): a text as it is, anything else as JSON.
   * `lines`: one line for each item of a list; `names`: so that each can be typed, too. `table`: a list of objects as a table,
   * in which `timeMs` is a time in milliseconds since 1970. `nothing`: not.
   */
  readonly prints?: 'value' | 'lines' | 'names' | 'table' | 'nothing'
  /** What a terminal prints, after the room's name, if the result is undefined; `{name}` stands for an argument. */
  readonly absent?: string
  /** Command lines, each with its effect. */
  readonly examples?: readonly (readonly [line: string, effect: string])[]
  /** Further advice for users, one line each. */
  readonly notes?: readonly string[]
}

/** Descriptions of commands by their names. */
export type CommandDescriptions = Readonly<Record<string, CommandDescription>>

/** What a simulated user knows when about to write. */
export interface SampleContext<State> {
  readonly state: State
  /** Peer id of the user. */
  readonly author: string
  /** How many updates this user has written so far. */
  readonly count: number
  /** A text of the requested length. */
  readonly text: string
  /** Like Math.random, but repeatable with the same seed. */
  readonly random: () => number
}

/** The commands of an app: functions that take a room and arguments. */
export type Commands = Readonly<Record<string, (room: never, ...args: never[]) => unknown>>

/** An app, as returned by `defineApp`. */
export interface App<State = unknown, AppKinds extends Kinds = Kinds, AppCommands = Commands> {
  /** Named in the root document of its rooms. */
  readonly name: string
  readonly kinds: AppKinds
  readonly fold: Fold<State>
  readonly commands: AppCommands
  /** The commands that terminals and the local API offer. */
  readonly offers: CommandDescriptions
  /** The body of an update. Throws a KithError `bad-value` or `too-large`. */
  body(kind: string, value: unknown): Uint8Array
  /** The text that people read for an update, or undefined if it has none. */
  messageOf(update: Update): string | undefined
  /** Whether any of its updates have a text for people. */
  readonly hasMessages: boolean
  /** What a user might write next, for simulations and tests; undefined for nothing. */
  sample?(context: SampleContext<State>): { kind: string; value: unknown } | undefined
}

/** The state of an app's rooms. */
export type StateOf<SomeApp> = SomeApp extends App<infer State, infer _Kinds, infer _Commands> ? State : never

/** The kinds of an app. */
export type KindsOf<SomeApp> = SomeApp extends App<infer _State, infer AppKinds, infer _Commands> ? AppKinds : never

/** The commands of an app, as the methods that its rooms have. */
export type CommandsOf<SomeApp> =
  SomeApp extends App<infer _State, infer _Kinds, infer AppCommands>
    ? {
        [Name in keyof AppCommands]: AppCommands[Name] extends (room: never, ...args: infer Args) => infer Result
          ? (...args: Args) => Result
          : never
      }
    : never

/**
 * Any validator with the Standard Schema interface, such as zod, valibot or arktype. Asynchronous ones
 * cannot be used, because a fold is synchronous.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a Standard Schema returns for a value. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] }

/** An app threw an error while applying an update, which is a bug of the app. All nodes ignore the update. */
export interface AppFault {
  app: string
  room: string
  /** The document. */
  id: string
  error: Error
}
