/** `kith chat`: a conversation in a plain terminal, or lines read from a pipe. */
import { clearScreenDown, createInterface, cursorTo, moveCursor } from 'node:readline'
import type { Interface } from 'node:readline'
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { Message, RoomDetails, SentDocument } from '../../kith.ts'
import { tellAccess } from '../access-lines.ts'
import type { Context } from '../context.ts'
import { EXIT_WRONG_USE, FailedError, failureOf, UsageError } from '../exit.ts'
import { nameOf } from '../held-invite.ts'
import { MessageLines } from '../message-lines.ts'
import { tellMove } from '../moved.ts'
import { tellOlderMessages } from '../older-messages.ts'
import { PastedText } from '../pasted-text.ts'
import type { Terminal } from '../terminal.ts'
import { addCommand, roomArgument } from '../program.ts'
import type { Run } from '../program.ts'
import { removedLine } from '../removed.ts'
import { ReadMark } from '../read-mark.ts'
import { utf8Lines } from '../standard-input.ts'
import { clean, counted, fileSize } from '../text.ts'
import { unreadLines } from '../unread.ts'

/** How many messages to show at first: about a screen. */
const SHOWN_MESSAGES = 20

const PROMPT = '> '
const LONG_PROMPT = 'Send it? [y/N] '

/** About a screen. More at once was pasted, and is sent only after a question. */
const MAX_UNASKED_LINES = 20
const MAX_UNASKED_CHARACTERS = 2000

function isLong(text: string): boolean {
  return text.length > MAX_UNASKED_CHARACTERS || text.split('\n').length > MAX_UNASKED_LINES
}

const CHAT_HELP = [
  '/members  who is online',
  '/quit     leave the chat (so does Ctrl-D); the node keeps running',
  '//text    send a text that begins with "/"',
  'What you paste is text, with all its lines; Enter sends it as one message, a long one after a question.',
  'In a terminal that does not mark pastes, the same holds for lines that arrive together.',
]

export function addChatCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'chat',
    summary: 'talk in a room',
    description: 'talk in a room: shows the newest messages and new ones, and sends what you type',
    examples: [
      ['kith chat Kitchen', ''],
      ['echo hello | kith chat Kitchen', 'send each line of a pipe, then end'],
    ],
    notes: ['While it runs: /members, /help, /quit.'],
  })
    .addArgument(roomArgument())
    .action(run(chat))
}

async function chat(context: Context, reference: string): Promise<void> {
  const room = await context.call('rooms.show', { room: reference }, 'Opening the room')
  if (room.status === 'waiting')
    throw new FailedError(`The room is not open yet: waiting for ${clean(room.waitingFor)}.`)
  if (room.app === '' && room.access === 'private') {
    throw new FailedError(`${nameOf(room)} cannot be read here: it waits for ${clean(room.waitingFor)}.`)
  }
  if (room.app !== 'chat') throw new FailedError(`${clean(room.name)} is a ${clean(room.app)} room, which has no chat.`)
  const session = new ChatSession(context, room)
  try {
    await session.run()
  } finally {
    session.end()
  }
}

class ChatSession {
  readonly #context: Context
  readonly #room: RoomDetails
  readonly #lines: MessageLines
  readonly #read: ReadMark
  readonly #stop = new AbortController()
  readonly #forget: () => void
  /** Whether a person types; otherwise lines come from a pipe, and none of them is a command. */
  readonly #isTyped: boolean
  /** Whether the person also sees what is printed here. */
  readonly #interactive: boolean
  /** Where the person sees what is typed; undefined if the terminal itself shows it, line by line. */
  readonly #screen: Terminal['stdout'] | undefined
  /** Messages sent from here whose event has not arrived yet. */
  readonly #own = new Set<string>()
  #ownShown: (() => void) | undefined
  #sending: Promise<unknown> = Promise.resolve()
  /** A long paste, for which it was asked whether to send it. */
  #long: string | undefined
  #input: Interface | undefined

  constructor(context: Context, room: RoomDetails) {
    this.#context = context
    this.#room = room
    this.#lines = new MessageLines(context.output)
    this.#read = new ReadMark(context, room.id)
    const { stdin, stdout, stderr } = context.terminal
    this.#isTyped = stdin.isTTY === true
    this.#interactive = this.#isTyped && stdout.isTTY === true && !context.output.json
    // As in `kith chat | tee`, whose output is no terminal.
    const isAside = this.#isTyped && stderr.isTTY === true && !context.output.json
    this.#screen = this.#interactive ? stdout : isAside ? stderr : undefined
    this.#forget = context.terminal.onInterrupt(() => this.end())
  }

  /** Shows the conversation and sends what is typed, until either ends. */
  async run(): Promise<void> {
    if (this.#interactive) this.#greet()
    const say = (line: string): void => (this.#interactive ? this.#print(line) : this.#context.output.note(line))
    for (const line of unreadLines(this.#context, this.#room)) say(line)
    const removed = removedLine(this.#room)
    if (removed !== undefined) say(removed)
    void tellMove(this.#context, this.#room, say, this.#stop.signal)
    if (this.#room.access !== 'open') void tellAccess(this.#context, this.#room.id, say, this.#stop.signal)
    void tellOlderMessages(this.#context, this.#room, say, this.#stop.signal)
    const following = this.#follow()
    await Promise.race([this.#send(), following])
    this.#stop.abort()
    await following
    await this.#read.told()
    if (this.#interactive) this.#context.output.lines('')
  }

  end(): void {
    this.#stop.abort()
    this.#input?.close()
    this.#ownShown?.()
    this.#forget()
  }

  #greet(): void {
    const { name, documents, neighbours } = this.#room
    const peers = neighbours === 0 ? 'nobody else is connected' : `${counted(neighbours, 'peer')} connected`
    this.#context.output.lines(`${clean(name)}: ${counted(documents, 'document')}, ${peers}. /help for help.`, '')
  }

  async #follow(): Promise<void> {
    const { api } = this.#context
    const input = { room: this.#room.id, last: SHOWN_MESSAGES, follow: true, older: false }
    for await (const message of api.stream('messages.read', input, this.#stop.signal)) {
      await this.#show(message)
      await this.#context.output.drained(this.#stop.signal)
    }
    if (!this.#stop.signal.aborted) throw new FailedError('The node has stopped.')
  }

  async #show(message: Message): Promise<void> {
    // An own message may come back before its sending is answered.
    await this.#sending.catch(() => {})
    const own = this.#own.delete(message.id)
    if (!this.#interactive) this.#context.output.result(message, () => [this.#lines.format(message, Date.now())])
    // An own message is on the screen already, as it was typed.
    else if (!own) this.#print(this.#lines.format(message, Date.now()))
    if (this.#interactive) this.#read.printed(message.id)
    if (this.#own.size === 0) this.#ownShown?.()
  }

  /** Prints above the line that is being typed. */
  #print(...lines: string[]): void {
    const input = this.#input
    if (!this.#interactive || input === undefined) return this.#context.output.lines(...lines)
    const { stdout } = this.#context.terminal
    moveCursor(stdout, 0, -input.getCursorPos().rows)
    cursorTo(stdout, 0)
    clearScreenDown(stdout)
    // Readline's idea of the cursor's row, which is wrong after a paste that took several rows.
    const drawn: Interface & { prevRows?: number } = input
    drawn.prevRows = 0
    this.#context.output.lines(...lines)
    input.prompt(true)
  }

  async #send(): Promise<void> {
    if (this.#isTyped) await this.#sendTyped()
    else await this.#sendPiped()
    if (!this.#interactive) await this.#untilOwnShown()
  }

  async #sendTyped(): Promise<void> {
    const { stdin } = this.#context.terminal
    const [screen, prompt] = [this.#screen, this.#interactive ? PROMPT : '']
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
    const pasted = screen && new PastedText(input, stdin, screen)
    try {
      if (this.#interactive) input.prompt()
      for await (const line of input) {
        const { text, isPasted } = pasted?.take(line) ?? { text: line, isPasted: false }
        if (this.#long !== undefined) await this.#answerForLong(text)
        else if (isLong(text)) this.#askForLong(text)
        else if (isPasted) await this.#orReport(() => this.#say(text))
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
    this.#print(`This is one message of ${size}. To share it as a file instead: kith file add`)
  }

  async #answerForLong(answer: string): Promise<void> {
    const text = this.#long ?? ''
    this.#long = undefined
    if (/^\s*y(es)?\s*$/i.test(answer)) await this.#orReport(() => this.#say(text))
    else this.#print('Not sent. The Up key brings it back.')
  }

  /** Sends each line that a room can take. Throws a FailedError if one was not taken. */
  async #sendPiped(): Promise<void> {
    let notSent = 0
    let number = 0
    for await (const line of utf8Lines(this.#context.terminal.stdin, this.#stop.signal)) {
      number++
      if (line?.trim() === '') continue
      try {
        if (line === undefined) throw new UsageError('it has bytes that are not UTF-8')
        await this.#say(line)
      } catch (error) {
        const { exitCode, message } = failureOf(error, this.#context.command('start'))
        // Only this line is at fault.
        if (exitCode !== EXIT_WRONG_USE) throw error
        notSent++
        this.#context.output.note(`kith: line ${number} was not sent: ${message}`)
      }
    }
    if (notSent > 0) throw new FailedError(`${counted(notSent, 'line')} of ${grouped(number)} could not be sent.`)
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
    if (typed === '') return
    if (typed === '/help') return this.#print(...CHAT_HELP)
    if (typed === '/members') await this.#orReport(() => this.#printMembers())
    else if (typed.startsWith('//')) await this.#orReport(() => this.#say(line.trimStart().slice(1)))
    else if (typed.startsWith('/')) this.#print(`There is no command ${clean(typed)}. /help lists the commands.`)
    else await this.#orReport(() => this.#say(line))
  }

  async #orReport(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      const { message } = failureOf(error, this.#context.command('start'))
      this.#print(`Not sent: ${clean(message)}`)
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
    const members = await this.#context.api.call('rooms.members', { room: this.#room.id })
    this.#print(
      ...members.map((member) => {
        const here = member.self ? 'you' : member.online ? 'here' : 'away'
        return `${clean(member.name)} (${here}), ${counted(member.documents, 'document')}`
      }),
    )
  }
}
