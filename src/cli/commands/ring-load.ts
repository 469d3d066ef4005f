/** `kith ring load`: random puts and gets, and how they went. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { ApiInput } from '../../api/contract.ts'
import type { RingLoadKind, RingLoadLatencies, RingLoadReport } from '../../api/ring-load.ts'
import {
  DEFAULT_LOAD_PER_SECOND,
  MAX_LOAD_KEYS,
  MAX_LOAD_OPS,
  MAX_LOAD_PER_SECOND,
} from '../../api/ring-load-limits.ts'
import { grouped } from '../../grouped.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { addCommand, wholeNumber, type Run } from '../program.ts'
import { columnsOf, progressLine, type Progress } from '../progress.ts'
import { LiveLine } from '../terminal.ts'
import { counted, cut, duration, table } from '../text.ts'

const DEFAULT_OPS = 1_000
const DEFAULT_PUT = 0.3
const DEFAULT_KEYS = 1_000
const MS_PER_SECOND = 1_000

interface LoadFlags {
  ops: number
  put: number
  keys: number
  rate: number
  seed?: number
}

/** Adds `kith ring load`. */
export function addRingLoadCommand(ring: Command, run: Run): void {
  addCommand(ring, {
    name: 'load',
    summary: 'put and get random items, and measure that',
    description: 'put and get random items from this node, and show how long that takes and what is lost',
    examples: [
      ['kith ring load', `${grouped(DEFAULT_OPS)} operations`],
      ['kith ring load --ops 10000 --put 0.3 --keys 1000', '30 % puts, at 1,000 keys'],
      ['kith ring load --seed 42', 'the same operations again'],
    ],
    notes: [
      'It writes real items into the ring, of 1 kB and in 4 copies; they expire after an hour.',
      'Half of the keys are names of this node, whose items have versions. Others are hashes of what is put there.',
      'Nodes refuse more than some 64 requests a second of one peer, so a high --rate shows failures.',
      'Ctrl-C shows what there is so far. The exit code is 1 if something was lost.',
    ],
  })
    .addOption(number('--ops <n>', 'how many operations', 1, MAX_LOAD_OPS).default(DEFAULT_OPS))
    .addOption(new Option('--put <share>', 'the share of puts, from 0 to 1').argParser(shareOf).default(DEFAULT_PUT))
    .addOption(number('--keys <n>', 'at how many keys', 1, MAX_LOAD_KEYS).default(DEFAULT_KEYS))
    .addOption(number('--rate <n>', 'how many a second', 1, MAX_LOAD_PER_SECOND).default(DEFAULT_LOAD_PER_SECOND))
    .addOption(number('--seed <n>', 'repeats the operations of a run (default: random)', 0, Number.MAX_SAFE_INTEGER))
    .action(run(load))
}

function number(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser(wholeNumber(min, max))
}

function shareOf(text: string): number {
  const share = Number(text)
  if (/^\d*\.?\d+$/.test(text) && share <= 1) return share
  throw new InvalidArgumentError('It must be a number from 0 to 1, such as 0.3.')
}

async function load(context: Context, { rate, seed, ...flags }: LoadFlags): Promise<void> {
  const { output } = context
  const report = await runLoad(context, { ...flags, perSecond: rate, seed })
  if (report === undefined) throw new FailedError('Stopped before the first operation.')
  output.result(report, () => reportLines(report))
  const { lost, outdated, wrong, lostKeys } = report
  if (lost + outdated + wrong === 0) return
  throw new FailedError(
    `${counted(lost + outdated + wrong, 'get')} did not give what had been put, such as ${lostKeys[0] ?? ''}.`,
  )
}

/** The report, or what there was of it at Ctrl-C, if anything. */
async function runLoad({ api, terminal }: Context, input: ApiInput<'ring.load'>): Promise<RingLoadReport | undefined> {
  const stop = new AbortController()
  const forget = terminal.onInterrupt(() => stop.abort())
  const { stderr } = terminal
  const line = new LiveLine(terminal)
  let last: RingLoadReport | undefined
  const onProgress = (report: RingLoadReport): void => {
    last = report
    if (stderr.isTTY === true) line.show(progressLine(progressOf(report), columnsOf(stderr)))
  }
  try {
    if (stderr.isTTY === true) line.show(cut('Putting and getting…', columnsOf(stderr)))
    return await api.run('ring.load', input, { signal: stop.signal, onProgress })
  } catch (error) {
    if (!stop.signal.aborted) throw error
    return last
  } finally {
    line.clear()
    forget()
  }
}

function progressOf({ done, ops, lost, outdated, wrong, latencies, seed }: RingLoadReport): Progress {
  const failed = latencies.reduce((sum, each) => sum + each.failed, 0)
  const facts = [`${grouped(done)} of ${grouped(ops)}`, `${lost + outdated + wrong} lost`, `${failed} failed`]
  return { done, total: ops, facts: [...facts, `seed ${seed}`] }
}

const KIND_WORDS: Readonly<Record<RingLoadKind, string>> = {
  put: 'put',
  'put-named': 'put by name',
  get: 'get',
  'get-named': 'get by name',
}

function reportLines(report: RingLoadReport): string[] {
  const { seed, ops, done, elapsedMs, latencies, lost, outdated, wrong, absent, failures } = report
  const of = done < ops ? ` of ${grouped(ops)}` : ''
  const why = failures.map(({ code, count }) => `${grouped(count)} ${code}`).join(', ')
  return [
    `${grouped(done)}${of} operations in ${duration(elapsedMs / MS_PER_SECOND)}, seed ${seed}`,
    '',
    ...table([['OPERATION', 'DONE', 'FAILED', 'P50', 'P90', 'P99', 'MAX'], ...latencies.map(latencyRow)]),
    '',
    `Gets of what had been put: ${grouped(lost)} found nothing, ${grouped(outdated)} an older version, ${grouped(wrong)} something else.`,
    ...(absent > 0 ? [`${counted(absent, 'get')} of what had not been put found nothing, as it should be.`] : []),
    ...(why === '' ? [] : [`Failed: ${why}.`]),
  ]
}

function latencyRow({ kind, done, failed, p50Ms, p90Ms, p99Ms, maxMs }: RingLoadLatencies): string[] {
  const times = done === failed ? ['-', '-', '-', '-'] : [p50Ms, p90Ms, p99Ms, maxMs].map((ms) => `${ms.toFixed(1)} ms`)
  return [KIND_WORDS[kind], grouped(done), grouped(failed), ...times]
}
