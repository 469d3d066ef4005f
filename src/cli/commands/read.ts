/** `kith read`: the messages of a room, line by line, or the documents behind any room. */
import { Option } from 'commander'
import type { Command } from 'commander'
import type { DocumentRecord } from '../../api/event-record.ts'
import type { Message } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { MessageLines } from '../message-lines.ts'
import { olderMessagesLine, tellOlderMessages } from '../older-messages.ts'
import { addCommand, roomArgument, wholeNumber } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, clockTime, counted, fileSize, shortId } from '../text.ts'
import { removedLine } from '../removed.ts'
import { ReadMark } from '../read-mark.ts'
import { ThreadLines } from '../thread-lines.ts'
import { unreadLines } from '../unread.ts'

interface ReadOptions {
  follow?: true
  last?: number
  pending?: true
  documents?: true
  ids?: true
}

export function addReadCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'read',
    summary: 'print the messages of a chat room',
    description: 'print the messages of a chat room, oldest first',
    examples: [
      ['kith read Kitchen', 'all of them'],
      ['kith read Kitchen --last 20', 'the newest 20'],
      ['kith read Kitchen --follow', 'all of them, then new ones until Ctrl-C'],
      ['kith read Kitchen --pending', 'only those that wait for predecessors or a proof'],
      ['kith read Kitchen --follow --last 0 --json', 'only new ones, one JSON value per line'],
      ['kith read Kitchen --last 5 --ids', 'with their ids, for kith send --reply'],
      ['kith read Home --documents', 'the documents of a room of any app'],
    ],
    notes: [
      'What it prints counts as read, on all your devices: see kith room list. With --json it does not.',
      'Also tells who shared which file, as "Anna shared soup.pdf (2.1 MiB)".',
      'Below a message stand the threads about it, of those that you follow with how much is new: kith thread --help.',
      'A message that answers another one begins with a line of that; one that concerns you has an @ in front.',
      'A message that arrives late belongs further up; with --follow it is printed when it arrives.',
      'Just after a join, the messages since a checkpoint are shown, and the older ones are still coming: a line says so,',
      'and with --follow another one once they are here. They are not printed as if they were new.',
    ],
  })
    .addArgument(roomArgument())
    .option('-f, --follow', 'continue with new ones until Ctrl-C')
    .addOption(
      new Option('-n, --last <count>', 'only the newest ones').argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option('--pending', 'only messages whose predecessors, or a proof of their author, are missing').conflicts([
        'follow',
        'last',
        'documents',
      ]),
    )
    .option('--ids', 'with the id of each message in front: kith send --reply takes it')
    .option('--documents', 'print the documents of a room of any app, with their kinds')
    .action(run(read))
}

async function readPending(context: Context, room: string): Promise<void> {
  const messages = await context.call('messages.pending', { room }, 'Reading')
  const lines = new MessageLines(context.output)
  for (const message of messages) {
    const why = message.waitsFor === 'proof' ? '  (nothing proves its author yet)' : ''
    context.output.result(message, () => [lines.format(message, Date.now()) + why])
  }
}

async function read(context: Context, room: string, options: ReadOptions): Promise<void> {
  const { follow, last, pending, documents } = options
  if (pending === true) return readPending(context, room)
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const { api } = context
  // What comes in behind is not new to people.
  const input = { room, last, follow, older: false }
  const details = await context.call('rooms.show', { room }, 'Reading the room')
  const unusual = details.status === 'open' && details.provisional === null ? undefined : details
  const note = (line: string): void => context.output.note(line)
  for (const line of unreadLines(context, details)) note(line)
  const removed = removedLine(details)
  if (removed !== undefined) note(removed)
  if (unusual?.status === 'waiting') {
    note(`Nothing to read yet: waiting for ${clean(unusual.waitingFor) || 'the room'}.`)
  } else if (unusual !== undefined && follow === true) {
    void tellOlderMessages(context, unusual, note, stop.signal)
  } else if (unusual !== undefined) {
    const coming = await olderMessagesLine(context, unusual)
    if (coming !== undefined) note(coming)
  } else if (last === undefined && follow !== true) {
    const { dropped } = await context.call('rooms.keep', { room }, 'Reading the room')
    if (dropped > 0) note(`${counted(dropped, 'older document')} were dropped here: ${context.command('room keep')}`)
  }
  try {
    if (documents === true) await print(context, api.stream('documents.read', input, stop.signal), documentLine, stop)
    else {
      const lines = new MessageLines(context.output, { ids: options.ids })
      const mark = new ReadMark(context, details.id)
      const threads = new ThreadLines(context, room)
      if (details.status === 'open' && !context.output.json) {
        await threads.load()
        if (follow === true) void threads.tell(note, stop.signal)
      }
      const lineOf = (message: Message): string => {
        mark.printed(message.id)
        const under = threads.under(message.id).map((line) => `\n       ${context.output.style('dim', line)}`)
        return [lines.format(message, Date.now()), ...under].join('')
      }
      await print(context, api.stream('messages.read', input, stop.signal), lineOf, stop)
      await mark.told()
    }
  } finally {
    forget()
  }
  if (follow === true && !stop.signal.aborted) throw new FailedError('The node has stopped.')
}

async function print<Item>(
  { output }: Context,
  items: AsyncIterable<Item>,
  lineOf: (item: Item) => string,
  { signal }: AbortController,
): Promise<void> {
  for await (const item of items) {
    output.result(item, () => [lineOf(item)])
    await output.drained(signal)
    if (signal.aborted) return
  }
}

function documentLine({ id, author, timeMs, kind, body }: DocumentRecord): string {
  const size = fileSize(Buffer.byteLength(body, 'base64'))
  return [clockTime(timeMs, Date.now()), shortId(author), clean(kind), size, id].join('  ')
}
