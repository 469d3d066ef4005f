/** A node in memory, without network or store, for tests of the API and the terminal. */
import { EventEmitter } from 'node:events'
import { KithError } from '../../../src/kith.ts'
import type {
  DiagnoseOptions,
  Diagnosis,
  EnsureOptions,
  EnsureStatus,
  GarbageReport,
  KithNode,
  NearbyRoom,
  NodeEvents,
  NodeStatus,
  Health,
  PeerDetails,
  PeerInfo,
  UnansweredAddress,
  Rooms,
} from '../../../src/kith.ts'
import { FakeDevices } from './fake-devices.ts'
import { FakeEnsured } from './fake-files.ts'
import { FakeRing } from './fake-ring.ts'
import { FAKE_PEER, FakeRoom } from './fake-room.ts'

/** Rooms whose inside tests can reach. */
type FakeRooms = { get(reference: string): FakeRoom; list(): FakeRoom[] } & Rooms

export class FakeNode extends EventEmitter<NodeEvents> implements KithNode {
  readonly peer = FAKE_PEER
  name: string
  stopped = false
  readonly services = {}
  readonly devices = new FakeDevices()
  readonly ring = new FakeRing()
  refused: Record<string, number> = {}
  findings: string[] = []
  disk: NodeStatus['disk'] = null
  health: Health = { problems: 0, warnings: 0, worst: null }
  diagnosis: Diagnosis | undefined
  known: PeerInfo[] = []
  nearby: NearbyRoom[] = []
  details: PeerDetails[] = []
  unanswered: UnansweredAddress[] = []
  readonly ensured: FakeEnsured[] = []
  readonly blocks = new Map<string, Uint8Array>()
  garbage: GarbageReport = { blocks: 0, sizeBytes: 0 }
  readonly #rooms: FakeRoom[] = []

  constructor(name = 'Alice') {
    super()
    this.setMaxListeners(0)
    this.name = name
  }

  readonly rooms: FakeRooms = {
    create: async ({ name, app = 'chat' }: { name: string; app?: string }): Promise<FakeRoom> => this.add(name, app),
    join: async (reference: string, { peers = [] }: { peers?: string[] } = {}): Promise<FakeRoom> => {
      if (!reference.startsWith('bafy')) {
        throw new KithError('bad-room-id', `"${reference}" is not a room id; ids begin with bafy.`)
      }
      const room = this.add('', '', reference)
      room.status = 'waiting'
      room.waitingFor = `a peer${peers.length > 0 ? ` at ${peers.join(' or ')}` : ''}`
      return room
    },
    carry: async (reference: string, { maxBytes = 1_000 }: { maxBytes?: number } = {}): Promise<FakeRoom> => {
      const room = this.add('', '', reference)
      room.carried = { maxBytes, isQuotaReached: false }
      return Promise.resolve(room)
    },
    get: (reference: string): FakeRoom => {
      const found = this.#rooms.filter((room) => room.name.startsWith(reference) || room.id.startsWith(reference))
      if (found.length > 1) throw new KithError('ambiguous', `${found.length} rooms are called "${reference}".`)
      const [room] = found
      if (room === undefined) throw new KithError('no-such-room', `There is no room "${reference}".`)
      return room
    },
    child: (path: string) => {
      const [above = '', title = ''] = path.split('/')
      const parent = this.rooms.get(above)
      return { parent, child: parent.children.get(title) }
    },
    list: (): FakeRoom[] => [...this.#rooms],
    nearby: (): Promise<NearbyRoom[]> => Promise.resolve(this.nearby),
  } as unknown as FakeRooms

  async setName(name: string): Promise<void> {
    if (name.length > 64) throw new KithError('bad-name', 'this name is too long')
    this.name = name
  }

  add(name: string, app: string, id = `bafyroom${this.#rooms.length}`): FakeRoom {
    const room = new FakeRoom(this, id, name, app)
    this.#rooms.push(room)
    return room
  }

  /** Names of rooms that were left and deleted. */
  readonly deleted: string[] = []

  remove(room: FakeRoom): void {
    this.#rooms.splice(this.#rooms.indexOf(room), 1)
  }

  addresses(): string[] {
    return [`/ip4/127.0.0.1/tcp/4001/p2p/${FAKE_PEER}`]
  }

  status(): NodeStatus {
    return {
      peer: this.peer,
      name: this.name,
      version: '0.1.0',
      dataDir: '/data',
      addresses: this.addresses(),
      startedAtMs: 1_700_000_000_000,
      rooms: this.#rooms.length,
      documents: 0,
      progress: this.#rooms.flatMap((room) => (room.progress().missing > 0 ? [room.progress()] : [])),
      connectedPeers: this.known.length,
      connections: { open: 1, max: 300, strangers: 64, maxStrangers: 64, handshakes: 0, maxHandshakes: 100 },
      unanswered: this.unanswered,
      refused: this.refused,
      faults: [],
      findings: this.findings,
      removed: this.#rooms.flatMap(({ id, name, removed }) => (removed ? [{ room: id, name, ...removed }] : [])),
      disk: this.disk,
      memoryBytes: 100 * 1024 * 1024,
      health: this.health,
    }
  }

  peers(): PeerInfo[] {
    return this.known
  }

  peerDetails(reference: string): PeerDetails {
    const found = this.details.find(({ peer }) => peer.endsWith(reference))
    if (found === undefined) throw new KithError('no-such-peer', `There is no peer "${reference}".`)
    return found
  }

  async diagnose(about?: string, { onProgress }: DiagnoseOptions = {}): Promise<Diagnosis> {
    if (this.diagnosis === undefined) throw new KithError('no-such-peer', `There is nothing "${about}".`)
    onProgress?.({ doing: 'Asking 1 peer to dial back', done: 0, total: 1 })
    return this.diagnosis
  }

  async connect(address: string): Promise<string> {
    if (!address.startsWith('/')) throw new KithError('bad-address', `"${address}" is not a multiaddr.`)
    if (address.includes('10.0.0.9')) throw new KithError('unreachable', `${address} does not answer.`)
    return FAKE_PEER
  }

  ensure(id: string, { room, job }: EnsureOptions = {}): FakeEnsured {
    if (!id.startsWith('baf')) throw new KithError('bad-id', `"${id}" is not a CID.`)
    const known = this.#find(id, room)
    if (known !== undefined) return known
    const ensured = new FakeEnsured(id, room ?? null, { job })
    this.ensured.push(ensured)
    return ensured
  }

  wants({ all = false }: { all?: boolean } = {}): EnsureStatus[] {
    return this.ensured.map((each) => each.status()).filter(({ state }) => all || state !== 'complete')
  }

  async unwant(id: string, { room }: { room?: string } = {}): Promise<void> {
    const known = this.#find(id, room)
    if (known === undefined) throw new KithError('no-such-want', `"${id}" is not wanted.`)
    this.ensured.splice(this.ensured.indexOf(known), 1)
    return known.cancel()
  }

  block(id: string): Uint8Array | undefined {
    return this.blocks.get(id)
  }

  job(): void {}

  async gc({ dryRun = false }: { dryRun?: boolean } = {}): Promise<GarbageReport> {
    const { garbage } = this
    if (!dryRun) this.garbage = { blocks: 0, sizeBytes: 0 }
    return Promise.resolve(garbage)
  }

  async stop(): Promise<void> {
    this.stopped = true
  }

  #find(id: string, room: string | undefined): FakeEnsured | undefined {
    return this.ensured.find((each) => each.id === id && each.status().room === (room ?? null))
  }
}
