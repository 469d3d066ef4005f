/** Threads in a conversation: under the messages that they are about, and as they start. */
import type { ChildPage, ChildRoom, LinkedRoom } from '../kith.ts'
import { newText } from './new-messages.ts'
import type { Context } from './context.ts'
import { clean, counted, cut, shellWord } from './text.ts'

/** What a call gives at once. */
const PAGE = 100
/** Threads that are looked for under messages, the newest: one line each, and few rooms have more. */
const MAX_THREADS = 1_000
/** So many messages stand for any more. */
const MAX_COUNTED = 100
const MAX_TITLE_COLUMNS = 60

export class ThreadLines {
  readonly #context: Context
  readonly #room: string
  readonly #byMessage = new Map<string, ChildRoom[]>()

  /** `room`: as it was typed. */
  constructor(context: Context, room: string) {
    this.#context = context
    this.#room = room
  }

  /** Reads those that there are. */
  async load(): Promise<void> {
    let next: string | null = null
    for (let read = 0; read < MAX_THREADS; read += PAGE) {
      const page: ChildPage = await this.#context.call(
        'children.list',
        { room: this.#room, threads: true, limit: PAGE, ...(next !== null && { before: next }) },
        'Reading the threads',
      )
      for (const thread of page.children) this.#add(thread)
      next = page.next
      if (next === null) return
    }
  }

  #add(thread: ChildRoom): void {
    // What belongs elsewhere is no thread here.
    if (thread.about === null || thread.status === 'foreign') return
    this.#byMessage.set(thread.about, [...(this.#byMessage.get(thread.about) ?? []), thread])
  }

  /** What threads a message has, such as `↳ Soup: 12 messages, 3 new  kith read Kitchen/Soup`. */
  under(message: string): string[] {
    return (this.#byMessage.get(message) ?? []).map((thread) => `↳ ${this.#line(thread)}`)
  }

  /** Says which start, until `signal` aborts. */
  async tell(say: (line: string) => void, signal: AbortSignal): Promise<void> {
    try {
      for await (const child of this.#context.api.stream('children.watch', { room: this.#room }, signal)) {
        this.#add(child)
        say(this.#started(child))
      }
    } catch {
      // Whoever follows the room is told if the node has stopped.
    }
  }

  #started(child: LinkedRoom): string {
    const what = child.about === null ? 'put a room below this one' : 'started a thread'
    const how = child.status === 'followed' ? 'chat' : 'follow'
    return `${clean(child.startedBy.name)} ${what}, ${titleOf(child)}:  ${this.#command(how, child)}`
  }

  #line(thread: ChildRoom): string {
    const title = titleOf(thread)
    switch (thread.status) {
      case 'followed':
        return `${title}: ${sizeOf(thread)}  ${this.#command('read', thread)}`
      case 'waiting':
        return `${title}, on its way`
      default:
        return `${title}, not followed  ${this.#command('follow', thread)}`
    }
  }

  #command(name: string, { title }: ChildRoom): string {
    return this.#context.command(`${name} ${shellWord(`${this.#room}/${title}`)}`)
  }
}

function titleOf({ title }: ChildRoom): string {
  return cut(clean(title), MAX_TITLE_COLUMNS)
}

function sizeOf(thread: ChildRoom): string {
  const { messages, newMessages } = thread
  if (messages === null) return 'nothing to read'
  const all = messages >= MAX_COUNTED ? `${MAX_COUNTED - 1}+ messages` : counted(messages, 'message')
  return newMessages === null || newMessages === 0 ? all : `${all}, ${newText(thread)} new`
}
