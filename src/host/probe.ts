/** Tries to reach an address step by step, to say at which step that fails, and why. */
import { lookup } from 'node:dns/promises'
import type { Connection, IdentifyResult, Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Probe, ProbeFailure, ProbeStep } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { DialAddress } from './addresses.ts'
import { PROBE_STEP_MS } from './constants.ts'
import { dialFailureOf, failureIn } from './dial-errors.ts'
import type { Identified } from './identified.ts'
import { dialTcp, routeTo, type TcpOutcome } from './tcp-dial.ts'

/** Ids of protocols of Kith. */
const KITH_PROTOCOL = /^\/kith\//

/** Of what a peer says about itself, which may be long. */
const MAX_SAID_LENGTH = 100

/** The steps of the host; what follows depends on the node. */
const STEPS: readonly ProbeStep['step'][] = ['route', 'connection', 'encryption', 'identity', 'protocols']

const FAILURES: Readonly<Record<Exclude<TcpOutcome, 'open'>, [failure: ProbeFailure, detail: string]>> = {
  refused: ['refused', 'refused: nothing listens at this port, or a firewall rejects it'],
  'no-answer': ['no-answer', `no answer within ${PROBE_STEP_MS / 1_000} s`],
  'no-route': ['no-route', 'the network says that the address cannot be reached'],
  forbidden: ['forbidden', "this machine's own firewall forbids it"],
  other: ['other', 'it failed'],
}

export interface ProbeInit {
  libp2p: Libp2p
  identified: Identified
  dial: (address: string, signal: AbortSignal) => Promise<Connection>
}

/** A step that failed. */
class Failed extends Error {
  override readonly name = 'Failed'
  readonly failure: ProbeFailure

  constructor(failure: ProbeFailure, detail: string) {
    super(detail)
    this.failure = failure
  }
}

/** Each step takes at most PROBE_STEP_MS. `onStep` is called before each. Rejects only if the signal aborts. */
export async function probe(
  { libp2p, identified, dial }: ProbeInit,
  target: DialAddress,
  onStep: (step: ProbeStep['step']) => void,
  signal: AbortSignal,
): Promise<Probe> {
  const { address, peer: expected } = target
  const { host, port } = placeOf(address)
  const found: { ip: string; connection?: Connection } = { ip: host }
  const limit = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(PROBE_STEP_MS)])
  const remote = (): PeerId | undefined => found.connection?.remotePeer.toString() as PeerId | undefined
  const run: Record<(typeof STEPS)[number], () => Promise<string> | string> = {
    async route() {
      found.ip = await lookup(host).then(
        ({ address: ip }) => ip,
        () => {
          throw new Failed('no-name', `the name ${host} is unknown`)
        },
      )
      const from = await routeTo(found.ip)
      if (from === undefined) throw new Failed('no-route', 'this machine has no route to that network')
      return `from ${from}${found.ip === host ? '' : ` to ${found.ip}`}`
    },
    async connection() {
      const { outcome, code } = await dialTcp(found.ip, port, PROBE_STEP_MS)
      if (outcome === 'open') return `port ${port} is open`
      const [failure, detail] = FAILURES[outcome]
      throw new Failed(failure, code === '' || outcome !== 'other' ? detail : `${detail}: ${code}`)
    },
    async encryption() {
      found.connection = await dial(address, limit()).catch((error: unknown) => {
        signal.throwIfAborted()
        const words = dialFailureOf(error, PROBE_STEP_MS)
        // A port that is open and silent belongs to something else.
        const failure = failureIn(words)
        throw new Failed(failure === 'closed' || failure === 'no-answer' ? 'not-kith' : failure, words)
      })
      return 'Noise'
    },
    identity() {
      const peer = remote() ?? ''
      if (expected !== undefined && peer !== expected) throw new Failed('other-peer', `it is ${peer}`)
      return `it is ${peer}`
    },
    async protocols() {
      const { agent, protocols } = await untilIdentified(libp2p, identified, remote() ?? '', limit()).catch(() => {
        signal.throwIfAborted()
        throw new Failed('not-kith', 'it does not say what it speaks')
      })
      const kith = protocols.filter((id) => KITH_PROTOCOL.test(id))
      const own = new Set(libp2p.getProtocols())
      const software = agent === null ? 'unknown software' : agent.slice(0, MAX_SAID_LENGTH)
      if (kith.length === 0) throw new Failed('not-kith', `it speaks none of Kith's protocols (${software})`)
      if (!kith.some((id) => own.has(id))) {
        const said = kith.join(', ').slice(0, MAX_SAID_LENGTH)
        throw new Failed('other-version', `it speaks other versions of Kith's protocols: ${said}`)
      }
      return `${kith.filter((id) => own.has(id)).length} of Kith's protocols (${software})`
    },
    rooms: () => '',
  }
  const steps: ProbeStep[] = []
  let failure: ProbeFailure | null = null
  for (const step of STEPS) {
    if (failure !== null) {
      steps.push({ step, result: 'skipped', detail: '', tookMs: 0 })
      continue
    }
    signal.throwIfAborted()
    onStep(step)
    const startMs = monotonicMs()
    try {
      const detail = await run[step]()
      steps.push({ step, result: 'ok', detail, tookMs: monotonicMs() - startMs })
    } catch (error) {
      if (!(error instanceof Failed)) throw error
      failure = error.failure
      steps.push({ step, result: 'failed', detail: error.message, tookMs: monotonicMs() - startMs })
    }
  }
  return { address, failure, peer: remote() ?? null, steps }
}

/** Host (an IP address with its zone, or a name) and port of an address to dial. */
function placeOf(address: string): { host: string; port: number } {
  const parts = new Map(
    multiaddr(address)
      .getComponents()
      .map(({ name, value = '' }) => [name, value]),
  )
  const zone = parts.get('ip6zone')
  const host = ['ip4', 'ip6', 'dns', 'dns4', 'dns6'].flatMap((name) => parts.get(name) ?? [])[0] ?? ''
  return { host: zone === undefined ? host : `${host}%${zone}`, port: Number(parts.get('tcp')) }
}

async function untilIdentified(
  libp2p: Libp2p,
  identified: Identified,
  peer: string,
  signal: AbortSignal,
): Promise<{ agent: string | null; protocols: string[] }> {
  const known = identified.get(peer as PeerId)
  if (known !== undefined) return known
  const { promise, resolve, reject } = Promise.withResolvers<{ agent: string | null; protocols: string[] }>()
  const onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const { peerId, agentVersion: agent = null, protocols } = detail
    if (peerId.toString() === peer) resolve({ agent, protocols })
  }
  const onAbort = (): void => reject(signal.reason)
  libp2p.addEventListener('peer:identify', onIdentify)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await promise
  } finally {
    libp2p.removeEventListener('peer:identify', onIdentify)
    signal.removeEventListener('abort', onAbort)
  }
}
