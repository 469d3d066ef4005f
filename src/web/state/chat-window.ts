/**
 * The part of a room's messages that is loaded: one piece without gaps, which grows at both ends as somebody scrolls, and
 * gives up the far end when it gets long. At the newest end it follows what is said.
 */
import { signal } from '@preact/signals'
import type { Message, MessagePage, PageOptions } from '../../kith.ts'

/** Messages loaded and shown at once: many screens, and quick to lay out. */
export const MAX_LOADED = 400
/** With those that come while somebody reads older ones; what comes then is loaded later. */
export const MAX_HELD = 2 * MAX_LOADED
/** Pages without a single message that are passed over at a time, before the user scrolls again. */
const MAX_EMPTY_PAGES = 20

/** Asks the node for a page of the room. */
export type LoadPage = (options: PageOptions) => Promise<MessagePage>

export class ChatWindow {
  /** In the room's order. */
  readonly messages = signal<readonly Message[]>([])
  /** Whether the room has been asked for messages. */
  readonly isReady = signal(false)
  readonly isLoading = signal(false)
  /** Where older ones are; null at the beginning of the room. */
  readonly older = signal<string | null>(null)
  /** Where newer ones are; null at the end, where new messages appear. */
  readonly newer = signal<string | null>(null)
  /** Messages that came behind the end of what is loaded. */
  readonly missed = signal(0)
  readonly #load: LoadPage
  /** Messages that came while a page was on its way, which may have them or not. */
  #arrived: Message[] = []
  #work: Promise<void> = Promise.resolve()

  constructor(load: LoadPage) {
    this.#load = load
  }

  /** Loads the newest messages, instead of what is loaded. */
  open(): Promise<void> {
    return this.#inTurn(() => this.#open())
  }

  /** Loads what is around a message, unless it is loaded; `first` is what is before all messages of the room. */
  openAt(id: string, first: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.messages.value.some((message) => message.id === id)) return
      const before = await this.#load({ before: id })
      const after = await this.#load({ after: before.messages.at(-1)?.id ?? first })
      this.messages.value = [...before.messages, ...after.messages]
      this.older.value = before.next
      this.newer.value = after.next
      this.missed.value = 0
      this.isReady.value = true
    })
  }

  async loadOlder(): Promise<void> {
    if (this.older.value === null || this.isLoading.value) return
    await this.#inTurn(async () => {
      if (this.older.value === null) return
      const { messages, next } = await this.#page('before', this.older.value)
      const all = [...messages, ...this.messages.value]
      const kept = all.slice(0, MAX_LOADED)
      this.older.value = next
      if (kept.length < all.length) this.newer.value = kept.at(-1)?.id ?? null
      this.messages.value = kept
    })
  }

  async loadNewer(): Promise<void> {
    if (this.newer.value === null || this.isLoading.value) return
    await this.#inTurn(async () => {
      if (this.newer.value === null) return
      const { messages, next } = await this.#page('after', this.newer.value)
      const all = [...this.messages.value, ...messages]
      const kept = all.slice(-MAX_LOADED)
      this.newer.value = next
      if (next === null) this.missed.value = 0
      if (kept.length < all.length) this.older.value = kept[0]?.id ?? null
      this.messages.value = kept
    })
  }

  /**
   * Loads again what is loaded, after a time in which nothing was heard: messages may have come anywhere in between. What
   * came at the end is loaded, too, where the end was loaded before.
   */
  resume(): Promise<void> {
    return this.#inTurn(async () => {
      const [first] = this.messages.value
      const last = this.messages.value.at(-1)
      if (first === undefined || last === undefined) return this.#open()
      // What is loaded may begin with the first of the room no more.
      this.older.value ??= first.id
      const all = [first]
      let next: string | null = first.id
      const isDone = (): boolean => this.newer.value !== null && comparePlaces(all.at(-1) ?? first, last) >= 0
      while (next !== null && all.length < MAX_LOADED && !isDone()) {
        const page: MessagePage = await this.#page('after', next)
        all.push(...page.messages)
        next = page.next
      }
      const kept = all.slice(0, MAX_LOADED)
      this.newer.value = kept.length < all.length ? (kept.at(-1)?.id ?? null) : next
      this.messages.value = kept
    })
  }

  /** The history before a checkpoint has come, with which the room began. */
  historyCame(): void {
    this.older.value ??= this.messages.value[0]?.id ?? null
  }

  /** Takes a message that came, if it belongs to what is loaded. */
  add(message: Message): void {
    if (this.isLoading.value) this.#arrived.push(message)
    else this.#insert(message)
  }

  /** Gives up old messages, for somebody who reads the newest. */
  trim(): void {
    const { value: all } = this.messages
    if (this.isLoading.value || this.newer.value !== null || all.length <= MAX_LOADED) return
    const kept = all.slice(-MAX_LOADED / 2)
    this.older.value = kept[0]?.id ?? null
    this.messages.value = kept
  }

  async #open(): Promise<void> {
    let page = await this.#load({})
    for (let i = 0; page.messages.length === 0 && page.next !== null && i < MAX_EMPTY_PAGES; i++) {
      page = await this.#load({ before: page.next })
    }
    this.messages.value = page.messages
    this.older.value = page.next
    this.newer.value = null
    this.missed.value = 0
    this.isReady.value = true
  }

  /** The next page that has messages. */
  async #page(direction: 'before' | 'after', from: string): Promise<MessagePage> {
    let page = await this.#load({ [direction]: from })
    for (let i = 0; page.messages.length === 0 && page.next !== null && i < MAX_EMPTY_PAGES; i++) {
      page = await this.#load({ [direction]: page.next })
    }
    return page
  }

  /** One piece of work at a time; what comes meanwhile is looked at afterwards. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(async () => {
      this.isLoading.value = true
      try {
        await work()
      } finally {
        this.isLoading.value = false
        for (const message of this.#arrived.splice(0)) this.#insert(message)
      }
    })
    this.#work = done.catch(() => undefined)
    return done
  }

  #insert(message: Message): void {
    const { value: all } = this.messages
    const at = all.findLastIndex((other) => comparePlaces(other, message) <= 0)
    if (all[at]?.id === message.id) return
    if (at === -1 && all.length > 0 && this.older.value !== null) return
    if (at === all.length - 1 && all.length >= MAX_HELD) this.newer.value ??= all.at(-1)?.id ?? null
    if (at === all.length - 1 && this.newer.value !== null) {
      this.missed.value++
      return
    }
    this.messages.value = all.toSpliced(at + 1, 0, message)
  }
}

/** The order of a room: by clock, then by id. */
function comparePlaces(a: Message, b: Message): number {
  return a.clock - b.clock || (a.id < b.id ? -1 : Number(a.id > b.id))
}
