/** The life of a scenario: nodes come and go, get cut off, write and share files, all at times that follow from the seed. */
import { builtInApps } from '../apps/index.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { DEFAULT_CARRIED_BYTES } from '../machine/constants.ts'
import { endOf } from './access-end.ts'
import { changesOf } from './availability.ts'
import { hadNoSpace, TRY_AGAIN_MS } from './full-disks.ts'
import { SimulatedNetwork } from './network.ts'
import { pick, randomInteger, seededRandom } from './random.ts'
import { FileSharing, type NewFile } from './file-sharing.ts'
import { MemberLife } from './member-life.ts'
import { Recording } from './recording.ts'
import type { AddedFiles, Range, Scenario, Writes } from './scenario.ts'
import type { Retention } from '../store/store.ts'
import type { SimulatedNode, CrashKind } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'
import { scheduleStrains } from './strains.ts'
import { trimTimes } from './trim-times.ts'
import { pairsInGroups, type NodePair } from './topology.ts'

/** Something that a user wants to say or share. */
type PendingWrite = { text: string; count: number } | { file: NewFile }

const ROOM_NAME = 'Simulated'

export class Life {
  readonly network: SimulatedNetwork
  readonly recording: Recording
  readonly rooms: readonly SimulatedRoom[]
  /** What users do in a room with members. */
  readonly members: MemberLife | undefined
  readonly files: FileSharing
  readonly #scenario: Scenario
  readonly #random: Random
  readonly #roomOf = new Map<SimulatedNode, SimulatedRoom>()
  /** For each node, how many reasons keep it down. */
  readonly #downReasons = new Map<SimulatedNode, number>()
  /** What users want to write but cannot yet: their node is down, or does not have the room. */
  readonly #pending = new Map<SimulatedNode, PendingWrite[]>()
  /** What users said last about how much their nodes keep. */
  readonly #retentions = new Map<SimulatedNode, Retention | undefined>()
  #removed: readonly SimulatedNode[] = []
  /** The side of each node, for each active partition. */
  readonly #partitions = new Set<ReadonlyMap<number, number>>()
  /** The one node that a semi-connected node can reach at the moment. */
  #partner: number | undefined

  /** Creates the network and the rooms; the rest happens while `network.scheduler` runs. */
  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario
    const names = scenario.nodes.map(({ name }) => name)
    const topology = pairsInGroups(scenario.topology, scenario.roomSizes, seededRandom(seed))
    const writers = new Set([...scenario.writes, ...scenario.files].flatMap(({ by }) => by))
    this.network = new SimulatedNetwork({
      seed,
      nodes: names,
      introducesItself: (index) => scenario.introductions === 'all' || writers.has(index),
      topology,
      faults: scenario.faults,
      gossip: scenario.gossip,
      liars: scenario.liars,
      apps: [...new Set([...builtInApps, scenario.app])],
      checkpointDocuments: scenario.checkpointDocuments,
      backedUp: new Set(scenario.restores.map(({ node }) => node)),
    })
    this.#random = this.network.random
    const { scheduler } = this.network
    this.recording = new Recording(names.length, scenario.durationMs, () => scheduler.nowMs)
    this.network.observer = this.recording
    this.rooms = this.#createRooms()
    for (const room of this.rooms) for (const node of room.nodes) this.#roomOf.set(node, room)
    this.files = new FileSharing(scenario, this.rooms, this.#random, () => this.recording.elapsedMs)
    this.network.onRoomChange = (node) => {
      this.#retain(node)
      this.#goOn(node)
    }
    this.network.onDocument = (node, document) => {
      this.#inRoom(node, (room) => this.files.told(document, node, room))
      if (document.kind.startsWith('access/')) this.#goOn(node)
    }
    this.members = this.#createMembers()
    this.network.onEnsured = (node, root) => this.files.ended(node, root)
    for (const { id, nodes } of this.rooms) if (nodes[0] !== undefined) this.files.begin(nodes[0], id)
    for (const node of this.network.nodes) this.#begin(node)
    this.#scheduleCrashes()
    this.#scheduleRestores()
    this.#schedulePartitions()
    const { network } = this
    const within = (range: Range): number => this.#within(range)
    scheduleStrains(scenario, { network, roomOf: this.#roomOf, at: this.#at, within })
    this.#scheduleKeeps()
    for (const writes of scenario.writes) this.#scheduleTexts(writes)
    scenario.files.forEach((files, index) => this.#scheduleFiles(files, index))
    if (scenario.semiConnected) this.#takeTurns(scenario.semiConnected, topology)
    scheduler.after(scenario.durationMs, () => this.#end())
  }

  /** How many deliveries are due: each document, to everyone in its room but the author. */
  get expectedDeliveries(): number {
    const readers = this.network.nodes.map((node) => (this.#roomOf.get(node)?.nodes.length ?? 1) - 1)
    return this.recording.documents.reduce((sum, { author }) => sum + (readers[author] ?? 0), 0)
  }

  #createRooms(): SimulatedRoom[] {
    const left = [...this.network.nodes]
    return this.#scenario.roomSizes.map((size) => {
      const nodes = left.splice(0, size)
      return { id: this.#createRoom(nodes), nodes }
    })
  }

  #createRoom([creator]: readonly SimulatedNode[]): RoomId {
    if (creator === undefined) throw new RangeError('a room has at least one node')
    this.network.start(creator)
    const { app, access } = this.#scenario
    creator.command({ type: 'create', name: ROOM_NAME, app: app.name, ...(access !== 'open' && { access }) })
    this.network.runFor(0)
    const [room] = creator.machine.rooms.list()
    if (room === undefined) throw new Error('the room was not created')
    this.#setMode(creator, room.record.id)
    return room.record.id
  }

  /** Lets nodes into a room with members, and notes what is written there. */
  #createMembers(): MemberLife | undefined {
    const { network } = this
    const [room] = this.rooms
    if (this.#scenario.access === 'open' || room === undefined) return undefined
    const join = (node: SimulatedNode): void => this.#join(node)
    const members = new MemberLife({ scenario: this.#scenario, network, room, at: this.#at, join })
    const { watch } = members
    room.watch = watch
    for (const text of [ROOM_NAME, ...network.nodes.map(({ name }) => name)]) watch.hides(text)
    network.onHandled = (node, effects) => {
      for (const effect of effects) if (effect.type === 'publish') watch.wrote(node, effect.block)
      if (effects.some((effect) => effect.type === 'emit' && effect.event.type === 'document')) watch.learned(node)
    }
    return members
  }

  /** Does what waits for a change in the room. */
  #goOn(node: SimulatedNode): void {
    this.members?.tryAgain(node)
    this.#writePending(node)
  }

  #begin(node: SimulatedNode): void {
    const { availability } = this.#scenario.nodes[node.index] ?? {}
    const changes = availability ? changesOf(availability, this.#scenario.durationMs, this.#random) : []
    const isUp = changes[0]?.atMs !== 0
    if (isUp && !node.isUp) this.#start(node)
    for (const change of changes) {
      this.#at(change.atMs, () => (change.isUp ? this.#allowUp(node) : this.#takeDown(node)))
    }
  }

  /** Schedules an action at a time after the start, if that is within the main phase. */
  readonly #at = (elapsedMs: number, act: () => void): void => {
    if (elapsedMs < this.#scenario.durationMs) this.network.scheduler.after(elapsedMs - this.recording.elapsedMs, act)
  }

  #start(node: SimulatedNode): void {
    this.network.start(node)
    this.#join(node)
    this.#goOn(node)
  }

  #join(node: SimulatedNode): void {
    const room = this.#roomOf.get(node)
    if (room === undefined) return
    const { carriers } = this.#scenario
    if (carriers.has(node.index)) node.command({ type: 'carry', room: room.id, maxBytes: DEFAULT_CARRIED_BYTES })
    else if (this.members === undefined) node.command({ type: 'join', room: room.id })
    else if (!this.#joinWithLine(node, room.id, this.members)) return
    this.#setMode(node, room.id)
    this.files.begin(node, room.id)
  }

  /** Returns false if a node has nothing to join with, and is not in the room. */
  #joinWithLine(node: SimulatedNode, room: RoomId, members: MemberLife): boolean {
    const line = members.lineFor(node)
    if (line !== undefined) node.command({ type: 'join', room, ...line })
    return line !== undefined || node.machine.rooms.get(room) !== undefined
  }

  #scheduleKeeps(): void {
    const { keeps, durationMs } = this.#scenario
    for (const { node: index, atMs, retention } of keeps) {
      const node = this.network.nodes[index]
      if (node === undefined) continue
      this.#at(atMs, () => {
        this.#retentions.set(node, retention)
        this.#retain(node)
      })
    }
    if (keeps.length === 0) return
    for (const atMs of trimTimes(durationMs)) this.network.scheduler.after(atMs, () => this.#trimAll())
  }

  /** Says how much a node keeps, unless it knows: it may have been down, not yet in the room, or have lost it to a power cut. */
  #retain(node: SimulatedNode): void {
    if (!node.isUp || !this.#retentions.has(node)) return
    const retention = this.#retentions.get(node)
    this.#inRoom(node, (room) => {
      const record = node.machine.rooms.get(room)?.record
      if (record === undefined || record.retention === retention) return
      node.command({ type: 'retain', room, ...(retention && { retention }) })
    })
  }

  #trimAll(): void {
    for (const node of this.#retentions.keys()) this.#inRoom(node, (room) => node.trim(room))
  }

  #inRoom(node: SimulatedNode, act: (room: RoomId) => void): void {
    const room = this.#roomOf.get(node)
    if (room !== undefined) act(room.id)
  }

  #setMode(node: SimulatedNode, room: RoomId): void {
    const mode = this.#scenario.modes[node.index] ?? 'auto'
    if (mode !== 'auto') node.command({ type: 'share', room, peer: undefined, sharing: { mode } })
  }

  #takeDown(node: SimulatedNode, kind?: CrashKind): void {
    this.#downReasons.set(node, (this.#downReasons.get(node) ?? 0) + 1)
    if (node.isUp) this.network.crash(node, kind)
  }

  #allowUp(node: SimulatedNode): void {
    const reasons = (this.#downReasons.get(node) ?? 0) - 1
    this.#downReasons.set(node, Math.max(0, reasons))
    if (reasons <= 0 && !node.isUp) this.#start(node)
  }

  #scheduleCrashes(): void {
    for (const crash of this.#scenario.crashes) {
      const count = 'count' in crash ? crash.count : 1
      for (let i = 0; i < count; i++) {
        const atMs = 'count' in crash ? this.#anyTimeMs() : crash.atMs
        const node = 'count' in crash ? pick(this.#random, this.network.nodes) : this.network.nodes[crash.node]
        if (node === undefined) continue
        this.#at(atMs, () => this.#takeDown(node, crash.kind))
        this.#at(atMs + this.#within(crash.forMs), () => this.#allowUp(node))
      }
    }
  }

  #scheduleRestores(): void {
    for (const { node: index, backupMs, atMs } of this.#scenario.restores) {
      const node = this.network.nodes[index]
      if (node === undefined) continue
      let isBackedUp = false
      this.#at(backupMs, () => {
        // With one from before it joined it would accept its invite again, and one of both acceptances is void.
        isBackedUp = this.members === undefined || this.members.isMember(node)
        if (isBackedUp) node.backUp()
      })
      this.#at(atMs, () => {
        if (!isBackedUp) return
        this.#takeDown(node)
        this.network.restore(node)
        this.#allowUp(node)
      })
    }
  }

  #schedulePartitions(): void {
    for (const partition of this.#scenario.partitions) {
      const count = 'count' in partition ? partition.count : 1
      for (let i = 0; i < count; i++) {
        const atMs = 'count' in partition ? this.#anyTimeMs() : partition.atMs
        const sideOf =
          'count' in partition
            ? new Map(this.network.nodes.map(({ index }) => [index, this.#random() < 0.5 ? 1 : 2]))
            : partition.sideOf
        this.#at(atMs, () => {
          this.#partitions.add(sideOf)
          this.#reconnect()
        })
        this.#at(atMs + this.#within(partition.forMs), () => {
          this.#partitions.delete(sideOf)
          this.#reconnect()
        })
      }
    }
  }

  #reconnect(): void {
    const semi = this.#scenario.semiConnected?.node
    this.network.connectWhere((a, b) => {
      const isOutOfTurn =
        (a.index === semi && b.index !== this.#partner) || (b.index === semi && a.index !== this.#partner)
      return !isOutOfTurn && [...this.#partitions].every((sideOf) => sideOf.get(a.index) === sideOf.get(b.index))
    })
  }

  #takeTurns({ node, turnMs }: { node: number; turnMs: number }, topology: readonly NodePair[]): void {
    const ends = topology.flatMap(([a, b]) => (a === node ? [b] : b === node ? [a] : []))
    const { durationMs } = this.#scenario
    const turns = Math.ceil(durationMs / turnMs)
    const next = (turn: number): void => {
      this.#partner = ends[turn % ends.length]
      this.#reconnect()
      if (turn + 1 < turns) this.#at((turn + 1) * turnMs, () => next(turn + 1))
    }
    next(0)
  }

  #scheduleTexts(writes: Writes): void {
    this.#scheduleWrites(writes, (label, sizeBytes, count) => {
      const text = `${label} `.padEnd(sizeBytes, '.')
      this.members?.watch.hides(text)
      return { text, count }
    })
  }

  #scheduleFiles(files: AddedFiles, index: number): void {
    const { blockBytes, wantedBy } = files
    this.#scheduleWrites(files, (label, sizeBytes) => {
      const name = `${label} of files ${index + 1}`
      this.members?.watch.hides(name)
      return { file: { name, sizeBytes, blockBytes, wantedBy } }
    })
  }

  #scheduleWrites(
    { by, count, everyMs, fromMs, sizeBytes }: Writes,
    writeOf: (label: string, sizeBytes: number, i: number) => PendingWrite,
  ): void {
    for (const index of by) {
      const node = this.network.nodes[index]
      if (node === undefined) continue
      const firstMs = fromMs + randomInteger(this.#random, 0, everyMs - 1)
      for (let i = 0; i < count; i++) {
        const write = writeOf(`${node.name} ${i + 1}`, this.#within(sizeBytes), i)
        this.#at(firstMs + i * everyMs, () => this.#write(node, write))
      }
    }
  }

  #write(node: SimulatedNode, write: PendingWrite): void {
    this.#pending.set(node, [...(this.#pending.get(node) ?? []), write])
    this.#writePending(node)
  }

  /** Writes what is waiting; a node that does not have the room yet tries again when that changes. */
  #writePending(node: SimulatedNode): void {
    const room = this.#roomOf.get(node)?.id
    if (room === undefined || !node.isUp || node.machine.rooms.get(room)?.record.status !== 'open') return
    if (this.members?.mayWrite(node) === false) return
    for (const write of this.#pending.get(node) ?? []) {
      if ('file' in write) {
        this.files.add(node, room, write.file)
        continue
      }
      node.writeSample(room, { ...write, random: this.#random }, (completion) => {
        if (hadNoSpace(completion)) this.network.scheduler.after(TRY_AGAIN_MS, () => this.#write(node, write))
      })
    }
    this.#pending.delete(node)
  }

  /** Ends all faults except those of the links: every node is up, can reach all its links, and writes what is left. */
  #end(): void {
    this.#partitions.clear()
    this.#partner = undefined
    this.network.connectWhere(() => true)
    for (const node of this.network.nodes) {
      this.network.setFull(node, false)
      if (!node.isUp) this.#start(node)
      // A crash may have undone a join that was not yet committed.
      else this.#join(node)
      this.#goOn(node)
    }
  }

  /** Nobody answers those who were removed, so they would ask for ever. Returns whether there are any. */
  stopRemoved(): boolean {
    this.#removed = this.rooms.flatMap((room) => (room.watch === undefined ? [] : endOf(room).removed))
    for (const node of this.#removed) this.network.crash(node)
    return this.#removed.length > 0
  }

  /** For the checks: no time passes. */
  startRemoved(): void {
    for (const node of this.#removed) this.network.start(node)
  }

  #anyTimeMs(): number {
    return randomInteger(this.#random, 0, this.#scenario.durationMs)
  }

  #within({ min, max }: Range): number {
    return randomInteger(this.#random, min, max)
  }
}
