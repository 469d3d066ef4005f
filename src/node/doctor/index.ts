/** The doctor of a node: gathers facts, asks peers, and says what keeps nodes from meeting. */
import { setTimeout as delay } from 'node:timers/promises'
import { parseDocumentId, type PeerId, type RoomId } from '../../../protocols/wire/ids.ts'
import { DIAL_EXAMPLE } from '../../host/addresses.ts'
import {
  KithError,
  type CheckupFacts,
  type DiagnosedPeer,
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisFacts,
  type Finding,
  type Health,
  type Probe,
  type ProbeStep,
} from '../../kith.ts'
import { isSameName } from '../../names.ts'
import { pastedAddress, pastedPeerId, pastedRoomId } from '../../pasted.ts'
import { monotonicMs, wallMs } from '../../runtime/clock.ts'
import type { NodeHost } from '../node-host.ts'
import type { Peers } from '../peers.ts'
import { LIKE_ADDRESS } from '../peers.ts'
import { findPeer } from '../peer-reference.ts'
import { quoted } from '../quoted.ts'
import { findingsOf, healthOf, probeFinding, sorted } from './findings.ts'
import { commonRooms, factsOf, type FactSources } from './node-facts.ts'
import { unreachedFindings } from './peer-findings.ts'
import { fine, nameOf, unknown } from './wording.ts'

/** Peers that are asked to dial back: several, as a firewall may let some in. */
const MAX_ASKED = 8
/** Addresses of one peer that are tried. */
const MAX_PROBED = 4
/** Rooms are compared within a round trip or two once the protocols are open. */
const COMMON_ROOMS_MS = 3_000
const COMMON_ROOMS_POLL_MS = 100

export interface DoctorInit extends FactSources {
  host: FactSources['host'] & Pick<NodeHost, 'checkUp' | 'probe'>
  peers: Pick<Peers, 'resolve' | 'addressesToDial'>
  /** Throws a KithError `no-such-room` or `ambiguous`. */
  roomIdOf(reference: string): RoomId
}

/** What a diagnosis is about. */
interface Subject {
  address?: string
  peer?: PeerId
  room?: RoomId
  /** A room id that is well formed, of a room that is not here. */
  absent?: string
}

const STEP_WORDS: Readonly<Record<ProbeStep['step'], string>> = {
  route: 'looking for a route',
  connection: 'connecting',
  encryption: 'agreeing on a key',
  identity: 'seeing who it is',
  protocols: 'asking what it speaks',
  rooms: 'comparing rooms',
}

export class Doctor {
  readonly #init: DoctorInit

  constructor(init: DoctorInit) {
    this.#init = init
  }

  /** What is known without asking anybody. */
  health(): Health {
    return healthOf(factsOf(this.#init, wallMs()))
  }

  /** Throws a KithError like `KithNode.diagnose`. */
  async diagnose(about: string | undefined, options: DiagnoseOptions = {}): Promise<Diagnosis> {
    const { onProgress = () => undefined, signal = new AbortController().signal } = options
    const subject = about === undefined ? {} : this.#subjectOf(about)
    const { address, peer, room, absent } = subject
    const concerned = peer === undefined ? [] : [peer]
    const before = factsOf(this.#init, wallMs(), concerned)
    const probes: Probe[] = []
    const targets = address === undefined ? this.#targetsOf(peer, before) : [address]
    for (const target of targets) {
      probes.push(await this.#probe(target, onProgress, signal))
      if (probes.at(-1)?.failure === null) break
    }
    const checkups = address === undefined ? await this.#askPeers(before, peer, onProgress, signal) : new Map()
    const facts = withCheckups(factsOf(this.#init, wallMs(), concerned), checkups)
    const all = findingsOf(facts, checkups.size > 0 || about === undefined)
    // The steps are shown; how often its addresses were tried says more than a sentence about one of them.
    const isTold = peer !== undefined && all.some((finding) => finding.peer === peer && finding.severity === 'problem')
    const own = [
      ...(isTold ? [] : probes.flatMap((each) => this.#probeFindings(each))),
      ...(peer === undefined ? [] : peerFindings(facts, peer)),
      ...(absent === undefined ? [] : [absentFinding(absent)]),
    ]
    return {
      about: about === undefined ? null : { ...(peer && { peer }), ...(room && { room }), ...(address && { address }) },
      findings:
        about === undefined ? all : sorted([...own, ...all.filter((finding) => concerns(finding, subject, facts))]),
      facts,
      probes,
    }
  }

  #subjectOf(text: string): Subject {
    if (LIKE_ADDRESS.test(pastedAddress(pastedPeerId(text)))) return { address: text }
    const room = found(() => this.#init.roomIdOf(text))
    const peer = found(() => this.#init.peers.resolve(text)) ?? found(() => this.#unreached(text))
    if (room !== undefined || peer !== undefined) return { ...(room && { room }), ...(peer && { peer }) }
    const { node } = factsOf(this.#init, wallMs())
    if (node !== null && (pastedPeerId(text) === node.peer || isSameName(text, node.name))) {
      throw new KithError(
        'bad-value',
        `${quoted(text)} is this node: name another peer, or nothing to look at everything`,
      )
    }
    const absent = pastedRoomId(text)
    if (parseDocumentId(absent) !== undefined) return { absent }
    throw new KithError(
      'no-such-peer',
      `there is no room and no peer ${quoted(text)} here (see kith room list and kith peers), and it is no address, which looks like ${DIAL_EXAMPLE}`,
    )
  }

  /** One that was heard and never reached, by a part of its id as findings name it. */
  #unreached(text: string): PeerId {
    return findPeer(
      text,
      this.#init.host.network().unreached.map((peer) => ({ peer, names: [] })),
    )
  }

  /** Where a peer that is not connected may be. */
  #targetsOf(peer: PeerId | undefined, { node }: DiagnosisFacts): string[] {
    if (peer === undefined) return []
    const isConnected = node?.peers.some((each) => each.peer === peer && each.connected) === true
    if (isConnected) return []
    try {
      return this.#init.peers.addressesToDial(peer).slice(0, MAX_PROBED)
    } catch (error) {
      if (error instanceof KithError) return [] // no address is known, which is a finding
      throw error
    }
  }

  async #probe(
    target: string,
    onProgress: NonNullable<DiagnoseOptions['onProgress']>,
    signal: AbortSignal,
  ): Promise<Probe> {
    const order = Object.keys(STEP_WORDS)
    const onStep = (step: ProbeStep['step']): void => {
      onProgress({ doing: `${target}: ${STEP_WORDS[step]}`, done: order.indexOf(step), total: order.length })
    }
    const probe = await this.#init.host.probe(target, onStep, signal)
    if (probe.failure !== null || probe.peer === null) {
      return { ...probe, steps: [...probe.steps, { step: 'rooms', result: 'skipped', detail: '', tookMs: 0 }] }
    }
    onStep('rooms')
    const startMs = monotonicMs()
    const rooms = await this.#commonRooms(probe.peer as PeerId, signal)
    const detail =
      rooms.length === 0 ? 'no room in common' : `in common: ${rooms.map(({ name, id }) => name || id).join(', ')}`
    const step: ProbeStep = { step: 'rooms', result: 'ok', detail, tookMs: monotonicMs() - startMs }
    return { ...probe, steps: [...probe.steps, step] }
  }

  /** Waits for the first one, as a new connection has to compare rooms. */
  async #commonRooms(peer: PeerId, signal: AbortSignal): Promise<{ id: RoomId; name: string }[]> {
    const { core } = this.#init
    const endMs = monotonicMs() + (core.machine.rooms.list().length === 0 ? 0 : COMMON_ROOMS_MS)
    for (;;) {
      const rooms = commonRooms(core, peer)
      if (rooms.length > 0 || monotonicMs() >= endMs) return rooms
      await delay(COMMON_ROOMS_POLL_MS, undefined, { signal })
    }
  }

  #probeFindings(probe: Probe): Finding[] {
    const { core, names } = this.#init
    const { peer, address, failure } = probe
    const name = peer === null ? null : (names.of(peer as PeerId)[0]?.name ?? null)
    const rooms = peer === null || failure !== null ? [] : commonRooms(core, peer as PeerId)
    const hasRooms = core.machine.rooms.list().length > 0
    const result = probeFinding(probe, name)
    if (failure !== null || peer === null || rooms.length > 0 || !hasRooms) return [result]
    const todo = 'Compare the ids of the rooms (kith room list --json), or pass on an invite: kith room show ROOM.'
    return [
      result,
      unknown('no-common-room', `${nameOf({ peer, name })} is in none of this node's rooms.`, todo, { peer, address }),
    ]
  }

  async #askPeers(
    { node }: DiagnosisFacts,
    only: PeerId | undefined,
    onProgress: NonNullable<DiagnoseOptions['onProgress']>,
    signal: AbortSignal,
  ): Promise<Map<string, CheckupFacts>> {
    const connected = (node?.peers ?? []).filter(
      ({ connected, peer }) => connected && (only === undefined || peer === only),
    )
    // Those elsewhere first: only they know whether a firewall is in the way.
    const asked = connected.toSorted((a, b) => Number(a.isHere) - Number(b.isHere)).slice(0, MAX_ASKED)
    let done = 0
    const progress = (): void => {
      const doing = `Asking ${asked.length} peer${asked.length === 1 ? '' : 's'} to dial back`
      onProgress({ doing, done, total: asked.length })
    }
    if (asked.length > 0) progress()
    const answers = await Promise.all(
      asked.map(async ({ peer }): Promise<[string, CheckupFacts]> => {
        const answer = await this.#init.host.checkUp(peer as PeerId, signal)
        done++
        progress()
        return [peer, answer]
      }),
    )
    return new Map(answers)
  }
}

function found<Id>(find: () => Id): Id | undefined {
  try {
    return find()
  } catch (error) {
    if (error instanceof KithError && (error.code === 'no-such-room' || error.code === 'no-such-peer')) {
      // What is this node itself says more than that nothing was found.
      if (!error.message.includes('this node itself')) return undefined
    }
    throw error
  }
}

function withCheckups(facts: DiagnosisFacts, checkups: ReadonlyMap<string, CheckupFacts>): DiagnosisFacts {
  const { node } = facts
  if (node === null || checkups.size === 0) return facts
  return {
    ...facts,
    node: { ...node, peers: node.peers.map((peer) => ({ ...peer, checkup: checkups.get(peer.peer) ?? null })) },
  }
}

/** What a user who asks about one peer wants to know first. */
function peerFindings({ atMs, node }: DiagnosisFacts, peer: PeerId): Finding[] {
  const known: DiagnosedPeer | undefined = node?.peers.find((each) => each.peer === peer)
  if (known === undefined) {
    const todo = 'Name an address: kith connect ADDRESS, which the other node prints at its start.'
    return [unknown('no-address', `No address of ${nameOf({ peer, name: null })} is known.`, todo, { peer })]
  }
  if (known.connected) {
    const where = known.isHere ? 'on this machine' : `at ${known.addresses[0]?.address ?? 'an unknown address'}`
    return [fine('connected', `${nameOf(known)} is connected, ${where}.`, { peer })]
  }
  if (unreachedFindings(known, atMs).length > 0) return [] // it is among those of all peers
  const seen =
    known.lastSeenMs === 0
      ? 'was never connected'
      : `was last connected on ${new Date(known.lastSeenMs).toISOString().slice(0, 16).replace('T', ' at ')} UTC`
  const todo = 'See that its node runs; kith doctor there says more.'
  return [unknown('away', `${nameOf(known)} is not connected, and ${seen}.`, todo, { peer })]
}

function absentFinding(id: string): Finding {
  return {
    ...{ code: 'room-not-here', severity: 'problem', room: id },
    what: `This node is not in the room ${id}, so it looks for nobody there.`,
    todo: 'Join it, with the whole invite if you have one: kith join INVITE.',
  }
}

/** Whether a finding matters to what the user asked about. */
function concerns(finding: Finding, { peer, room, address }: Subject, { node }: DiagnosisFacts): boolean {
  const isBad = finding.severity === 'problem' || finding.severity === 'warning'
  if (finding.peer === undefined && finding.room === undefined && finding.address === undefined) {
    // Whether anybody is connected, and what is fine, is no answer to a question about one thing.
    return isBad || (finding.severity === 'unknown' && address === undefined && finding.code !== 'nobody-connected')
  }
  if (peer !== undefined && finding.peer === peer) return true
  if (room === undefined) return false
  const members = node?.rooms.find(({ id }) => id === room)
  const isMember = [...(members?.present ?? []), ...(members?.away ?? [])].some((each) => each.peer === finding.peer)
  return finding.room === room || (isBad && isMember)
}
