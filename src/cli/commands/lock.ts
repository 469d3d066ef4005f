/** `kith lock`: what only one node at a time may do. */
import { Argument, Option, type Command } from 'commander'
import type { LockBenchReport } from '../../api/lock-bench.ts'
import { MAX_BENCH_ROUNDS } from '../../api/lock-bench-limits.ts'
import type { TakenLock } from '../../api/lock-calls.ts'
import { grouped } from '../../grouped.ts'
import type { LockHolder, LockInfo, LockStatus, LockVote } from '../../kith.ts'
import type { Context } from '../context.ts'
import { EndedError, FailedError } from '../exit.ts'
import { runLocked } from '../lock-run.ts'
import { addCommand, listOption, roomArgument, wholeNumber, type Run } from '../program.ts'
import { columnsOf } from '../progress.ts'
import { LiveLine } from '../terminal.ts'
import { shownName } from '../../names.ts'
import { clean, counted, cut, duration, fields, shellWord, shortId, table } from '../text.ts'

const MS_PER_SECOND = 1_000
const DEFAULT_LEASE_SECONDS = 15
const MAX_LEASE_SECONDS = 300
const DEFAULT_ROUNDS = 100
const MOST_ELECTORS = 9

export function addLockCommands(program: Command, run: Run): void {
  const lock = addCommand(program, {
    name: 'lock',
    summary: 'let one node at a time do something',
    description: 'let one node at a time do something, such as use a printer or change a file',
    examples: [
      ['kith lock create Workshop press', 'a lock, on which the connected nodes decide'],
      ['kith lock run Workshop press -- ./print.sh', 'wait for it, and run a program with it'],
      ['kith lock status Workshop press', 'who has it'],
    ],
    notes: [
      'More than half of the electors of a lock have to be connected. They agree on one holder at a time, with a number that',
      'only grows, the fence. What the lock protects should refuse a lower fence than it has seen: a holder that was',
      'suspended wakes up late.',
    ],
  })
  addCommand(lock, {
    name: 'create',
    summary: 'describe a lock',
    description: 'describe a lock of a room, and the nodes that decide about it, for good',
    examples: [
      ['kith lock create Workshop press', 'this node and up to four others that are connected decide'],
      ['kith lock create Workshop press --electors 3', ''],
      ['kith lock create Workshop press --elector Anna --elector Bob --elector 12D3KooW…', ''],
    ],
    notes: ['With three electors one may be away, with five two. An electorate of one is as often away as that node.'],
  })
    .addArgument(roomArgument())
    .argument('<name>', 'what the lock is called')
    .addOption(
      new Option('--electors <n>', 'how many of those that are connected decide (default: up to 5)').argParser(
        wholeNumber(1, MOST_ELECTORS),
      ),
    )
    .addOption(listOption('--elector <id>', 'a node that decides, by id or name; once for each').conflicts('electors'))
    .action(run(create))
  addCommand(lock, {
    name: 'run',
    summary: 'run a program with a lock',
    description: 'wait for a lock, run a program while this node has it, and release it',
    examples: [
      ['kith lock run Workshop press -- ./print.sh', ''],
      ['kith lock run Workshop press --lease 60 -- rsync -a report/ store:', ''],
    ],
    notes: [
      'The program finds the fence in KITH_FENCE. The exit code is its own. If the lock cannot be renewed, the program',
      'gets SIGTERM, and SIGKILL before anybody else can have the lock; the exit code then is 1.',
      'Without a terminal, what the program has started gets these, too. If this command itself is killed (SIGKILL),',
      'nobody ends the program: what it changes should refuse its fence then.',
    ],
  })
    .addArgument(roomArgument())
    .addArgument(lockArgument())
    .argument('<program...>', 'what to run, behind --')
    .addOption(leaseOption())
    .action(run(runProgram))
  addCommand(lock, {
    name: 'status',
    summary: 'show who has a lock',
    description: 'show who has a lock, since when and until when, and who decides',
    examples: [['kith lock status Workshop press', '']],
  })
    .addArgument(roomArgument())
    .addArgument(lockArgument())
    .action(run(status))
  addCommand(lock, {
    name: 'list',
    summary: 'list the locks of a room',
    description: 'list the locks of a room',
    examples: [['kith lock list Workshop', '']],
  })
    .addArgument(roomArgument())
    .action(run(list))
  addCommand(lock, {
    name: 'bench',
    summary: 'measure a lock',
    description: 'take and release a lock again and again, and show how long that takes',
    examples: [
      ['kith lock bench Workshop press', `${grouped(DEFAULT_ROUNDS)} times`],
      ['kith lock bench Stock counter --rounds 1000 --key count', 'each time, add 1 to a number in a map room'],
    ],
    notes: ['Run it on several nodes at a time to see how they share it.'],
  })
    .addArgument(roomArgument())
    .addArgument(lockArgument())
    .addOption(
      new Option('--rounds <n>', 'how often').argParser(wholeNumber(1, MAX_BENCH_ROUNDS)).default(DEFAULT_ROUNDS),
    )
    .addOption(new Option('--key <key>', 'a key of the map room, to whose number 1 is added each time'))
    .addOption(leaseOption())
    .action(run(bench))
}

function lockArgument(): Argument {
  return new Argument('<lock>', 'name of the lock')
}

function leaseOption(): Option {
  return new Option('--lease <seconds>', 'how long others wait if this node vanishes: 1 to 300')
    .argParser(wholeNumber(1, MAX_LEASE_SECONDS))
    .default(DEFAULT_LEASE_SECONDS)
}

async function create(
  context: Context,
  room: string,
  name: string,
  { electors: count, elector: electors }: { electors?: number; elector?: string[] },
): Promise<void> {
  const info = await context.call('locks.create', { room, name, count, electors }, 'Writing it')
  context.output.result(info, () => [
    `${lockName(info)}: ${info.majority} of ${counted(info.electors.length, 'elector')} decide: ${info.electors.map(({ name: elector }) => clean(elector)).join(', ')}.`,
    ...(info.electors.length < 3
      ? ['Without any of them, nobody can take it: three or more would allow for one.']
      : []),
    `To use it: ${context.command(`lock run ${shellWord(room)} ${shellWord(info.name)}`)} -- PROGRAM`,
  ])
}

async function list(context: Context, room: string): Promise<void> {
  const locks = await context.call('locks.list', { room }, 'Asking the node')
  context.output.result(locks, () => {
    if (locks.length === 0) return [`No locks. To make one: ${context.command(`lock create ${shellWord(room)} NAME`)}`]
    return [
      ...table([['NAME', 'ELECTORS', 'CONNECTED', 'CREATED BY'], ...locks.map(rowOf)]),
      ...locks.flatMap(othersLines),
    ]
  })
}

function rowOf(lock: LockInfo): string[] {
  const { electors, createdBy } = lock
  const connected = electors.filter(({ isConnected }) => isConnected)
  return [lockName(lock), `${electors.length}`, `${connected.length}`, clean(createdBy.name)]
}

/** As others may call a lock anything: what cannot be seen in its name is shown. */
function lockName({ name, id }: LockInfo): string {
  return shownName(name) || shortId(id)
}

function othersLines(lock: LockInfo): string[] {
  return lock.others.map((id) => `There is a later lock ${lockName(lock)}, which does not count: ${id}`)
}

async function status(context: Context, room: string, lock: string): Promise<void> {
  const told = await context.call('locks.status', { room, lock }, 'Asking the electors')
  context.output.result(told, () => statusLines(told))
}

function statusLines(told: LockStatus): string[] {
  const { holder, electors, votes, majority, canBeTaken } = told
  return [
    ...fields([
      ['Held by', holder === null ? 'nobody, as far as a majority says' : holderText(holder)],
      ['Decide', `${majority} of ${counted(electors.length, 'elector')}${canBeTaken ? '' : ': too few do now'}`],
    ]),
    '',
    ...table([
      ['ELECTOR', 'FENCE', 'WAITING', 'GRANTED TO'],
      ...electors.map(({ name, isConnected }, index) => voteRow(clean(name), isConnected, votes[index] ?? null)),
    ]),
    ...othersLines(told),
  ]
}

function voteRow(name: string, isConnected: boolean, vote: LockVote | null): string[] {
  if (vote === null) return [name, '-', '-', isConnected ? 'no answer' : 'not connected']
  const { fence, waiting, hasForgotten, holder } = vote
  const granted = hasForgotten ? 'does not vote: has lost its memory' : holder === null ? '-' : holderText(holder)
  return [name, `${fence}`, `${waiting}`, granted]
}

function holderText({ name, fence, forMs, leftMs }: LockHolder): string {
  const [held, left] = [duration(forMs / MS_PER_SECOND), duration(leftMs / MS_PER_SECOND)]
  return `${clean(name)}, fence ${fence}, for ${held}, ends in ${left} unless renewed`
}

async function runProgram(
  context: Context,
  room: string,
  lock: string,
  [program = '', ...args]: string[],
  { lease }: { lease: number },
): Promise<void> {
  const leaseMs = lease * MS_PER_SECOND
  const { api, terminal } = context
  const taken = await acquire(context, { room, lock, leaseMs })
  const release = (): Promise<unknown> => api.call('locks.release', { room, lock, fence: taken.fence })
  let ended
  try {
    ended = await runLocked({ ...{ api, terminal, room, lock, leaseMs, taken, program, args } })
  } catch (error) {
    await release().catch(() => undefined)
    throw new FailedError(`${clean(program)} could not be run: ${whyNot(error as NodeJS.ErrnoException)}`)
  }
  if (ended.isLost) throw new FailedError(`${clean(lock)} could not be renewed: ${clean(program)} was ended.`)
  await release().catch((error: Error) => context.output.note(`kith: ${error.message}`))
  throw new EndedError(ended.exitCode)
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such program'
  if (code === 'EACCES') return 'it is not executable'
  return message
}

/** Waits for a lock, until Ctrl-C. */
async function acquire(
  { api, terminal }: Context,
  input: { room: string; lock: string; leaseMs: number },
): Promise<TakenLock> {
  const stop = new AbortController()
  const forget = terminal.onInterrupt(() => stop.abort(new FailedError('Stopped.')))
  const line = new LiveLine(terminal)
  const { stderr } = terminal
  const onProgress = (holder: LockHolder): void => {
    if (stderr.isTTY === true) line.show(cut(`Waiting for ${holderText(holder)}`, columnsOf(stderr)))
  }
  try {
    return await api.run('locks.acquire', input, { signal: stop.signal, onProgress })
  } finally {
    line.clear()
    forget()
  }
}

async function bench(
  context: Context,
  room: string,
  lock: string,
  { rounds, key, lease }: { rounds: number; key?: string; lease: number },
): Promise<void> {
  const { api, terminal, output } = context
  const stop = new AbortController()
  const forget = terminal.onInterrupt(() => stop.abort(new FailedError('Stopped.')))
  const line = new LiveLine(terminal)
  const { stderr } = terminal
  const onProgress = ({ done, perSecond }: LockBenchReport): void => {
    const text = `${grouped(done)} of ${grouped(rounds)}, ${perSecond.toFixed(0)} a second`
    if (stderr.isTTY === true) line.show(cut(text, columnsOf(stderr)))
  }
  try {
    const report = await api.run(
      'locks.bench',
      { room, lock, rounds, key, leaseMs: lease * MS_PER_SECOND },
      { signal: stop.signal, onProgress },
    )
    line.clear()
    output.result(report, () => benchLines(report))
  } finally {
    line.clear()
    forget()
  }
}

function benchLines({
  done,
  tookMs,
  perSecond,
  waitMs,
  lost,
  firstFence,
  lastFence,
  value,
}: LockBenchReport): string[] {
  const ms = (each: number): string => `${each.toFixed(1)} ms`
  return fields([
    ['Taken', `${grouped(done)} times in ${duration(tookMs / MS_PER_SECOND)}, ${perSecond.toFixed(0)} a second`],
    ['Waited', `${ms(waitMs.median)} in the median, ${ms(waitMs.mean)} on average, ${ms(waitMs.max)} at most`],
    ['Fences', `${grouped(firstFence)} to ${grouped(lastFence)}`],
    ['Lost', grouped(lost)],
    ...(value === null ? [] : [['Number at the end', grouped(value)] as const]),
  ])
}
