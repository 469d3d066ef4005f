/**
 * The shapes of apps. An app is what makes a room more than a pile of documents: it folds them, in
 * the room's order, into a state, and has commands that read it and write new ones. `defineApp`
 * makes one.
 */

/** A value that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** What an app sees of a document. Ids are in their text forms, times in milliseconds since 1970. */
export interface Update {
  id: string
  /** One more than that of any document its author knew. The room's order is by clock, then by id. */
  clock: number
  author: string
  /** When its author's clock said that it was written. */
  timeMs: number
  kind: string
  body: Uint8Array
}

/**
 * A kind of document of an app: how a value becomes a body, and back. All nodes have to read a body
 * alike, so a kind whose limit or rules change is another kind.
 */
export interface Kind<Value = unknown, Input = Value> {
  /** Longer bodies are ignored. */
  readonly maxBytes: number
  /** Throws a KithError `bad-value` for what is no value of this kind. */
  encode(value: Input): Uint8Array
  /** The value of a body; undefined for one that is not of this kind, which all nodes ignore. */
  decode(body: Uint8Array): Value | undefined
}

/** The kinds of an app, by name. */
export type Kinds = Readonly<Record<string, Kind>>

/** A document of one of an app's kinds, with the value that its body has. */
export type UpdateOf<AppKinds extends Kinds> = {
  [Name in keyof AppKinds & string]: Omit<Update, 'kind' | 'body'> & {
    kind: Name
    value: AppKinds[Name] extends Kind<infer Value, never> ? Value : never
  }
}[keyof AppKinds & string]

/** What can be written as a kind. */
export type InputOf<OneKind> = OneKind extends Kind<infer _Value, infer Input> ? Input : never

/** How documents become a state. Pure: the same updates give the same state on every node. */
export interface Fold<State> {
  /**
   * True where the state does not depend on the order in which `reduce` gets the updates, so that a
   * late document needs no replay. An update of such an app makes the state larger by at most the
   * length of its document, which keeps most rooms clear of the state cap, to which order matters.
   * `testApp` holds an app to its word.
   */
  readonly commutes: boolean
  initial(): State
  /** The state after an update. Never changes the state it is given; gives it back where the update means nothing. */
  reduce(state: State, update: Update): State
  /** Length of `encode(state)`, or a few bytes more. */
  sizeBytes(state: State): number
  /** Canonical: equal states give equal bytes. */
  encode(state: State): Uint8Array
  /** Reads what `encode` wrote. */
  decode(bytes: Uint8Array): State
  toJson(state: State): JsonValue
}

/** How a state is measured, stored, and shown to programs in other languages. */
export type StateCodec<State> = Pick<Fold<State>, 'sizeBytes' | 'encode' | 'decode' | 'toJson'>

/** An argument of a command, as terminals and the local API take it. */
export interface ArgumentDescription {
  readonly name: string
  /** In a few words, such as "what to look up". */
  readonly description: string
  /**
   * `text`: a text, the default. `words`: a text that is all the rest of the line. `number`: a number.
   * `json`: any JSON value; in a terminal what is no JSON is a text.
   */
  readonly type?: 'text' | 'words' | 'number' | 'json'
  readonly isOptional?: boolean
}

/** What terminals and the local API need to know of a command. */
export interface CommandDescription {
  /** What it does, in a few words, for a list of commands. */
  readonly summary: string
  /** The same in a sentence. Default: the summary. */
  readonly description?: string
  /** In the order of the command's own. */
  readonly args?: readonly ArgumentDescription[]
  /**
   * How a terminal prints what the command gives: a text as it is and anything else as JSON (`value`,
   * the default), one line for each of a list (`lines`), a table of a list of objects, or nothing.
   */
  readonly prints?: 'value' | 'lines' | 'table' | 'nothing'
  /** What a terminal says, after the room's name, where the command gives undefined; `{name}` stands for an argument. */
  readonly absent?: string
  /** Lines to type, each with what it does. */
  readonly examples?: readonly (readonly [line: string, effect: string])[]
  /** More that a user may need to know, one line each. */
  readonly notes?: readonly string[]
}

/** Descriptions of commands by their names. */
export type CommandDescriptions = Readonly<Record<string, CommandDescription>>

/** What a simulated user knows who is about to write. */
export interface SampleContext<State> {
  readonly state: State
  /** Who is about to write: a peer id, as that of an update. */
  readonly author: string
  /** How much this user wrote before. */
  readonly count: number
  /** A text of the length that was asked for. */
  readonly text: string
  /** From 0 up to 1, as Math.random; the same again with the same seed. */
  readonly random: () => number
}

/** The commands of an app: functions of a room and of arguments. */
export type Commands = Readonly<Record<string, (room: never, ...args: never[]) => unknown>>

/** An app, as `defineApp` makes it. */
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
  /** What an update says to people; undefined where it says nothing. */
  messageOf(update: Update): string | undefined
  /** Whether its updates say something to people. */
  readonly hasMessages: boolean
  /** What a user might write next, for simulations and tests; undefined: nothing. */
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
 * Any validator that has the Standard Schema interface (zod, valibot, arktype and others). Those that
 * answer with a promise cannot be used: all nodes must come to the same result at once.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a Standard Schema says of a value. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] }

/** An app threw an error at an update: a bug of the app. The update is ignored, on all nodes alike. */
export interface AppFault {
  app: string
  room: string
  /** The document. */
  id: string
  error: Error
}
