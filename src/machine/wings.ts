/**
 * The protocols of a node. To add one: its folder in `protocols/`, its wing in this folder, and a row here.
 * Notices reach the wings in this order.
 */
import { batchSyncWing } from './batch-sync/wing.ts'
import { directoryWing } from './directory/wing.ts'
import { ensureMapWing } from './ensure-map/wing.ts'
import type { CommandOutcome } from './io.ts'
import { lockWing } from './lock/wing.ts'
import { nearbyWing } from './nearby/wing.ts'
import { networkWing } from './network/wing.ts'
import { ringWing } from './ring/wing.ts'
import { roomStateWing } from './room-state/wing.ts'
import type { Wing, WingContext, WingDefinition } from './wing.ts'

export const wings = {
  'batch-sync': batchSyncWing,
  'ensure-map': ensureMapWing,
  'room-state': roomStateWing,
  lock: lockWing,
  nearby: nearbyWing,
  directory: directoryWing,
  network: networkWing,
  ring: ringWing,
}

/** Wings by the names of their protocols. */
export type WingDefinitions = Readonly<Record<string, WingDefinition>>

export type WingOf<Definition> = Definition extends { create(context: never): infer W } ? W : never
type EventsOf<Definition> = Definition extends { create(context: WingContext<infer Event>): Wing } ? Event : never
type CommandsOf<W> = W extends { commands: infer Handlers } ? CommandOf<Handlers[keyof Handlers]> : never
type CommandOf<Handler> = Handler extends (command: infer Command) => CommandOutcome ? Command : never

/** User commands of the wings in a list. */
export type WingCommand<Definitions> = CommandsOf<WingOf<Definitions[keyof Definitions]>>

/** Events of the wings in a list, for users. */
export type WingEvent<Definitions> = EventsOf<Definitions[keyof Definitions]>
