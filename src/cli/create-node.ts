/** How commands create a node. */
import type { KithNode, LogOptions, NodeOptions } from '../kith.ts'

/** Which logs of a node are written, and how. */
export interface Logs extends LogOptions {
  /** In the format of `enableLogs`. */
  patterns: string
}

/** How commands create their node, with the apps of some modules; tests pass a fake. */
export type CreateNode = (options: NodeOptions, logs?: Logs, appFiles?: readonly string[]) => Promise<KithNode>
