/** `kith send` and `kith read`. */
import { Option } from 'commander'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { FailedError, UsageError } from '../exit.ts'
import { MessageLines } from '../message-lines.ts'
import { addCommand, roomArgument, wholeNumber } from '../program.ts'
import type { Run } from '../program.ts'

interface ReadOptions {
  follow?: true
  last?: number
  pending?: true
}

export function addMessageCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'send',
    summary: 'say something in a chat room',
    description: 'say something in a chat room; returns once it is safe on the disk',
    examples: [
      ['kith send Kitchen "hello"', ''],
      ['kith send Kitchen the kettle is on', 'words need no quotes'],
      ['kith send Kitchen -- -1 is a number', '-- before a text that begins with "-"'],
    ],
    notes: ['Peers that are away get it when they come back.'],
  })
    .addArgument(roomArgument())
    .argument('<text...>', 'what to say')
    .action(run(send))
  addCommand(program, {
    name: 'read',
    summary: 'print the messages of a chat room',
    description: 'print the messages of a chat room, oldest first',
    examples: [
      ['kith read Kitchen', 'all'],
      ['kith read Kitchen --last 20', 'the newest 20'],
      ['kith read Kitchen --follow', 'all, then what comes, until Ctrl-C'],
      ['kith read Kitchen --pending', 'those whose history has not arrived yet'],
      ['kith read Kitchen --follow --last 0 --json', 'only what comes, one JSON value per line'],
    ],
    notes: ['A message that arrives late belongs further up; with --follow it is printed when it arrives.'],
  })
    .addArgument(roomArgument())
    .option('-f, --follow', 'go on with what comes')
    .addOption(
      new Option('-n, --last <count>', 'only the newest ones').argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option(
        '--pending',
        'only those that are not in their place yet, as what they answer has not arrived',
      ).conflicts(['follow', 'last']),
    )
    .action(run(read))
}

async function send(context: Context, room: string, words: string[]): Promise<void> {
  const text = words.join(' ')
  if (text.trim() === '') throw new UsageError('There is nothing to say: the text is empty.')
  const sent = await context.call('messages.send', { room, text }, 'Sending')
  if (context.output.json) context.output.value(sent)
}

async function readPending(context: Context, room: string): Promise<void> {
  const messages = await context.call('messages.pending', { room }, 'Reading')
  const lines = new MessageLines(context.output)
  for (const message of messages) context.output.result(message, () => [lines.format(message, Date.now())])
}

async function read(context: Context, room: string, { follow, last, pending }: ReadOptions): Promise<void> {
  if (pending === true) return readPending(context, room)
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const lines = new MessageLines(context.output)
  try {
    for await (const message of context.api.stream('messages.read', { room, last, follow }, stop.signal)) {
      context.output.result(message, () => [lines.format(message, Date.now())])
      await context.output.drained(stop.signal)
      if (stop.signal.aborted) break
    }
  } finally {
    forget()
  }
  if (follow === true && !stop.signal.aborted) throw new FailedError('The node has stopped.')
}
