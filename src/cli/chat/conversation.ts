/** What a person sees of a room in a terminal: what was said, who comes and leaves, and what is older on request. */
import type { Interface, Key } from 'node:readline'
import type { Message, RoomDetails } from '../../kith.ts'
import type { Context } from '../context.ts'
import { clean, clockTime } from '../text.ts'
import { ChatLines } from './chat-lines.ts'
import { HistoryView } from './history-view.ts'
import { hereLine, peopleHere, tellPresence } from './presence.ts'
import { Screen } from './screen.ts'
import { wrap } from './wrap.ts'

/** How many messages to show at first: about a screen. */
export const SHOWN_MESSAGES = 20
/** Of what was read before, so that one knows what the new messages are about. */
const READ_BEFORE_NEW = 3
/** What a call gives at once; of more new messages, the older ones are a Page Up away. */
const MAX_SHOWN_AT_FIRST = 100

/** What readline does with each key; Node's own REPL replaces it, too. */
interface KeyReader {
  /** `key` is undefined for what a program writes. */
  _ttyWrite: (text: string | undefined, key: Key | undefined) => void
}

export class Conversation {
  readonly #context: Context
  readonly #room: RoomDetails
  readonly #screen: Screen
  readonly #history: HistoryView
  /** Keys of the person at this terminal. */
  readonly #own = new Set<string>()
  readonly #lines: ChatLines
  #firstNew: string | undefined
  #firstShown = SHOWN_MESSAGES

  constructor(context: Context, room: RoomDetails) {
    const { terminal, output, api } = context
    this.#context = context
    this.#room = room
    const screen = new Screen(terminal, output)
    this.#screen = screen
    const looks = { own: this.#own, columns: () => screen.columns }
    this.#lines = new ChatLines(output, looks)
    this.#history = new HistoryView({
      ...{ terminal, output, screen, title: room.name },
      load: (options) => api.call('messages.page', { room: room.id, ...options }),
      rowsOf: (messages) => {
        const lines = new ChatLines(output, { ...looks, isPaged: true })
        return messages.map((message) => ({ id: message.id, rows: lines.message(message, Date.now()) }))
      },
    })
  }

  /** How many of the newest messages to show at first: all that are new, if they are not too many. */
  get firstShown(): number {
    return this.#firstShown
  }

  /** The lines that were entered and are on their way. */
  get entered(): Pick<Screen, 'settle'> {
    return this.#screen
  }

  /** Says where one is, and from now on who comes and leaves. */
  async begin(signal: AbortSignal): Promise<void> {
    const { api } = this.#context
    const { id, name } = this.#room
    const members = await api.call('rooms.members', { room: id })
    const person = members.find(({ self }) => self)?.person
    for (const member of members) if (member.person === person) this.#own.add(member.peer)
    const here = peopleHere(members)
    const now = Date.now()
    // With a time, as it is true then, and stays on the screen.
    const who = `${clockTime(now, now)}: ${hereLine([...here.values()])}.`
    this.#screen.print(
      ...this.#lines.notice(
        `${clean(name)} at ${who} /help for help; in a browser: ${this.#context.command('open')}`,
        now,
      ),
      '',
    )
    await this.#findNew()
    const say = (line: string, atMs: number): void => this.#screen.print(...this.#lines.notice(line, Date.now(), atMs))
    void tellPresence(this.#context, id, here, say, signal)
  }

  /** What is typed goes to `input`, but for keys that read back. */
  attach(input: Interface): void {
    this.#screen.attach(input)
    const reader = input as Interface & KeyReader
    const type = reader._ttyWrite.bind(input)
    reader._ttyWrite = (text, key) => {
      if (this.#history.isOpen && key !== undefined) this.#history.press(key)
      else if (key?.name === 'pageup') void this.#history.open()
      else {
        // A paste is for the chat.
        this.#history.close()
        type(text, key)
      }
    }
  }

  /** `under`: what stands below the message. */
  show(message: Message, under: readonly string[] = []): void {
    const now = Date.now()
    const rows = [...this.#lines.message(message, now), ...under.flatMap((line) => this.#lines.notice(line, now))]
    if (message.id === this.#firstNew) rows.unshift(this.#lines.rule('new messages', 'bold'))
    this.#screen.print(...rows)
  }

  notice(line: string): void {
    this.#screen.print(...this.#lines.notice(line, Date.now()))
  }

  /** What the person asked for, or is asked. */
  answer(...lines: string[]): void {
    this.#screen.print(...lines.flatMap((line) => wrap(line, this.#screen.columns)))
  }

  end(): void {
    this.#history.close()
    this.#screen.end()
  }

  /** Where the messages begin that came since the user was here. */
  async #findNew(): Promise<void> {
    const { newMessages, id: room } = this.#room
    if (newMessages === null || newMessages === 0) return
    const { messages } = await this.#context.api.call('messages.page', { room, limit: MAX_SHOWN_AT_FIRST })
    const first = messages.filter(({ author }) => !this.#own.has(author)).at(-newMessages)
    const at = messages.findIndex(({ id }) => id === first?.id)
    this.#firstNew = messages[at]?.id
    const shown = at === -1 ? MAX_SHOWN_AT_FIRST : messages.length - at + READ_BEFORE_NEW
    this.#firstShown = Math.min(MAX_SHOWN_AT_FIRST, Math.max(SHOWN_MESSAGES, shown))
  }
}
