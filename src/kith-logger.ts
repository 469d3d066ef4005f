/** Loggers as libp2p has them, so that one logger serves libp2p and Kith. */

/** Writes what happens in one namespace; the first argument may have `%s`, `%d`, `%p` (peer id), `%a` (address), `%e` (error) in it. */
export interface Logger {
  (formatter: unknown, ...args: unknown[]): void
  /** Something failed. */
  error(formatter: unknown, ...args: unknown[]): void
  /** Each step, for one who looks for the cause of something. */
  trace(formatter: unknown, ...args: unknown[]): void
  /** Whether anything but errors and traces is written. */
  enabled: boolean
  /** A logger of `<namespace>:<name>`. */
  newScope(name: string): Logger
}

/** Makes the loggers of a node, such as `defaultLogger()` of `@libp2p/logger` or one of your own. */
export interface ComponentLogger {
  forComponent(namespace: string): Logger
}

/** How logs are written to stderr. */
export interface LogOptions {
  /** `text`: lines for people. `json`: one JSON object per line, with `time`, `level`, `name` and `message`. Default: `text`. */
  format?: 'text' | 'json'
}
