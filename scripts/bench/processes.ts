/** The processes and folders of a run; none of them outlives it. */
import { fork, spawn } from 'node:child_process'
import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { EventRecord } from '../../src/api/event-record.ts'
import type { RoomDetails } from '../../src/kith.ts'
import type { Lan } from '../../test/lan/lan.ts'
import { sharedNowMs, within } from './clock.ts'
import { remoteOf } from './rpc.ts'
import type { Methods, Remote } from './rpc.ts'
import type { AttackWorker } from './attack-worker.ts'
import type { CrowdWorker } from './crowd-worker.ts'
import type { FileWorker } from './file-worker.ts'
import type { FloorWorker } from './floor-worker.ts'
import type { GossipWorker } from './gossip-worker.ts'
import type { NodeWorker } from './node-worker.ts'
import type { RingWorker } from './ring-worker.ts'
import { KITH } from './system.ts'
import type { System } from './system.ts'
import type { TalkWorker } from './talk.ts'

const BIN = fileURLToPath(new URL('../../bin/kith.js', import.meta.url))
const FLOOR_WORKER = fileURLToPath(new URL('./floor-worker.ts', import.meta.url))
const FILE_WORKER = fileURLToPath(new URL('./file-worker.ts', import.meta.url))
const BARE_HOST = fileURLToPath(new URL('./bare-host.ts', import.meta.url))
const CROWD_WORKER = fileURLToPath(new URL('./crowd-worker.ts', import.meta.url))
const GOSSIP_WORKER = fileURLToPath(new URL('./gossip-worker.ts', import.meta.url))
const RING_WORKER = fileURLToPath(new URL('./ring-worker.ts', import.meta.url))
const ATTACK_WORKER = fileURLToPath(new URL('./attack-worker.ts', import.meta.url))

/** The attacks import the sources of the protocols, whose generated codecs hold namespaces. */
const TRANSFORM_TYPES = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning']

/** Far beyond any figure worth printing. */
const START_TIMEOUT_MS = 30_000
const EVENT_TIMEOUT_MS = 30_000
/** Time for a process to end by itself, and to write its profile if it was asked for one. */
const END_TIMEOUT_MS = 10_000

/** The first line that `kith start --json` prints. */
interface Started {
  event: 'started'
  peer: string
  addresses: string[]
}

type Line = Started | EventRecord

/** Where a process runs: a host of a test LAN. */
export interface SortKey {
  lan: Lan
  host: number
}

export interface KithOptions {
  /** Options of `kith start`, besides --json and --data. */
  argv: readonly string[]
  /** Default: this machine. */
  place?: SortKey
  /** Folder in which compiled code is cached between runs. Default: the one that Node chooses. */
  compileCache?: string
  /** The data folder. Default: a new one. */
  folder?: string
}

/** A running `kith start --json`. */
export interface KithProcess {
  pid: number
  address: string
  peer: string
  /** Times of `sharedNowMs`. */
  spawnedAtMs: number
  startedAtMs: number
  /** When it reported a connection to the peer; waits for that. */
  connectedAtMs(peer: string): Promise<number>
  /** Runs a command on this node and returns the value it prints. */
  command<Value = RoomDetails>(...argv: string[]): Promise<Value>
  end(): Promise<void>
}

/** A running Node process that does next to nothing. */
export interface BareNode {
  pid: number
  /** From its spawn. */
  firstOutputMs: number
  end(): Promise<void>
}

export interface BareHostOptions {
  /** Whether it looks for others with mDNS. */
  mdns: boolean
  /** Default: this machine. */
  place?: SortKey
  /** The address of another. */
  peer?: string
}

/** A running libp2p host without anything of Kith. */
export interface BareHost {
  pid: number
  address: string
  end(): Promise<void>
}

/** A forked process and its methods. */
export interface Worker<Served extends Methods<Served>> {
  pid: number
  call: Remote<Served>
  end(): Promise<void>
}

export class Processes {
  readonly #children = new Set<ChildProcess>()
  readonly #folders = new Set<string>()
  readonly #cleanUp = () => {
    for (const child of this.#children) child.kill('SIGKILL')
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true })
  }

  constructor() {
    process.once('exit', this.#cleanUp)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  }

  /** A new empty folder. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'kith-bench-'))
    this.#folders.add(folder)
    return folder
  }

  /** A process with one library node. */
  forkNode(): Worker<NodeWorker> {
    return this.#fork<NodeWorker>(KITH.worker)
  }

  /** A process with a node of any system. */
  forkSystem({ worker }: System): Worker<TalkWorker> {
    return this.#fork<TalkWorker>(worker)
  }

  /** A process that measures the floors. */
  forkFloor(): Worker<FloorWorker> {
    return this.#fork<FloorWorker>(FLOOR_WORKER)
  }

  /** A process that adds and saves files without a node. */
  forkFiles(): Worker<FileWorker> {
    return this.#fork<FileWorker>(FILE_WORKER)
  }

  /** A process with many library nodes. */
  forkCrowd(): Worker<CrowdWorker> {
    return this.#fork<CrowdWorker>(CROWD_WORKER)
  }

  /** A process with bare gossipsub nodes. */
  forkGossip(): Worker<GossipWorker> {
    return this.#fork<GossipWorker>(GOSSIP_WORKER)
  }

  /** A process with a node of a ring. */
  forkRing(): Worker<RingWorker> {
    return this.#fork<RingWorker>(RING_WORKER)
  }

  /** A process of hostile peers. */
  forkAttacker(): Worker<AttackWorker> {
    return this.#fork<AttackWorker>(ATTACK_WORKER, TRANSFORM_TYPES)
  }

  /** Starts a node and waits until it is running. */
  async startKith({ argv, place, compileCache, folder: dataDir = this.folder() }: KithOptions): Promise<KithProcess> {
    const env = compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }
    const spawnedAtMs = sharedNowMs()
    const child = this.#spawn([BIN, 'start', '--json', '--data', dataDir, ...argv], place, env)
    const started = Promise.withResolvers<{ record: Started; atMs: number }>()
    const connections = new Map<string, PromiseWithResolvers<number>>()
    const connection = (peer: string): PromiseWithResolvers<number> => {
      const known = connections.get(peer) ?? Promise.withResolvers<number>()
      connections.set(peer, known)
      return known
    }
    let said = ''
    child.stderr.on('data', (chunk) => (said += String(chunk)))
    child.once('close', () => started.reject(new Error(`kith start ended: ${said}`)))
    createInterface({ input: child.stdout }).on('line', (text) => {
      const record = JSON.parse(text) as Line
      if (record.event === 'started') started.resolve({ record, atMs: sharedNowMs() })
      if (record.event === 'peer' && record.peer.connected) connection(record.peer.peer).resolve(sharedNowMs())
    })
    const { record, atMs } = await within(START_TIMEOUT_MS, 'kith start', started.promise)
    return {
      pid: child.pid ?? 0,
      address: record.addresses[0] ?? '',
      peer: record.peer,
      spawnedAtMs,
      startedAtMs: atMs,
      connectedAtMs: (peer) => within(EVENT_TIMEOUT_MS, 'a connection', connection(peer).promise),
      command: (...words) => this.#command([...words, '--json', '--data', dataDir], place),
      end: () => this.#end(child, () => child.kill('SIGTERM')),
    }
  }

  /** Starts Node on a line of code and waits for its first output. */
  async startBareNode(code: string): Promise<BareNode> {
    const spawnedAtMs = sharedNowMs()
    const child = this.#spawn(['-e', code], undefined)
    await within(START_TIMEOUT_MS, 'node', once(child.stdout, 'data'))
    const firstOutputMs = sharedNowMs() - spawnedAtMs
    return { pid: child.pid ?? 0, firstOutputMs, end: () => this.#end(child, () => child.kill('SIGTERM')) }
  }

  /** Starts a bare libp2p host, which connects to the peer if one is given, and waits until it has. */
  async startBareHost({ mdns, place, peer }: BareHostOptions): Promise<BareHost> {
    const argv = [BARE_HOST, mdns ? 'mdns' : 'none', ...(peer === undefined ? [] : [peer])]
    const child = this.#spawn(argv, place)
    const [address] = (await within(START_TIMEOUT_MS, 'a bare host', once(createInterface(child.stdout), 'line'))) as [
      string,
    ]
    return { pid: child.pid ?? 0, address, end: () => this.#end(child, () => child.kill('SIGTERM')) }
  }

  /** Ends whatever is still running and removes all folders. */
  async end(): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.#end(child, () => child.kill('SIGKILL'))))
    this.#cleanUp()
    this.#folders.clear()
  }

  #fork<Served extends Methods<Served>>(path: string, execArgv: readonly string[] = []): Worker<Served> {
    // If the bench was started with --cpu-prof, it is passed on.
    const child = fork(path, { serialization: 'advanced', execArgv: [...process.execArgv, ...execArgv] })
    this.#track(child)
    return { pid: child.pid ?? 0, call: remoteOf<Served>(child), end: () => this.#end(child, () => child.disconnect()) }
  }

  async #command<Value>(argv: string[], place: SortKey | undefined): Promise<Value> {
    const child = this.#spawn([BIN, ...argv], place)
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (child.exitCode !== 0) throw new Error(`kith ${argv.join(' ')}: ${err}`)
    return JSON.parse(out) as Value
  }

  #spawn(argv: string[], place: SortKey | undefined, env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
    const child =
      place === undefined
        ? spawn(process.execPath, argv, { env: { ...process.env, ...env } })
        : place.lan.spawn(place.host, process.execPath, argv)
    this.#track(child)
    return child
  }

  #track(child: ChildProcess): void {
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
  }

  async #end(child: ChildProcess, ask: () => void): Promise<void> {
    if (!this.#children.has(child)) return
    // A fork that is disconnected emits no `close`.
    const exited = once(child, 'exit')
    ask()
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
    await exited
    clearTimeout(timer)
  }
}
