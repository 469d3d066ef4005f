/** Loggers with libp2p's interface, so one logger serves both libp2p and Kith. */

/** Logs one namespace. The first argument may contain `%s`, `%d`, `%p` (peer id), `%a` (address), `%e` (error). */
export interface Logger {
  (formatter: unknown, ...args: unknown[]): void
  /** Logs a failure. */
  error(formatter: unknown, ...args: unknown[]): void
  /** Logs single steps, for debugging. */
  trace(formatter: unknown, ...args: unknown[]): void
  /** Whether normal lines of this namespace are written. */
  enabled: boolean
  /** A logger of `<namespace>:<name>`. */
  newScope(name: string): Logger
}

/** Creates the loggers of a node, such as `defaultLogger()` of `@libp2p/logger`, or your own. */
export interface ComponentLogger {
  forComponent(namespace: string): Logger
}

/** How logs are written to stderr. */
export interface LogOptions {
  /** `text`: lines for people. `json`: one JSON object per line, with `time`, `level`, `name` and `message`. Default: `text`. */
  format?: 'text' | 'json'
}
