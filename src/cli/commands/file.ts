/** `kith file …`: the files of a room. */
import { resolve } from 'node:path'
import { Argument, Option } from 'commander'
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { FileInfo, FileLimits, FileProgress } from '../../kith.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../exit.ts'
import { addCommand, roomArgument, sizeBytesOf, wholeNumber } from '../program.ts'
import type { Run } from '../program.ts'
import { runTask } from '../progress.ts'
import type { Progress } from '../progress.ts'
import { clean, clockTime, counted, duration, fields, fileName, fileSize, shellWord, table } from '../text.ts'
import { unreadLines } from '../unread.ts'

export function addFileCommands(program: Command, run: Run): void {
  const file = addCommand(program, {
    name: 'file',
    description: 'share files in a room',
    examples: [
      ['kith file add Kitchen soup.pdf', 'share a file'],
      ['kith file list Kitchen', 'list its files'],
      ['kith file get Kitchen soup.pdf', 'save one in this folder'],
    ],
  })
  addAdd(file, run)
  addCommand(file, {
    name: 'list',
    description: 'list the files in a room',
    examples: [['kith file list Kitchen', '']],
    notes: [
      'STATE is here (complete on this node), fetching, elsewhere (not fetched: too large to be fetched without',
      'being asked for, its author shared very much today, or it waits for its turn) or failed (the reason is',
      'below the table). Pinned files are kept until you unpin them; others make room for new ones.',
      'VERSION: of the files that were shared under one name; the last one is the newest. What its author shared again is',
      'listed once, with its newest time; --json has each time.',
    ],
  })
    .addArgument(roomArgument())
    .action(run(listFiles))
  addGet(file, run)
  addCommand(file, {
    name: 'pin',
    summary: 'keep a file',
    description: 'keep a file until you unpin it; fetches the file if it is not here yet',
    examples: [['kith file pin Kitchen soup.pdf', '']],
  })
    .addArgument(roomArgument())
    .addArgument(fileArgument())
    .addOption(versionOption())
    .action(run(pin))
  addCommand(file, {
    name: 'unpin',
    summary: 'no longer keep a file',
    description: 'no longer keep a file: it stays until its space is needed',
    examples: [['kith file unpin Kitchen soup.pdf', '']],
  })
    .addArgument(roomArgument())
    .addArgument(fileArgument())
    .addOption(versionOption())
    .action(run(unpin))
  addLimits(file, run)
}

function addAdd(file: Command, run: Run): void {
  addCommand(file, {
    name: 'add',
    summary: 'share files or folders in a room',
    description: 'share files or folders in a room; returns once they are safely on disk',
    examples: [
      ['kith file add Kitchen soup.pdf', ''],
      ['kith file add Kitchen photos menu.txt', 'a folder with everything in it, and a file'],
      ['kith file add Kitchen /tmp/x81 --name soup.pdf', 'under another name'],
    ],
    notes: [
      'Prints the same CID as ipfs add --cid-version=1, except in rooms that only members read: there, what is added',
      'is sealed first. With --json, prints one value per path. A folder is added whole or not at all: it may have no',
      'links, nothing unreadable, and only names that every system accepts, also next to each other (not Readme.md',
      'and README.md).',
    ],
  })
    .addArgument(roomArgument())
    .argument('<path...>', 'file or folder to share')
    .addOption(new Option('--name <name>', 'its name in the room (default: the last part of the path)'))
    .action(run(add))
}

function addGet(file: Command, run: Run): void {
  addCommand(file, {
    name: 'get',
    summary: 'fetch a file and save it',
    description: 'fetch a file from whoever has it, save it, and keep it pinned',
    examples: [
      ['kith file get Kitchen soup.pdf', 'into this folder'],
      ['kith file get Kitchen soup.pdf -o copies', 'into the folder "copies", or as a file of that name'],
      ['kith file get Kitchen soup.pdf --version 1', 'as it was first shared; kith file list shows all versions'],
      ['kith file get Kitchen bafkrei…', 'by its CID'],
    ],
    notes: [
      'Of several files with one name, you get the newest.',
      'After Ctrl-C, the node goes on fetching, and the same command saves the file; kith unwant ends that. New',
      'files and folders get the permissions that your umask leaves; a file that is overwritten keeps its own.',
    ],
  })
    .addArgument(roomArgument())
    .addArgument(fileArgument())
    .addOption(versionOption())
    .addOption(new Option('-o, --output <path>', 'file to write, or folder to save it in (default: this folder)'))
    .addOption(new Option('--overwrite', 'overwrite an existing file'))
    .action(run(get))
}

function addLimits(file: Command, run: Run): void {
  addCommand(file, {
    name: 'limits',
    summary: "show or change the limits for a room's files",
    description: "show or change which of a room's files this node fetches and keeps",
    examples: [
      ['kith file limits Kitchen', 'show'],
      ['kith file limits Kitchen --auto-fetch 0', 'fetch nothing automatically'],
      ['kith file limits Kitchen --auto-fetch 10MiB --max 5GiB', ''],
    ],
  })
    .addArgument(roomArgument())
    .addOption(
      new Option('--auto-fetch <size>', 'fetch files up to this size as soon as they are shared').argParser(
        sizeBytesOf,
      ),
    )
    .addOption(new Option('--max <size>', 'how much to keep in all, e.g. 500MiB or 2GiB').argParser(sizeBytesOf))
    .action(run(limits))
}

function versionOption(): Option {
  return new Option('--version <number>', 'which version of the files with this name (default: the newest)').argParser(
    wholeNumber(1, Number.MAX_SAFE_INTEGER),
  )
}

function fileArgument(): Argument {
  return new Argument('<file>', 'name or CID of the file (also ipfs://CID), or id of the document that announced it')
}

async function add(context: Context, room: string, paths: string[], { name }: { name?: string }): Promise<void> {
  if (name !== undefined && paths.length > 1) throw new UsageError('--name works with a single path only.')
  for (const path of paths.map(absolute)) {
    const file = await runTask(
      context,
      'files.add',
      { room, path, name },
      {
        doing: `Adding ${clean(path)}`,
        progressOf: (progress) => describeProgress(progress, []),
        stopped: `Stopped while adding ${path}. To see what was added: ${context.command(`file list ${shellWord(room)}`)}`,
      },
    )
    context.output.result(file, () => [`${file.id}  ${fileName(file)}  (${fileSize(file.sizeBytes)})`])
  }
}

interface PinOptions {
  version?: number
}

interface GetOptions extends PinOptions {
  output?: string
  overwrite?: true
}

async function get(context: Context, room: string, file: string, options: GetOptions): Promise<void> {
  const { version, output, overwrite } = options
  const again = ['file get', shellWord(room), shellWord(file)]
  if (version !== undefined) again.push('--version', String(version))
  if (output !== undefined) again.push('-o', shellWord(output))
  if (overwrite === true) again.push('--overwrite')
  // The node may run in another folder.
  const path = absolute(output ?? '.')
  const saved = await runTask(
    context,
    'files.save',
    { room, file, version, path, overwrite, umask: process.umask() },
    {
      doing: `Fetching ${clean(file)}`,
      progressOf: (progress) => describeProgress(progress, [counted(progress.peers, 'peer')]),
      stopped: (progress) => {
        const toSave = context.command(again.join(' '))
        // Before the node has said which file it is, it has not begun to fetch it either.
        if (progress === undefined) return `Stopped. To save it: ${toSave}`
        const toEnd = context.command(`unwant ${progress.id} --room ${shellWord(room)}`)
        return `Stopped waiting; the node goes on fetching in the background. To save it: ${toSave}  To end the fetch: ${toEnd}`
      },
    },
  )
  context.output.result(saved, () => [
    `Saved ${fileName(saved.file)} (${savedFacts(saved.file)}) as ${clean(saved.path)}`,
  ])
}

/** Which file it was, if there are several of its name. */
function savedFacts({ sizeBytes, version, versions, authorName }: FileInfo): string {
  if (versions === 1) return fileSize(sizeBytes)
  return `${fileSize(sizeBytes)}, version ${grouped(version)} of ${grouped(versions)}, from ${clean(authorName)}`
}

/**
 * The path to send to the node. An empty path is refused: it is more likely an unset variable than the
 * current folder. So is -, which means no file to whoever types it.
 */
function absolute(path: string): string {
  if (path === '') throw new UsageError('A path is empty.')
  if (path === '-') {
    throw new UsageError('Files have paths here: - is not standard input or output. A file of that name is ./-')
  }
  return resolve(path)
}

function describeProgress({ bytes, sizeBytes, bytesPerSecond }: FileProgress, sources: readonly string[]): Progress {
  const left = sizeBytes - bytes
  const facts = [`${fileSize(bytes)} of ${fileSize(sizeBytes)}`, `${fileSize(bytesPerSecond)}/s`, ...sources]
  if (left > 0 && bytesPerSecond > 0) facts.push(`${duration(left / bytesPerSecond)} left`)
  return { done: bytes, total: sizeBytes, facts }
}

async function listFiles(context: Context, room: string): Promise<void> {
  const files = await context.call('files.list', { room }, 'Reading the files')
  const details = await context.call('rooms.show', { room }, 'Reading the room')
  for (const line of unreadLines(context, details)) context.output.note(line)
  context.output.result(files, () => {
    if (files.length === 0 && details.unread > 0) return ['No files that can be read here.']
    if (files.length === 0) return [`No files yet. Share one: ${context.command(`file add ${shellWord(room)} PATH`)}`]
    const nowMs = Date.now()
    const shared = sharedFiles(files)
    return [
      ...table([
        ['NAME', 'VERSION', 'SIZE', 'STATE', 'PINNED', 'AUTHOR', 'TIME', 'CID'],
        ...shared.map(({ newest, times }) => fileRow(newest, times, nowMs)),
      ]),
      ...shared.flatMap(({ newest: file }) =>
        file.failure === null ? [] : [`${fileName(file)}: ${clean(file.failure)}`],
      ),
    ]
  })
}

/** Files, each once: what its author shared again under its name, with no other version between, is the same one. */
function sharedFiles(files: readonly FileInfo[]): { newest: FileInfo; times: number }[] {
  const same = Map.groupBy(files, ({ name, version, author, id }) => JSON.stringify([name, version, author, id]))
  return [...same.values()]
    .flatMap((shares) => shares.slice(-1).map((newest) => ({ newest, times: shares.length })))
    .sort((a, b) => files.indexOf(a.newest) - files.indexOf(b.newest))
}

function fileRow(file: FileInfo, times: number, nowMs: number): string[] {
  const { version, versions, sizeBytes, state, pinned, authorName, timeMs, id } = file
  return [
    ...[
      fileName(file),
      versions === 1 ? '-' : `${grouped(version)} of ${grouped(versions)}`,
      fileSize(sizeBytes),
      state,
    ],
    ...[pinned ? 'yes' : 'no', clean(authorName)],
    ...[times === 1 ? clockTime(timeMs, nowMs) : `${clockTime(timeMs, nowMs)}, shared ${grouped(times)} times`, id],
  ]
}

async function pin(context: Context, room: string, file: string, { version }: PinOptions): Promise<void> {
  const pinned = await context.call('files.pin', { room, file, version }, 'Pinning')
  context.output.result(pinned, () => [`Pinned ${fileName(pinned)}; it is ${pinned.state}.`])
}

async function unpin(context: Context, room: string, file: string, { version }: PinOptions): Promise<void> {
  const unpinned = await context.callOnFolder('files.unpin', { room, file, version }, 'Unpinning')
  context.output.result(unpinned, () => [`Unpinned ${fileName(unpinned)}.`])
}

interface LimitsOptions {
  autoFetch?: number
  max?: number
}

async function limits(context: Context, room: string, { autoFetch, max }: LimitsOptions): Promise<void> {
  const now =
    autoFetch === undefined && max === undefined
      ? await context.call('files.limits', { room }, 'Reading')
      : await context.call('files.setLimits', { room, autoFetchBytesMax: autoFetch, bytesMax: max }, 'Changing')
  context.output.result(now, () => fields(describeLimits(now)))
}

function describeLimits({ autoFetchBytesMax, bytesMax, pinnedBytes, unpinnedBytes }: FileLimits): [string, string][] {
  return [
    ['Fetch automatically', autoFetchBytesMax === 0 ? 'nothing' : `files up to ${fileSize(autoFetchBytesMax)}`],
    ['Keep at most', fileSize(bytesMax)],
    ['Kept now', `${fileSize(pinnedBytes)} pinned, ${fileSize(unpinnedBytes)} not pinned`],
  ]
}
