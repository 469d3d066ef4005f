/** One run of `kith chat`: shows a conversation and sends what is typed, or comes from a pipe. */
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import type { Message, RoomDetails, SentDocument } from '../../kith.ts'
import { tellAccess } from '../access-lines.ts'
import type { Context } from '../context.ts'
import { FailedError, failureOf } from '../exit.ts'
import { MessageLines } from '../message-lines.ts'
import { tellMove } from '../moved.ts'
import { tellOlderMessages } from '../older-messages.ts'
import { removedLine } from '../removed.ts'
import { ReadMark } from '../read-mark.ts'
import { clean, counted, fileSize, shellWord } from '../text.ts'
import type { Terminal } from '../terminal.ts'
import { ThreadLines } from '../thread-lines.ts'
import { unreadLines } from '../unread.ts'
import { Conversation, SHOWN_MESSAGES } from './conversation.ts'
import { PastedText } from './pasted-text.ts'
import { sendPiped } from './piped.ts'

const LEFT_OUT = 'Colours and control characters are left out of what you pasted.'
const PROMPT = '> '
const LONG_PROMPT = 'Send it? [y/N] '

/** About a screen. More at once was pasted, and is sent only after a question. */
const MAX_UNASKED_LINES = 20
const MAX_UNASKED_CHARACTERS = 2000

function isLong(text: string): boolean {
  return text.length > MAX_UNASKED_CHARACTERS || text.split('\n').length > MAX_UNASKED_LINES
}

export class ChatSession {
  readonly #context: Context
  readonly #room: RoomDetails
  /** The room as it was typed. */
  readonly #reference: string
  readonly #threads: ThreadLines
  readonly #lines: MessageLines
  readonly #read: ReadMark
  readonly #stop = new AbortController()
  readonly #forget: () => void
  /** Whether a person types; otherwise lines come from a pipe, and none of them is a command. */
  readonly #isTyped: boolean
  /** Set if the person also sees what is printed here. */
  readonly #conversation: Conversation | undefined
  /** Where the person sees what is typed; undefined if the terminal itself shows it, line by line. */
  readonly #screen: Terminal['stdout'] | undefined
  /** Messages sent from here whose event has not arrived yet. */
  readonly #own = new Set<string>()
  #ownShown: (() => void) | undefined
  #sending: Promise<unknown> = Promise.resolve()
  /** A long paste, for which it was asked whether to send it. */
  #long: string | undefined
  #input: Interface | undefined

  /** `reference`: the room as it was typed. */
  constructor(context: Context, room: RoomDetails, reference: string) {
    this.#context = context
    this.#room = room
    this.#reference = reference
    this.#threads = new ThreadLines(context, reference)
    this.#lines = new MessageLines(context.output)
    this.#read = new ReadMark(context, room.id)
    const { stdin, stdout, stderr } = context.terminal
    this.#isTyped = stdin.isTTY === true
    const isInteractive = this.#isTyped && stdout.isTTY === true && !context.output.json
    this.#conversation = isInteractive ? new Conversation(context, room) : undefined
    // As in `kith chat | tee`, whose output is no terminal.
    const isAside = this.#isTyped && stderr.isTTY === true && !context.output.json
    this.#screen = isInteractive ? stdout : isAside ? stderr : undefined
    this.#forget = context.terminal.onInterrupt(() => this.end())
  }

  /** Shows the conversation and sends what is typed, until either ends. */
  async run(): Promise<void> {
    const conversation = this.#conversation
    await conversation?.begin(this.#stop.signal)
    const say = (line: string): void => (conversation ? conversation.notice(line) : this.#context.output.note(line))
    for (const line of unreadLines(this.#context, this.#room)) say(line)
    const removed = removedLine(this.#room)
    if (removed !== undefined) say(removed)
    void tellMove(this.#context, this.#room, say, this.#stop.signal)
    if (this.#room.access !== 'open') void tellAccess(this.#context, this.#room.id, say, this.#stop.signal)
    void tellOlderMessages(this.#context, this.#room, say, this.#stop.signal)
    if (conversation !== undefined) {
      await this.#threads.load()
      void this.#threads.tell(say, this.#stop.signal)
    }
    const following = this.#follow()
    await Promise.race([this.#send(), following])
    this.#stop.abort()
    await following
    await this.#read.told()
  }

  end(): void {
    this.#stop.abort()
    this.#conversation?.end()
    this.#input?.close()
    this.#ownShown?.()
    this.#forget()
  }

  async #follow(): Promise<void> {
    const { api } = this.#context
    const last = this.#conversation?.firstShown ?? SHOWN_MESSAGES
    const input = { room: this.#room.id, last, follow: true, older: false }
    for await (const message of api.stream('messages.read', input, this.#stop.signal)) {
      await this.#show(message)
      await this.#context.output.drained(this.#stop.signal)
    }
    if (!this.#stop.signal.aborted) throw new FailedError('The node has stopped.')
  }

  async #show(message: Message): Promise<void> {
    if (this.#conversation !== undefined) {
      this.#conversation.show(message, this.#threads.under(message.id))
      this.#read.printed(message.id)
      return
    }
    // An own message may come back before its sending is answered.
    await this.#sending.catch(() => {})
    this.#own.delete(message.id)
    this.#context.output.result(message, () => [this.#lines.format(message, Date.now())])
    if (this.#own.size === 0) this.#ownShown?.()
  }

  async #send(): Promise<void> {
    const { terminal } = this.#context
    if (this.#isTyped) await this.#sendTyped()
    else await sendPiped(this.#context, terminal.stdin, (line) => this.#say(line), this.#stop.signal)
    if (this.#conversation === undefined) await this.#untilOwnShown()
  }

  async #sendTyped(): Promise<void> {
    const { stdin } = this.#context.terminal
    const [screen, prompt] = [this.#screen, this.#conversation === undefined ? '' : PROMPT]
    const input = createInterface(
      screen === undefined ? { input: stdin } : { input: stdin, output: screen, prompt, terminal: true },
    )
    this.#input = input
    input.on('SIGINT', () => this.end())
    input.on('history', (history) => {
      // An answer is not what the Up key should bring back.
      if (this.#long !== undefined) history.shift()
    })
    // After Ctrl-Z, readline leaves it to its user to go on.
    input.on('SIGCONT', () => input.prompt(true))
    this.#conversation?.attach(input)
    const pasted = screen && new PastedText(input, stdin, screen, () => this.#print(LEFT_OUT))
    try {
      if (this.#conversation !== undefined) input.prompt()
      for await (const line of input) {
        const { text, isPasted } = pasted?.take(line) ?? { text: line, isPasted: false }
        if (this.#long !== undefined) await this.#answerForLong(text)
        else if (isLong(text)) this.#askForLong(text)
        else if (isPasted) await this.#sayOrReport(text)
        else if (text.trim() === '/quit') return
        else await this.#handleTyped(text)
        if (screen === undefined || this.#stop.signal.aborted) continue
        input.setPrompt(this.#long === undefined ? prompt : LONG_PROMPT)
        input.prompt(true)
      }
    } finally {
      pasted?.end()
    }
  }

  /** Much at once is often not what was meant to be copied. */
  #askForLong(text: string): void {
    this.#long = text
    const size = `${counted(text.split('\n').length, 'line')}, ${fileSize(Buffer.byteLength(text))}`
    this.#conversation?.entered.settle(true)
    this.#print(`This is one message of ${size}. To share it as a file instead: kith file add`)
  }

  async #answerForLong(answer: string): Promise<void> {
    const text = this.#long ?? ''
    this.#long = undefined
    if (/^\s*y(es)?\s*$/i.test(answer)) return this.#sayOrReport(text)
    this.#conversation?.entered.settle(false)
    this.#print('Not sent. The Up key brings it back.')
  }

  /** Waits until all sent messages are printed, so that a pipe's output does not depend on timing. */
  async #untilOwnShown(): Promise<void> {
    if (this.#own.size === 0 || this.#stop.signal.aborted) return
    await new Promise<void>((resolve) => {
      this.#ownShown = resolve
    })
  }

  async #handleTyped(line: string): Promise<void> {
    const typed = line.trim()
    if (typed !== '' && (!typed.startsWith('/') || typed.startsWith('//'))) {
      return this.#sayOrReport(typed.startsWith('//') ? line.trimStart().slice(1) : line)
    }
    this.#conversation?.entered.settle(typed === '')
    if (typed === '/help') this.#print(...this.#help())
    else if (typed === '/members') await this.#printMembers()
    else if (typed !== '') this.#print(`There is no command ${clean(typed)}. /help lists the commands.`)
  }

  #help(): string[] {
    const lines = [
      '/members  who is online',
      '/quit     leave the chat (so does Ctrl-D); the node keeps running',
      '//text    send a text that begins with "/"',
      'What you paste is text, with all its lines; Enter sends it as one message, a long one after a question.',
      'In a terminal that does not mark pastes, the same holds for lines that arrive together.',
    ]
    if (this.#conversation === undefined) return lines
    const room = shellWord(this.#reference)
    const list = this.#context.command(`file list ${room}`)
    return [
      'Page Up   read what is older; Page Down goes on, q ends it',
      ...lines,
      `What is shared here: ${list}`,
      `The room in a browser: ${this.#context.command('open')}`,
    ]
  }

  #print(...lines: string[]): void {
    if (this.#conversation === undefined) this.#context.output.lines(...lines)
    else this.#conversation.answer(...lines)
  }

  /** Once it is written, the message stands where all others do instead of as it was typed. */
  async #sayOrReport(text: string): Promise<void> {
    try {
      await this.#say(text)
      this.#conversation?.entered.settle(true)
    } catch (error) {
      this.#conversation?.entered.settle(false)
      this.#print(`Not sent: ${clean(failureOf(error, this.#context.command('start')).message)}`)
    }
  }

  async #say(text: string): Promise<void> {
    const { id: room, app } = this.#room
    const sending = this.#context.api.call('rooms.do', { room, app, command: 'send', args: { text } })
    this.#sending = sending
    const sent = (await sending).value as unknown as SentDocument
    this.#own.add(sent.id)
  }

  async #printMembers(): Promise<void> {
    try {
      const members = await this.#context.api.call('rooms.members', { room: this.#room.id })
      this.#print(
        ...members.map((member) => {
          const here = member.self ? 'you' : member.online ? 'here' : 'away'
          return `${clean(member.name)} (${here}), ${counted(member.documents, 'document')}`
        }),
      )
    } catch (error) {
      this.#print(`Not known: ${clean(failureOf(error, this.#context.command('start')).message)}`)
    }
  }
}
