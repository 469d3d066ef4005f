/** Runs one command line: parses it, runs the command, and turns the outcome into an exit code. */
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { Command, CommanderError } from 'commander'
import type { Argument } from 'commander'
import { addAppCommands } from './commands/app.ts'
import { addChatCommand } from './commands/chat.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addDeviceCommands } from './commands/device.ts'
import { addDoctorCommand, type DiagnoseFolder } from './commands/doctor.ts'
import { addFileCommands } from './commands/file.ts'
import { addGuestCommands } from './commands/guests.ts'
import { addJoinCommand } from './commands/join.ts'
import { addNodeCommands } from './commands/node.ts'
import { addNetworkCommand } from './commands/network.ts'
import { addOpenCommand } from './commands/open.ts'
import { addPeerCommands } from './commands/peer.ts'
import { addReadCommand } from './commands/read.ts'
import { addKeyCommands, type Keys } from './commands/key.ts'
import { addRepairCommand, type Repair } from './commands/repair.ts'
import { addLockCommands } from './commands/lock.ts'
import { addMemberCommands } from './commands/members.ts'
import { addRoomCommands } from './commands/room.ts'
import { addSyncCommands } from './commands/sync.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addDirectoryCommands } from './commands/directory.ts'
import { addThreadCommands } from './commands/thread.ts'
import { addStartCommand } from './commands/start.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { addRingCommands } from './commands/ring.ts'
import { addSizeCommand } from './commands/size.ts'
import { addWantCommands } from './commands/want.ts'
import { readLine } from './completion.ts'
import { Context } from './context.ts'
import type { GlobalOptions } from './context.ts'
import { EndedError, EXIT_DONE, EXIT_WRONG_USE, failureOf } from './exit.ts'
import type { Failure } from './exit.ts'
import { helpAfter } from './program.ts'
import type { CreateNode } from './create-node.ts'
import type { Run } from './program.ts'
import { Output } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { clean, jsonLine } from './text.ts'

/** Longer lines are hard to read, however wide the terminal is. */
const HELP_COLUMNS = 100

/** libp2p takes long to load, and only `kith start` needs it. */
const createRealNode: CreateNode = async (options, logs, appFiles = []) => {
  const { createNode, enableLogs, loadApp } = await import('../node.ts')
  if (logs !== undefined) enableLogs(logs.patterns, logs)
  return createNode({ ...options, apps: await Promise.all(appFiles.map(loadApp)) })
}

const loadKeys = (): Promise<Keys> => import('../node.ts')

const diagnoseForReal: DiagnoseFolder = async (options) => (await import('../node.ts')).diagnoseFolder(options)

const repairForReal: Repair = async (options) => (await import('../node.ts')).repair(options)

/** Runs a command line (without `node` and the script) and resolves with its exit code. */
export async function runCli(
  argv: readonly string[],
  terminal: Terminal,
  createNode: CreateNode = createRealNode,
): Promise<number> {
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  let context = new Context(terminal, options.includes('--json') ? { json: true } : {})
  const run: Run = <Args extends unknown[]>(command: (context: Context, ...args: Args) => Promise<void> | void) =>
    async function (this: Command, ...args: Args) {
      context = new Context(terminal, this.optsWithGlobals<GlobalOptions>(), createNode)
      await command(context, ...args)
    }
  const program = buildProgram(terminal, run, createNode)
  if (!isOptionOfCommand(program, options, '--version')) addVersion(program)
  let concerned = program
  for (const command of commandsFrom(program)) {
    command.exitOverride((error) => {
      concerned = command
      throw error
    })
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    return EXIT_DONE
  } catch (error) {
    if (error instanceof EndedError) return error.exitCode
    if (!(error instanceof CommanderError)) return report(failureOf(error, context.command('start')), context)
    // The help has been printed, whether the user asked for it or left out a command.
    if (error.exitCode === 0) return EXIT_DONE
    if (error.code === 'commander.help') return EXIT_WRONG_USE
    return report(
      { exitCode: EXIT_WRONG_USE, code: 'usage', message: usageLine(error, helpOf(concerned, context)) },
      context,
    )
  }
}

/** All commands, for running and for tests of the help. */
export function buildProgram(terminal: Terminal, run: Run, createNode: CreateNode): Command {
  const program = new Command('kith')
    .description('Rooms shared between machines, without a server: start a node, join a room, talk.')
    .option('--json', 'print JSON: one value, or one per line if the command keeps printing')
    .option(
      '--profile <name>',
      'use the node with this name, which has its own folder, key and ports (default: "default")',
    )
    .option('--data <dir>', 'use the node with this data folder, instead of one under ~/.kith or $KITH_HOME')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .configureHelp({ showGlobalOptions: true, subcommandTerm })
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      getOutHelpWidth: () => helpColumns(terminal),
      getErrHelpWidth: () => helpColumns(terminal),
      // Errors are reported by `runCli`, on one line or as JSON.
      outputError: () => {},
    })
    .addHelpText('after', helpAfter(OVERVIEW))
  addStartCommand(program, run, createNode)
  addRoomCommands(program, run)
  addMemberCommands(program, run)
  addVerifyCommand(program, run)
  addDeviceCommands(program, run)
  addJoinCommand(program, run)
  addAppCommands(program, run)
  addReadCommand(program, run)
  addChatCommand(program, run)
  addThreadCommands(program, run)
  addDirectoryCommands(program, run)
  addFileCommands(program, run)
  addSyncCommands(program, run)
  addWantCommands(program, run)
  addNetworkCommand(program, run)
  addLockCommands(program, run)
  addRingCommands(program, run)
  addSizeCommand(program, run)
  addPeerCommands(program, run)
  addNodeCommands(program, run)
  addDoctorCommand(program, run, diagnoseForReal)
  addOpenCommand(program, run)
  addGuestCommands(program, run)
  addKeyCommands(program, run, loadKeys)
  addRepairCommand(program, run, repairForReal)
  addSimulateCommand(program, run)
  addCompletionCommand(program, run)
  return program
}

function addVersion(program: Command): void {
  program.version(packageVersion(), '-V, --version', 'print the version')
}

/** Whether an option stands behind a command that has one of this name, for which commander would ask the program first. */
function isOptionOfCommand(program: Command, argv: readonly string[], long: string): boolean {
  const at = argv.findIndex((word) => word === long || word.startsWith(`${long}=`))
  if (at === -1) return false
  const { command } = readLine(program, [...argv.slice(0, at), ''])
  return command !== program && command.options.some((option) => option.long === long)
}

/** Without options, which the command's own help lists, so that the list of commands stays a table. */
function subcommandTerm(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' ')
}

function argumentTerm(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '')
  return argument.required ? `<${name}>` : `[${name}]`
}

function helpColumns({ stdout }: Terminal): number {
  return Math.min(stdout.columns ?? HELP_COLUMNS, HELP_COLUMNS)
}

const OVERVIEW = {
  examples: [
    ['kith start', 'start a node; leave it running'],
    ['kith room create Kitchen', 'in another terminal: create a room'],
    ['kith join ROOM-ID', 'on another machine: join it'],
    ['kith chat Kitchen', 'talk'],
    ['kith open', 'the same in the browser: prints a link'],
  ],
  notes: [
    'kith COMMAND --help explains a command.',
    'Exit codes: 0 success, 1 failure, 2 usage error, 3 no node running.',
  ],
} as const

function report(failure: Failure, context: Context): number {
  const { exitCode, ...error } = failure
  const output = new Output(context.terminal, false)
  if (context.output.json) context.terminal.stderr.write(`${jsonLine({ error })}\n`)
  else for (const line of linesOf(error)) output.note(line)
  return exitCode
}

/** One for the message, and one for each of several reasons. */
function linesOf({ message, reasons = [] }: Omit<Failure, 'exitCode'>): string[] {
  const [first] = reasons
  const head = first === undefined ? message : message.slice(0, message.indexOf(`: ${first}`) + 1)
  return [`kith: ${head}`, ...reasons.map((reason) => `  ${reason}`)]
}

/** A command and all its subcommands. */
function commandsFrom(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsFrom)]
}

/** The command line that shows a command's help. */
function helpOf(command: Command, { kith }: Context): string {
  const words: string[] = []
  for (let each = command; each.parent !== null; each = each.parent) words.unshift(each.name())
  return [kith, ...words, '--help'].join(' ')
}

const BAD_VALUE =
  /^(?:option '(?<flags>[^']*)' argument|command-argument value) '(?<value>.*)' is invalid(?: for argument '(?<argument>[^']*)')?\. (?<why>.*)$/su

/** What is wrong with a value, in other words than commander's; undefined if something else is wrong. */
function badValueLine(sentence: string): string | undefined {
  const { flags = '', value = '', argument, why = '' } = BAD_VALUE.exec(sentence)?.groups ?? {}
  if (why === '') return undefined
  const name = argument === undefined ? (/--[\w-]+/.exec(flags)?.[0] ?? flags) : `The ${argument}`
  const [, choices] = /^Allowed choices are (.*)\.$/s.exec(why) ?? []
  const must = choices === undefined ? why.replace(/^It must/, 'must').replace(/\.$/, '') : `must be ${oneOf(choices)}`
  return `${name} ${must}, not "${clean(value)}".`
}

/** "a, b, c" as "a, b or c". */
function oneOf(choices: string): string {
  return choices.replace(/, ([^,]*)$/, ' or $1')
}

/** Commander's message as one sentence, with advice. */
function usageLine(error: CommanderError, help: string): string {
  const sentence = error.message.replace(/^error: /, '').replace(/\n\((Did you mean .*)\)$/, '. $1')
  const badValue = badValueLine(sentence)
  if (badValue !== undefined) return `${badValue} See ${help}.`
  const ended = /[.?]$/.test(sentence) ? sentence : `${sentence}.`
  const option = /^unknown option '(?<given>[^']*)/.exec(sentence)?.groups?.given
  const advice = option?.includes(' ') === true ? ' Put -- before text that begins with "-".' : ` See ${help}.`
  return ended.includes('Did you mean') ? ended : ended + advice
}

function packageVersion(): string {
  const path = findPackageJSON(import.meta.url)
  if (path === undefined) throw new Error("kith's package.json is missing; reinstall kith")
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}
