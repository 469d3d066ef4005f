/** Tells the node how far its user has read a room: what is printed for people is read. */
import type { Context } from './context.ts'

export class ReadMark {
  readonly #context: Context
  readonly #room: string
  #newest: string | undefined
  #telling: Promise<void> | undefined

  constructor(context: Context, room: string) {
    this.#context = context
    this.#room = room
  }

  /** A message was printed. The node is told of the newest one whenever it has answered. Programs say for themselves what was read. */
  printed(message: string): void {
    if (this.#context.output.json) return
    this.#newest = message
    this.#telling ??= this.#tell()
  }

  /** Resolves once the node knows it, or has refused it. */
  async told(): Promise<void> {
    await this.#telling
  }

  async #tell(): Promise<void> {
    while (this.#newest !== undefined) {
      const message = this.#newest
      this.#newest = undefined
      // A mark that is missing is no reason not to go on reading.
      await this.#context.api.call('rooms.markRead', { room: this.#room, message }).catch(() => undefined)
    }
    this.#telling = undefined
  }
}
