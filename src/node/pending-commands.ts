/** Commands on their way through the machine, and who waits for what they come to. */
import type { CommandOutcome, CommandResult } from '../room/node-ports.ts'

export class PendingCommands {
  readonly #waiting = new Map<number, PromiseWithResolvers<CommandOutcome>>()
  #requests = 0

  /** Sends a command with an id of its own; settles as the reply to that id says. */
  request(send: (requestId: number) => void): Promise<CommandOutcome> {
    const requestId = ++this.#requests
    const waiting = Promise.withResolvers<CommandOutcome>()
    this.#waiting.set(requestId, waiting)
    send(requestId)
    return waiting.promise
  }

  /** The machine replied. */
  settle(requestId: number, result: CommandResult): void {
    const waiting = this.#waiting.get(requestId)
    this.#waiting.delete(requestId)
    if ('error' in result) waiting?.reject(result.error)
    else waiting?.resolve(result)
  }

  /** There will be no more replies. */
  rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}
