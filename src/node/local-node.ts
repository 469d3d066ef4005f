/** A running node: the machine and its runner on a host that has started. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { reportFailure } from '../host/failures.ts'
import { lastKnown } from '../host/last-known.ts'
import {
  KithError,
  type AppFault,
  type DiagnoseOptions,
  type Diagnosis,
  type Ensured,
  type EnsureOptions,
  type EnsureStatus,
  type GarbageReport,
  type KithNode,
  type Logger,
  type NodeEvents,
  type NodeStatus,
  type PeerDetails,
  type PeerInfo,
} from '../kith.ts'
import type { PartRecords } from '../files/part-records.ts'
import type { NodeCommand, NodeEvent } from '../machine/node-machine.ts'
import type { CommandOutcome } from '../machine/io.ts'
import { wallMs, monotonicMs } from '../runtime/clock.ts'
import { rename } from './renaming.ts'
import { Runner } from '../runtime/runner.ts'
import { SignatureChecks } from '../runtime/signature-checks.ts'
import { Waited } from '../runtime/waited.ts'
import type { Surroundings } from '../runtime/surroundings.ts'
import { Timers } from '../runtime/timers.ts'
import type { FaultRow } from '../store/store.ts'
import { Announcer } from './announcer.ts'
import type { NodeCore } from './core.ts'
import { devicesOfNode, type NodeDevices } from './devices/node-devices.ts'
import type { LocalDevices } from './devices/local-devices.ts'
import { kithErrorOf, partRecordsIn } from './data-folder.ts'
import { DiskSpace } from './disk-space.ts'
import { Doctor } from './doctor/index.ts'
import { faultInfos } from './fault-infos.ts'
import { Findings } from './findings.ts'
import { firstOf } from './first-of.ts'
import { Garbage } from './garbage.ts'
import { GossipBridge } from './gossip-bridge.ts'
import { Introductions } from './introductions.ts'
import { Jobs } from './jobs.ts'
import type { LocalNodeInit } from './local-node-init.ts'
import { LocalRooms } from './local-rooms.ts'
import { NodeDirectories } from './node-directories.ts'
import { NodeEventHandler } from './node-events.ts'
import { continueCopies } from './private-move.ts'
import { NodeRing } from './node-ring.ts'
import { Peers } from './peers.ts'
import { Providers } from './providers.ts'
import { RingBlocks } from './ring-blocks.ts'
import { RingProviders } from './ring-providers.ts'
import { RingSharing } from './ring-sharing.ts'
import { SpaceLimits } from './space-limits.ts'
import { Trimming } from './trimming.ts'
import { requireBlockId, Wants } from './wants.ts'

export class LocalNode<Services extends object> implements KithNode<Services> {
  readonly rooms: LocalRooms
  readonly devices: LocalDevices
  readonly ring: NodeRing
  readonly services: Services
  readonly #init: LocalNodeInit
  readonly #core: NodeCore
  readonly #runner: Runner
  readonly #timers = new Timers()
  readonly #wants: Wants
  readonly #garbage: Garbage
  readonly #findings: Findings
  readonly #devices: NodeDevices
  readonly #events: NodeEventHandler
  readonly #disk: DiskSpace
  readonly #space: SpaceLimits
  readonly #parts: PartRecords
  readonly #announcer: Announcer
  readonly #gossip: GossipBridge
  readonly #jobs: Jobs
  readonly #providers: Providers
  readonly #peers: Peers
  readonly #doctor: Doctor
  readonly #log: Logger
  readonly #startedAtMs = wallMs()
  readonly #memoryBytes = lastKnown(() => process.memoryUsage.rss(), 0)
  readonly #stopping = new AbortController()
  #stopped: Promise<void> | undefined

  constructor(init: LocalNodeInit) {
    const { host, apps, machine, store, refusals, names, links, logger, dataDir, version } = init
    this.#init = init
    this.services = host.services as Services // as the factories were typed
    this.#log = logger.forComponent('kith:node')
    this.#runner = new Runner(machine, store, this.#surroundings())
    this.#core = {
      self: host.peer,
      ownKeys: () => new Set([host.peer, ...this.#devices.room.members]),
      log: this.#log,
      dataDir,
      apps,
      machine,
      store,
      stopped: this.#stopping.signal,
      command: (command) => this.#command(command),
      foundDamage: () => this.#findings.damaged(),
      pin: (address) => host.pin(address),
      connectedPeers: () => host.peers().filter(({ connected }) => connected).length,
      resolvePeer: (reference) => this.#peers.resolve(reference),
      addresses: () => host.addresses(),
    }
    const introductions = new Introductions()
    this.#peers = new Peers({ core: this.#core, host, names, links, refusals, introductions })
    this.#wants = new Wants(this.#core)
    this.#jobs = new Jobs(this.#core, (row) => this.#wants.statusOf(row))
    this.#garbage = new Garbage(this.#core)
    this.#space = new SpaceLimits(this.#core, store, (space) => {
      this.#wants.isPaused = space.paused !== 'nothing'
      this.#announcer.emit('disk', space)
    })
    this.#disk = new DiskSpace(this.#core, (space) => this.#space.set(space))
    this.#parts = partRecordsIn(dataDir)
    const { hasRing, ringQuotaBytes, signer } = init
    this.ring = new NodeRing({ core: this.#core, signer, isOn: hasRing, quotaBytes: ringQuotaBytes })
    const ringProviders = new RingProviders({ ring: this.ring, host, signer, wallMs })
    const ringSharing = new RingSharing({
      ...{ ring: this.ring, providers: ringProviders, host, machine, store },
      ...{ random: Math.random, stopped: this.#stopping.signal },
    })
    const directories = new NodeDirectories(this.#core, signer)
    this.rooms = new LocalRooms(this.#core, {
      ...{ wants: this.#wants, garbage: this.#garbage, disk: this.#disk, parts: this.#parts },
      ...{ trimming: new Trimming(this.#core), ringSharing, directories },
    })
    this.#announcer = new Announcer(machine, this.rooms, (run, afterMs) => this.#timers.set(run, afterMs))
    this.#findings = new Findings(this.#core, store, (finding) => this.#announcer.emit('finding', finding))
    const gossipLog = logger.forComponent('kith:protocol:gossip')
    this.#gossip = new GossipBridge({
      ...{ gossip: host.gossip, machine, store },
      onDocument: (room, document, from) => this.#runner.push({ type: 'gossip', room, document, from }),
      onRefused: (code, from) => {
        gossipLog('refused a payload of %p: %s', names.label(from), code)
        refusals.count(code, from)
      },
    })
    this.#providers = new Providers({
      ...{ host, machine, store, ring: ringProviders },
      onBadRecord: () => refusals.count('bad-provider-record'),
    })
    host.on('connected', (peer) => this.#announcer.emit('peer', { peer, connected: true }))
    host.on('disconnected', (peer) => {
      introductions.forget(peer)
      this.#announcer.emit('peer', { peer, connected: false })
    })
    this.#doctor = new Doctor({
      ...{ core: this.#core, host, names, peers: this.#peers, version, startedAtMs: this.#startedAtMs },
      speaks: links.ids,
      name: () => this.name,
      ring: () => this.ring.status().health,
      storeFindings: () => this.#findings.list(),
      disk: () => this.#disk.space,
      roomIdOf: (reference) => this.rooms.get(reference).id as RoomId,
    })
    this.#devices = devicesOfNode({
      ...{ core: this.#core, rooms: this.rooms, signer: init.signer, nodeName: () => this.name },
      log: logger.forComponent('kith:devices'),
      setTimer: (run, afterMs) => this.#timers.set(run, afterMs),
      tell: (list) => this.#announcer.emit('devices', list),
    })
    this.devices = this.#devices.local
    init.person.readFrom(this.#devices.room)
    this.#events = new NodeEventHandler({
      ...{ node: init, announcer: this.#announcer, devices: this.#devices.news, directories },
      ...{ findings: this.#findings, garbage: this.#garbage, introductions },
      ...{ gossip: this.#gossip, jobs: this.#jobs, log: this.#log, nearby: this.rooms.around },
      ...{ providers: this.#providers, ring: this.ring, ringSharing, wants: this.#wants, locks: this.rooms.locks },
      ringBlocks: new RingBlocks({ ring: this.ring, core: this.#core, host, wants: this.#wants }),
    })
    const appLog = logger.forComponent('kith:app')
    machine.onFault = (fault) => this.#appFailed(fault, appLog)
  }

  /** Lets peers in, once it is known whether there is space for what they send. */
  async open(): Promise<void> {
    const { host, inlet } = this.#init
    await this.#disk.check()
    inlet.open(this.#runner)
    this.#log('%p listens at %s', host.peer, host.addresses())
    // A crash may have left some of both.
    this.#garbage.collectSoon('all')
    void this.#parts.removeLeftovers(wallMs())
    this.#findings.begin()
    this.#devices.reconciler.soon()
    void continueCopies(this.#core)
  }

  get peer(): PeerId {
    return this.#init.host.peer
  }

  get name(): string {
    return this.#init.person.nodeName
  }

  async setName(name: string): Promise<void> {
    await rename(name, this.#init, this.#core)
    this.#devices.reconciler.soon()
  }

  addresses(): string[] {
    return this.#init.host.addresses()
  }

  status(): NodeStatus {
    const { host, store, refusals, version, dataDir } = this.#init
    return {
      ...{ peer: this.peer, name: this.name, version, dataDir, addresses: this.addresses() },
      ...{ startedAtMs: this.#startedAtMs, rooms: this.rooms.list().length },
      ...{ documents: this.rooms.documents(), progress: this.rooms.progress() },
      connectedPeers: this.#core.connectedPeers(),
      connections: host.connectionLoad(),
      ...{ unanswered: host.unanswered(), refused: refusals.totals() },
      ...{ faults: faultInfos(store.faults()), memoryBytes: this.#memoryBytes() },
      ...{ findings: this.#findings.list(), removed: this.rooms.removed(), disk: this.#disk.space ?? null },
      health: this.#doctor.health(),
    }
  }

  peers(): PeerInfo[] {
    return this.#peers.list()
  }

  peerDetails(reference: string): PeerDetails {
    return this.#peers.details(reference)
  }

  diagnose(about?: string, options?: DiagnoseOptions): Promise<Diagnosis> {
    return this.#doctor.diagnose(about, options)
  }

  ensure(id: string, options: EnsureOptions = {}): Ensured {
    return this.#wants.ensure(id, options)
  }

  wants(options?: { all?: boolean }): EnsureStatus[] {
    return this.#wants.list(options)
  }

  unwant(id: string, options?: { room?: string }): Promise<void> {
    return this.#wants.unwant(id, options)
  }

  block(id: string): Uint8Array | undefined {
    return this.#init.store.block(requireBlockId(id))
  }

  job(name: string, run: (status: EnsureStatus) => Promise<void> | void): void {
    this.#jobs.register(name, run)
  }

  gc({ dryRun = false }: { dryRun?: boolean } = {}): Promise<GarbageReport> {
    return this.#garbage.collect(dryRun)
  }

  async connect(reference: string): Promise<string> {
    const { host, inlet } = this.#init
    const peer = await firstOf(this.#peers.addressesToDial(reference), (address) => host.connect(address))
    await inlet.written() // from now on means also after a crash
    return peer
  }

  /** Stops listening, stores states for a quick start, and closes the store. */
  stop(): Promise<void> {
    this.#stopped ??= this.#shutDown()
    return this.#stopped
  }

  on<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this {
    this.#announcer.on(name, listener as never)
    return this
  }

  off<Name extends keyof NodeEvents>(name: Name, listener: (...args: NodeEvents[Name]) => void): this {
    this.#announcer.off(name, listener as never)
    return this
  }

  #surroundings(): Surroundings {
    const { host, refusals, names, logger } = this.#init
    const runnerLog = logger.forComponent('kith:runner')
    const [checks, waited] = [new SignatureChecks(), new Waited()]
    this.#stopping.signal.addEventListener('abort', () => waited.close())
    const logs: Readonly<Record<string, Logger>> = Object.fromEntries(
      Object.keys(host.protocols).map((protocol) => [protocol, logger.forComponent(`kith:protocol:${protocol}`)]),
    )
    return {
      now: () => ({ monotonicMs: monotonicMs(), wallMs: wallMs() }),
      waitedMs: () => waited.ms,
      schedule: (run) => void setImmediate(run),
      setTimer: (run, afterMs) => this.#timers.set(run, afterMs),
      checkSignatures: (blocks, done) => checks.start(blocks, done),
      send: ({ protocol, to, records }) => {
        logs[protocol]?.trace('%d records to %p', records.length, names.label(to))
        host.protocols[protocol]?.send(to, records)
      },
      publish: ({ room, block }) => this.#gossip.publish(room, block),
      emit: (event) => this.#tell(event),
      misbehaviour: ({ protocol, peer, reason }) => {
        const { code, fatal } = reason
        logs[protocol]?.('refused something of %p%s: %s', names.label(peer), fatal ? ', and its stream' : '', code)
        refusals.count(code, peer)
        if (fatal) host.protocols[protocol]?.reset(peer, code)
      },
      refused: (peer) => refusals.count('known-fault', peer),
      recovered: (fault, error) => {
        runnerLog.error('the node failed at an input (%s), and goes on without it: %e', fault.kind, error)
        this.#recovered(fault)
      },
      lapsed: (error) => {
        runnerLog.error('the store failed, and the node goes on without its last inputs: %e', error)
        if (error.code === 'full') this.#disk.filled()
        this.#startAnew()
      },
      failed: (error) => {
        runnerLog.error('the node cannot go on: %e', error)
        this.#fail(error)
      },
    }
  }

  /** A bug in an app affects only that app: the node continues. */
  #appFailed(fault: AppFault, log: Logger): void {
    const { app, room, id, error } = fault
    log.error('%s failed at %s in %s, which it ignores - %e', app, id, room, error)
    this.#init.refusals.count('app-fault')
    // The machine is handling an input.
    queueMicrotask(() => this.#announcer.emit('fault', fault))
  }

  /** Its peer is put aside, so that its stream is not opened anew. */
  #recovered({ peer }: FaultRow): void {
    const { putAside, refusals } = this.#init
    if (peer !== undefined) {
      putAside.add(peer)
      refusals.count('internal-fault', peer)
    }
    this.#startAnew()
  }

  /** The new machine knows none of the streams, which are opened anew, nor what pauses. */
  #startAnew(): void {
    const { host, machine } = this.#init
    this.#space.repeat()
    this.rooms.locks.loseAll()
    for (const protocol of Object.values(host.protocols)) protocol.closeStreams('the node starts anew')
    for (const { record } of machine.rooms.list()) this.#tell({ type: 'room', room: record.id })
  }

  async #shutDown(): Promise<void> {
    await this.#command({ type: 'persist' }).catch(() => undefined) // only costs time at the next start
    this.#runner.stop()
    this.#timers.clear()
    this.#providers.stop()
    this.#wants.rejectAll(new KithError('stopped', 'the node has stopped'))
    this.#stopping.abort()
    try {
      await this.#init.host.stop()
    } finally {
      this.#init.store.close()
    }
  }

  /** The store failed, or the machine has a bug. Nothing acknowledged is lost, but nothing more can be stored. */
  #fail(error: Error): void {
    this.#announcer.emit('failed', kithErrorOf(error))
    this.stop().catch((cause: unknown) => reportFailure(this.#log, 'the node did not stop properly', cause))
  }

  #command(command: NodeCommand): Promise<CommandOutcome> {
    return new Promise((resolve, reject) => {
      this.#runner.push({ type: 'command', command }, (completion) => {
        if ('error' in completion) reject(kithErrorOf(completion.error))
        else resolve(completion)
      })
    })
  }

  /** A listener's error must not stop the node: it surfaces like any uncaught error. */
  #tell(event: NodeEvent): void {
    try {
      this.#events.handle(event)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
