/** The floor of whatever gets a history: for each block one hash and one insert, over a bare stream. */
import type { Processes } from './processes.ts'
import { MESSAGE_BYTES } from './talk.ts'

/** What it took to send blocks to a process, which still runs. */
export interface Kept {
  elapsedMs: number
  /** Of the receiver. */
  pid: number
  /** For how long it did nothing else at a time, at most. */
  blockMs: number
}

/** Two new processes for each run; `valuesOf` reads what a case compares. */
export function keepFloor<Value>(
  processes: Processes,
  blocks: number,
  valuesOf: (kept: Kept) => Value,
): { name: string; run: () => Promise<Value> } {
  return {
    name: 'stream + hash + insert',
    async run() {
      const receiver = processes.forkFloor()
      const sender = processes.forkFloor()
      const target = await receiver.call.listen(`${processes.folder()}/floor.db`, MESSAGE_BYTES)
      const elapsedMs = await sender.call.transfer(target, blocks, MESSAGE_BYTES)
      const values = valuesOf({ elapsedMs, pid: receiver.pid, blockMs: await receiver.call.longestBlockMs() })
      await Promise.all([receiver.end(), sender.end()])
      return values
    },
  }
}
