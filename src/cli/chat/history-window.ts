/** The part of a room's history that is loaded for reading: one piece without gaps, which grows at both ends. */
import type { Message, MessagePage, PageOptions } from '../../kith.ts'

/** Loaded at once; what is further away is loaded again when somebody goes there. */
export const MAX_LOADED = 300
const PAGE_MESSAGES = 50
/** Pages without a single message, as of other documents, that are passed over at a time. */
const MAX_EMPTY_PAGES = 20

/** Asks the node for a page of the room. */
export type LoadPage = (options: PageOptions) => Promise<MessagePage>

export class HistoryWindow {
  readonly #load: LoadPage
  #messages: readonly Message[] = []
  #older: string | null = null
  #newer: string | null = null

  constructor(load: LoadPage) {
    this.#load = load
  }

  /** In the room's order. */
  get messages(): readonly Message[] {
    return this.#messages
  }

  /** Whether older ones are not loaded. */
  get hasOlder(): boolean {
    return this.#older !== null
  }

  /** Whether newer ones are not loaded, of those that were there when it was opened. */
  get hasNewer(): boolean {
    return this.#newer !== null
  }

  /** Loads the newest. */
  async open(): Promise<void> {
    const { messages, next } = await this.#page({})
    this.#messages = messages
    this.#older = next
    this.#newer = null
  }

  async loadOlder(): Promise<void> {
    if (this.#older === null) return
    const { messages, next } = await this.#page({ before: this.#older })
    const all = [...messages, ...this.#messages]
    this.#messages = all.slice(0, MAX_LOADED)
    this.#older = next
    if (all.length > MAX_LOADED) this.#newer = this.#messages.at(-1)?.id ?? null
  }

  async loadNewer(): Promise<void> {
    if (this.#newer === null) return
    const { messages, next } = await this.#page({ after: this.#newer })
    const all = [...this.#messages, ...messages]
    this.#messages = all.slice(-MAX_LOADED)
    this.#newer = next
    if (all.length > MAX_LOADED) this.#older = this.#messages[0]?.id ?? null
  }

  /** The next page that has messages. */
  async #page(from: PageOptions): Promise<MessagePage> {
    const limit = PAGE_MESSAGES
    let page = await this.#load({ ...from, limit })
    for (let i = 0; page.messages.length === 0 && page.next !== null && i < MAX_EMPTY_PAGES; i++) {
      page = await this.#load(from.after === undefined ? { before: page.next, limit } : { after: page.next, limit })
    }
    return page
  }
}
