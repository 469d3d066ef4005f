/** Facts of a node that is well, for tests that make something wrong with them. */
import type { DiagnosedPeer, DiagnosedRoom, DiagnosisFacts, InterfaceFacts, NodeFacts } from '../../../../src/kith.ts'

export const NOW_MS = Date.UTC(2026, 10, 30, 12)
const SELF = '12D3KooWSelfSelfSelfSelf'
const SPEAKS = ['/kith/room-state/1.0.0', '/kith/batch-sync/1.0.0', '/kith/ring/1.0.0']

export const LOOPBACK: InterfaceFacts = {
  ...{ name: 'lo', ip: '127.0.0.1', kind: 'loopback', announced: null, why: 'to every machine it means itself' },
  multicast: null,
}

export const LAN_CARD: InterfaceFacts = {
  ...{ name: 'eth0', ip: '192.168.1.2', kind: 'network', announced: '/ip4/192.168.1.2/tcp/4001', why: null },
  multicast: {
    ...{ sent: 9, ownHeardMs: NOW_MS - 1_000, othersHeardMs: NOW_MS - 2_000, error: null },
    openedAtMs: NOW_MS - 60_000,
  },
}

/** Connected, on another machine, and able to dial back. */
export const ANNA: DiagnosedPeer = {
  ...{ peer: '12D3KooWAnnaAnnaAnnaAnna', name: 'Anna', connected: true, direction: 'outbound', isHere: false },
  ...{ named: false, lastSeenMs: NOW_MS, heardMs: NOW_MS - 2_000, shortConnections: 0 },
  addresses: [{ address: '/ip4/192.168.1.3/tcp/4002', failures: 0, error: null, triedMs: NOW_MS }],
  ...{ agent: 'js-libp2p/3.3.11', speaks: SPEAKS, rooms: ['bafykitchen'] },
  checkup: { clockAheadMs: 12, dialBack: 'reached', error: null },
}

/** Heard, and dialled in vain. */
export const BEN: DiagnosedPeer = {
  ...ANNA,
  ...{ peer: '12D3KooWBenBenBenBenBen1', name: null, connected: false, direction: null, rooms: [], lastSeenMs: 0 },
  ...{ agent: null, speaks: [], checkup: null },
  addresses: [
    { address: '/ip4/192.168.1.4/tcp/4003', failures: 7, error: 'no answer within 2 s', triedMs: NOW_MS - 500 },
  ],
}

export const KITCHEN: DiagnosedRoom = {
  ...{ id: 'bafykitchen', name: 'Kitchen', status: 'open', waitingFor: '', away: [] },
  present: [{ peer: ANNA.peer, name: 'Anna' }],
}

interface Changes {
  node?: Partial<NodeFacts>
  system?: Partial<DiagnosisFacts['system']>
  atMs?: number
}

/** Facts with something changed. */
export function factsWith({ node, system, atMs = NOW_MS }: Changes = {}): DiagnosisFacts & { node: NodeFacts } {
  return {
    atMs,
    system: {
      ...{ nodeVersion: 'v24.0.0', descriptors: { open: 40, max: 1_024 }, freeBytes: 10e9, dataDir: '/data' },
      ...{ folderError: null, interfaces: [LOOPBACK, LAN_CARD] },
      ...system,
    },
    node: {
      ...{ peer: SELF, name: 'Me', version: '0.1.0', startedAtMs: NOW_MS - 60_000, mdns: true, twins: [] },
      ...{ addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/Self', '/ip4/192.168.1.2/tcp/4001/p2p/Self'], speaks: SPEAKS },
      ...{ peers: [ANNA], namedAddresses: [], rooms: [KITCHEN], strangers: 0, maxStrangers: 64 },
      ...{ ring: 'joined', dhtPeers: 1, store: [] },
      ...node,
    },
  }
}
