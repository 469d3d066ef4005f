/** Real `kith` processes for tests: nodes and commands, none of which outlives its test file. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, vi } from 'vitest'
import { openApi } from '../../src/api/client.ts'
import type { ApiClient } from '../../src/api/client.ts'
import type { EventRecord } from '../../src/api/event-record.ts'
import type { JsonValue, Message } from '../../src/kith.ts'

export const BIN = fileURLToPath(new URL('../../bin/kith.js', import.meta.url))

/** For anything that nodes on one machine do with each other, with room for a busy machine. */
export const POLL = { timeout: 25_000, interval: 50 }

/** Calls under way at once; the API takes a few times as many connections. */
const MAX_CALLS = 50

/** How a process ended and what it wrote. */
export interface Ended {
  exitCode: number | null
  out: string
  err: string
}

/** What `kith start --json` prints first. */
interface Started {
  event: 'started'
  peer: string
  addresses: string[]
}

export interface StartOptions {
  /** Default: a new folder. */
  dataDir?: string
  /** Default: any free port of loopback. */
  listen?: string
  peers?: string[]
  /** Default: false. */
  mdns?: boolean
  name?: string
  /** Added to the environment of the tests. */
  env?: Readonly<Record<string, string>>
  /** Files with apps. Default: none. */
  apps?: string[]
  /** Further options of `kith start`. */
  flags?: string[]
}

/** A running node: `kith start --json` as a process. */
export class NodeProcess {
  readonly dataDir: string
  readonly started: Started
  readonly api: ApiClient
  readonly events: readonly EventRecord[]
  readonly pid: number
  readonly #ended: Promise<Ended>
  readonly #child: ChildProcess

  constructor(child: ChildProcess, dataDir: string, started: Started, events: EventRecord[], ended: Promise<Ended>) {
    this.#child = child
    this.#ended = ended
    this.pid = child.pid!
    this.dataDir = dataDir
    this.started = started
    this.events = events
    this.api = openApi(dataDir)
  }

  get peer(): string {
    return this.started.peer
  }

  /** Address on loopback, with the peer id. */
  get address(): string {
    return this.started.addresses[0]!
  }

  /** The address as `--listen` takes it, to start again on the same port. */
  get listen(): string {
    return this.address.replace(/\/p2p\/.*/, '')
  }

  /** Kills the process without warning, as a power cut does. */
  kill(): Promise<Ended> {
    this.#child.kill('SIGKILL')
    return this.#ended
  }

  /** Asks the process to end; resolves once it has. */
  stop(): Promise<Ended> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }

  /** Resolves once the process has ended by itself. */
  ended(): Promise<Ended> {
    return this.#ended
  }

  /** Messages of a room in its order. */
  read(room: string): Promise<Message[]> {
    return listOf(this.api.stream('messages.read', { room }))
  }

  /** Runs a command of the room's app. */
  do(room: string, command: string, args: Record<string, JsonValue> = {}): Promise<{ value?: JsonValue }> {
    return this.api.call('rooms.do', { room, command, args })
  }

  /** Says some things at once; resolves once all are acknowledged. */
  async send(room: string, ...texts: string[]): Promise<void> {
    for (let start = 0; start < texts.length; start += MAX_CALLS) {
      const some = texts.slice(start, start + MAX_CALLS)
      await Promise.all(some.map((each) => this.do(room, 'send', { text: each })))
    }
  }

  /** Everything that must be equal on nodes with the same documents. */
  async view(room: string) {
    const { frontier, clock, stateHash, pending } = await this.api.call('rooms.show', { room })
    const documents = await listOf(this.api.stream('documents.read', { room }))
    return { frontier, clock, stateHash, pending, order: documents.map(({ id }) => id) }
  }
}

/** A command that is running. */
export class RunningCommand {
  /** What it has printed so far. */
  out = ''
  readonly #child: ChildProcess
  readonly #ended: Promise<Ended>

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (this.out += chunk))
    this.#ended = errorOf(child).then((end) => ({ ...end, out: this.out }))
  }

  /** Resolves once it has ended by itself. */
  ended(): Promise<Ended> {
    return this.#ended
  }

  /** Sends a signal, such as that of Ctrl-C; resolves once it has ended. */
  end(signal: 'SIGINT' | 'SIGKILL'): Promise<Ended> {
    this.#child.kill(signal)
    return this.#ended
  }
}

/** Starts processes, each with a data folder that goes when the tests of the file are over. */
export class KithProcesses {
  readonly #children = new Set<ChildProcess>()
  readonly #folders: string[] = []
  readonly #killAll = () => {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  constructor() {
    process.once('exit', this.#killAll)
  }

  /** A new empty folder. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'kith-integration-'))
    this.#folders.push(folder)
    return folder
  }

  /** Runs a command to its end. */
  async run(dataDir: string, ...argv: string[]): Promise<Ended> {
    return endOf(this.#spawn(withFolder(argv, dataDir)))
  }

  /** Begins a command that goes on until it is told to end. */
  begin(dataDir: string, ...argv: string[]): RunningCommand {
    return new RunningCommand(this.#spawn(withFolder(argv, dataDir)))
  }

  /** Runs a command with --json that must succeed, and gives what it printed: one value per line. */
  async json<Value>(dataDir: string, ...argv: string[]): Promise<Value[]> {
    const { exitCode, out, err } = await this.run(dataDir, ...argv, '--json')
    if (exitCode !== 0 || err !== '') throw new Error(`kith ${argv.join(' ')} ended with ${exitCode}: ${err}`)
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Value)
  }

  /** Starts a node and waits until it runs. Throws with what it said where it does not. */
  async start(options: StartOptions = {}): Promise<NodeProcess> {
    const {
      dataDir = this.folder(),
      listen = '/ip4/127.0.0.1/tcp/0',
      peers = [],
      mdns = false,
      name = 'Test',
      env = {},
      apps = [],
    } = options
    const { flags: others = [] } = options
    const flags = [
      ...peers.flatMap((peer) => ['--peer', peer]),
      ...apps.flatMap((app) => ['--app', app]),
      ...(mdns ? [] : ['--no-mdns']),
      ...others,
    ]
    const argv = ['start', '--json', '--data', dataDir, '--listen', listen, '--name', name, ...flags]
    const child = this.#spawn(argv, env)
    const events: EventRecord[] = []
    const first = Promise.withResolvers<Started>()
    let unended = ''
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      // What a killed process leaves without a line end is half a record.
      const lines = (unended + chunk).split('\n')
      unended = lines.pop()!
      for (const line of lines) {
        const record = JSON.parse(line) as EventRecord | Started
        if (record.event === 'started') first.resolve(record)
        else events.push(record)
      }
    })
    const ended = errorOf(child)
    void ended.then(({ err }) => first.reject(new Error(`the node ended before it had started: ${err}`)))
    return new NodeProcess(child, dataDir, await first.promise, events, ended)
  }

  /** Starts a node again that was stopped or killed: same folder, same port. */
  restart(node: NodeProcess, options: StartOptions = {}): Promise<NodeProcess> {
    return this.start({ dataDir: node.dataDir, listen: node.listen, ...options })
  }

  /** Ends all processes and removes all folders. */
  async end(): Promise<void> {
    const closed = [...this.#children].map((child) => once(child, 'close'))
    this.#killAll()
    await Promise.all(closed)
    process.off('exit', this.#killAll)
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
  }

  #spawn(argv: string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [BIN, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    return child
  }
}

/** What stands behind `--` is no option of Kith's. */
function withFolder(argv: readonly string[], dataDir: string): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  return argv.toSpliced(end, 0, '--data', dataDir)
}

/** Processes for one test file, ended after its last test. */
export function useKith(): KithProcesses {
  const kith = new KithProcesses()
  afterAll(() => kith.end())
  return kith
}

/** Joins a room and waits until it is open. */
export async function joinRoom(node: NodeProcess, room: string): Promise<void> {
  await node.api.call('rooms.join', { room })
  await vi.waitFor(
    async () => expect(await node.api.call('rooms.show', { room })).toMatchObject({ status: 'open' }),
    POLL,
  )
}

/** Waits until all nodes have exactly these texts in a chat room, in one order, and the same documents and state. */
export async function expectAgreement(
  nodes: readonly NodeProcess[],
  room: string,
  texts: readonly string[],
): Promise<void> {
  await vi.waitFor(async () => {
    const said = await Promise.all(nodes.map(async (node) => (await node.read(room)).map((message) => message.text)))
    for (const each of said) expect(each.toSorted()).toEqual(texts.toSorted())
    for (const each of said) expect(each).toEqual(said[0])
    await expectSameView(nodes, room)
  }, POLL)
}

/** Checks that all nodes have the same documents, order, frontier and state of a room, and wait for nothing. */
export async function expectSameView(nodes: readonly NodeProcess[], room: string): Promise<void> {
  const views = await Promise.all(nodes.map((node) => node.view(room)))
  expect(views[0]).toMatchObject({ pending: 0, stateHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
  for (const view of views) expect(view).toEqual(views[0])
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [out, end] = await Promise.all([text(child.stdout!), errorOf(child)])
  return { ...end, out }
}

async function errorOf(child: ChildProcess): Promise<Ended> {
  const [err, [exitCode]] = await Promise.all([text(child.stderr!), once(child, 'close') as Promise<[number | null]>])
  return { exitCode, out: '', err }
}
