/** `kith verify`: two people compare their keys. */
import type { Command } from 'commander'
import type { Verification } from '../../kith.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, clockTime, inGroups, shellWord } from '../text.ts'

/** On one line: the words of one key. */
const WORDS_OF_KEY = 6
/** On one line: the digits of one key. */
const DIGITS_OF_KEY = 30

interface VerifyFlags {
  words?: string
  undo?: true
}

export function addVerifyCommand(program: Command, run: Run): void {
  addCommand(program, {
    name: 'verify',
    summary: 'compare keys with a member, by words that you read to each other',
    description: "show the safety words of your key and a member's, to compare them with the member",
    examples: [
      ['kith verify Family Bob', 'while Bob runs: kith verify Family YOUR-NAME'],
      ['kith verify Family Bob --words "double cute …"', 'without being asked: the words or digits that Bob sees'],
      ['kith verify Family Bob --undo', 'no longer believe it'],
    ],
    notes: [
      'Both of you run it, each on your own machine, and read the words to each other: in one room, or over the telephone',
      'where you know the voice. If all are the same, nobody else can write in the name of either. kith members then says',
      'verified, in all rooms, on your machine only. Who has a new key, such as on a new machine, is a new member, and not',
      'verified, whatever the name.',
    ],
  })
    .addArgument(roomArgument())
    .argument('<member>', 'name or id, or the end of it')
    .option('--words <words>', 'the words or digits that the other person sees: notes the member as verified')
    .option('--undo', 'the member is not verified any more')
    .action(run(verify))
}

async function verify(context: Context, room: string, member: string, { words, undo }: VerifyFlags): Promise<void> {
  if (words !== undefined && undo === true) throw new UsageError('Give either --words or --undo.')
  const asked = { room, member }
  if (undo === true) return takeBack(context, asked)
  if (words?.trim() === '')
    throw new UsageError('--words is empty: give the words or digits that the other person sees.')
  if (words !== undefined) return note(context, asked, words)
  const here = await context.call('rooms.safetyWords', asked, 'Computing the words')
  if (context.output.json) return context.output.value(here)
  context.output.lines(...describe(here))
  if (!isInteractive(context)) {
    context.output.lines(
      '',
      `If ${clean(here.name)} sees the same:  ${context.command(`verify ${shellWord(room)} ${shellWord(member)}`)} --words "${here.words.join(' ')}"`,
    )
    return
  }
  await confirm(context, [''], false, `Does ${clean(here.name)} see the same words, each of them?`)
  // By id: the name may be another one's by now.
  await note(context, { room, member: here.peer }, here.words.join(' '))
}

async function note(context: Context, asked: { room: string; member: string }, said: string): Promise<void> {
  const verified = await context.call('rooms.verify', { ...asked, said }, 'Comparing')
  context.output.result(verified, () => [`${clean(verified.name)} is verified: ${verified.peer}`])
}

async function takeBack(context: Context, asked: { room: string; member: string }): Promise<void> {
  const { peer, name, verifiedMs } = await context.call('rooms.safetyWords', asked, 'Asking the node')
  const undone = await context.call('rooms.unverify', { ...asked, member: peer }, 'Asking the node')
  context.output.result(undone, () => [
    verifiedMs === null
      ? `${clean(name)} was never verified here, so nothing changes: ${peer}`
      : `${clean(name)} is not verified any more: ${peer}`,
  ])
}

function describe({ name, peer, words, digits, verifiedMs }: Verification): string[] {
  const halves = [words.slice(0, WORDS_OF_KEY), words.slice(WORDS_OF_KEY)]
  const since = verifiedMs === null ? [] : [`(Verified since ${clockTime(verifiedMs, Date.now())}.)`]
  return [
    `Safety words of you and ${clean(name)}, ${peer}:`,
    '',
    ...halves.map((half) => `  ${half.join(' ')}`),
    '',
    'or in digits:',
    '',
    `  ${inGroups(digits.slice(0, DIGITS_OF_KEY))}`,
    `  ${inGroups(digits.slice(DIGITS_OF_KEY))}`,
    ...since,
  ]
}

function isInteractive({ terminal }: Context): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true
}
