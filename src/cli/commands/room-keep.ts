/** `kith room keep`: how much of a room's history a node keeps. */
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { Kept, RoomHistory } from '../../kith.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, roomArgument, type Run } from '../program.ts'
import { clean, counted, fields } from '../text.ts'
import { timeSpanMs } from '../time-span.ts'

/** Members that one line lists. */
const MAX_KEEPERS = 5

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NUMBER = /^\d{1,9}$/

export function addKeep(room: Command, run: Run): void {
  addCommand(room, {
    name: 'keep',
    summary: 'show or change how much of a history is kept',
    description: "show or change how much of a room's history this node keeps",
    examples: [
      ['kith room keep Kitchen', 'show'],
      ['kith room keep Kitchen --last 10000', 'the last 10,000 documents'],
      ['kith room keep Kitchen --last 90d', 'those of the last 90 days; also h, w and y'],
      ['kith room keep Kitchen all', 'drop no more from now on'],
    ],
    notes: [
      'What is older is dropped within a minute, once another node has had it too and a checkpoint can take its place:',
      'one is written every 256 documents or more. The state of the room stays as it is, but what was dropped cannot be',
      'read here any more; to have it again, leave with --delete, and join. What all nodes of a room drop is gone:',
      'somebody should keep all, such as a carrier (kith carry). "Kept by" tells who here does.',
    ],
  })
    .addArgument(roomArgument())
    .addArgument(new Argument('[all]', 'drop nothing').argParser(allOf))
    .addOption(new Option('--last <amount>', 'how much to keep, e.g. 10000 or 90d').argParser(lastOf))
    .action(run(keep))
}

async function keep(
  context: Context,
  room: string,
  all: 'all' | undefined,
  { last }: { last?: Exclude<Kept, 'all'> },
): Promise<void> {
  if (all !== undefined && last !== undefined) throw new UsageError('Give either all or --last.')
  const history = await context.call('rooms.keep', { room, ...(all && { all: true }), ...last }, 'Asking the node')
  context.output.result(history, () => fields(historyFields(history)))
}

/** Lines of a room's history for people. */
export function historyFields({ keep: kept, dropped, keepers }: RoomHistory): [string, string][] {
  const lines: [string, string][] = [['Keeps', kept === 'all' && dropped > 0 ? 'all from now on' : keptText(kept)]]
  if (kept === 'all' && dropped === 0) return lines
  const names = keepers.map(({ name }) => clean(name))
  const more = names.length - MAX_KEEPERS
  const shown = [...names.slice(0, MAX_KEEPERS), ...(more > 0 ? [`${grouped(more)} more`] : [])]
  return [
    ...lines,
    ['Dropped', dropped === 0 ? 'nothing yet' : counted(dropped, 'older document')],
    ['Kept by', shown.join(', ') || 'nobody who is here now'],
  ]
}

function keptText(kept: Kept): string {
  if (kept === 'all') return 'all documents'
  if ('documents' in kept) return `the last ${counted(kept.documents, 'document')}`
  const { ageMs } = kept
  const age = ageMs % DAY_MS === 0 ? counted(ageMs / DAY_MS, 'day') : counted(Math.ceil(ageMs / HOUR_MS), 'hour')
  return `the documents of the last ${age}`
}

function allOf(text: string): 'all' {
  if (text.toLowerCase() === 'all') return 'all'
  throw new InvalidArgumentError('It must be "all", or --last with how much to keep.')
}

/** A number of documents, or of hours, days, weeks or years. */
function lastOf(text: string): Exclude<Kept, 'all'> {
  const plain = text.trim().replaceAll(/[,_]/g, '')
  if (NUMBER.test(plain) && Number(plain) > 0) return { documents: Number(plain) }
  const ageMs = timeSpanMs(text)
  if (ageMs !== undefined) return { ageMs }
  throw new InvalidArgumentError(
    'It must be a number of documents, such as 10000, or a time, such as 90d, 12h, 4w or 1y.',
  )
}
