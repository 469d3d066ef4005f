/** A node that holds messages, for cases about a history of some length. */
import type { Processes, Worker } from './processes.ts'
import type { System } from './system.ts'
import type { TalkWorker } from './talk.ts'

/** Messages written at a time. */
export const IN_FLIGHT = 512

export interface History {
  worker: Worker<TalkWorker>
  folder: string
  address: string
  room: string
}

/** Has a new node write that many messages. */
export async function writeHistory(processes: Processes, system: System, messages: number): Promise<History> {
  const worker = processes.forkSystem(system)
  const folder = processes.folder()
  const address = await worker.call.start(folder)
  const room = await worker.call.create()
  await worker.call.write(room, messages, IN_FLIGHT)
  return { worker, folder, address, room }
}
