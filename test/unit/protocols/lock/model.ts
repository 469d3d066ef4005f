/**
 * Explores all that can happen to a lock of three electors that two others want: the machines are the real ones, and the
 * network, the clocks and the crashes are everything that is allowed to them. A message may come in any order, late, never,
 * or, as often as is allowed, twice. A process may crash, and come back with or without what it had on the disk.
 */
import { hash } from 'node:crypto'
import {
  LockMachine,
  type LockCommand,
  type LockRecord,
  type LockTimer,
  type Vote,
} from '../../../../protocols/lock/index.ts'
import type { LockState } from '../../../../protocols/lock/machine.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'

const LOCK = documentIdOfDigest(new Uint8Array(32).fill(1))
const ELECTORS = ['e1', 'e2', 'e3'] as PeerId[]
const CLIENTS = ['a', 'b'] as PeerId[]
const NODES = [...ELECTORS, ...CLIENTS]
const LEASE_MS = 1_000
const REQUESTS = 2 ** 48

/** What may happen, and how often in one run. */
export interface Bounds {
  /** How much faster than real time the clocks run. */
  drift: { electors: number; clients: number }
  /** By how much real time goes on in a step, each time. */
  stepsMs: readonly number[]
  /** Requests of each client, and what they do besides. */
  acquires: number
  renews: number
  releases: number
  duplicates: number
  /** Crashes of electors, after which they come back at once: with what they had, or with nothing. */
  crashes: number
  losses: number
  /** Whether an elector that has lost its memory does not know that: then it is not safe. */
  isUnaware?: boolean
  /** Fires timers other than those at which grants and leases end. */
  hasTimers?: boolean
  /** Records that never arrive: without those that only hasten things, all else can be explored to its end. */
  lost?: readonly LockRecord['type'][]
  maxStates: number
}

interface Node {
  startedMs: number
  /** Random numbers drawn so far, so that none is drawn twice. */
  drawn: number
  state: LockState
  /** What is on the disk. */
  vote?: Vote
  timers: { timer: LockTimer; dueMs: number }[]
  acquires: number
  renews: number
  releases: number
}

interface World {
  nowMs: number
  step: number
  nodes: ReadonlyMap<PeerId, Node>
  messages: readonly { from: PeerId; to: PeerId; record: LockRecord }[]
  duplicates: number
  crashes: number
  losses: number
  /** The fence of the last hold that began, and by which request. */
  lastFence: number
  lastHold: string
}

export interface Explored {
  states: number
  transitions: number
  holds: number
  /** How it came to two holders, or to a fence that is not higher. */
  violation?: string[]
  isComplete: boolean
}

export function explore(bounds: Bounds): Explored {
  const seen = new Set<string>()
  const result: Explored = { states: 0, transitions: 0, holds: 0, isComplete: true }
  // Breadth first: the shortest way to a fault is found, and all short ways are tried if there are too many long ones.
  const queue: { world: World; path: Path | undefined }[] = [{ world: first(bounds), path: undefined }]
  for (const { world, path } of queue) {
    for (const [label, act] of actions(world, bounds)) {
      result.transitions++
      const after = act()
      const taken = { label, before: path }
      const fault = faultOf(world, after, bounds)
      const key = keyOf(after)
      if (seen.has(key)) continue
      seen.add(key)
      result.states++
      if (fault !== undefined) return { ...result, violation: [...labelsOf(taken), fault] }
      if (after.lastHold !== world.lastHold) result.holds++
      if (result.states >= bounds.maxStates) return { ...result, isComplete: false }
      queue.push({ world: after, path: taken })
    }
  }
  return result
}

interface Path {
  label: string
  before: Path | undefined
}

function labelsOf(path: Path | undefined): string[] {
  const labels: string[] = []
  for (let at = path; at !== undefined; at = at.before) labels.unshift(at.label)
  return labels
}

function first(bounds: Bounds): World {
  const nodes = new Map(
    NODES.map((name): [PeerId, Node] => {
      const isElector = ELECTORS.includes(name)
      return [name, newNode(name, isElector ? { fence: 0, hasForgotten: false } : undefined, 0, 0)]
    }),
  )
  const world: World = {
    ...{ nowMs: 0, step: 0, nodes, messages: [], duplicates: bounds.duplicates, crashes: bounds.crashes },
    ...{ losses: bounds.losses, lastFence: 0, lastHold: '' },
  }
  // One of them is first, and it makes no difference which.
  const [a = ''] = CLIENTS
  return clientActions(world, a as PeerId, bounds)[0]?.[1]() ?? world
}

function newNode(name: PeerId, vote: Vote | undefined, startedMs: number, drawn: number): Node {
  const peers = new Set(NODES.filter((other) => other !== name))
  return {
    ...{ startedMs, drawn, timers: [], acquires: 0, renews: 0, releases: 0, ...(vote && { vote }) },
    state: {
      elector: { booths: new Map(), serial: 0, startedMs: 0 },
      claimant: { claims: new Map(), endings: new Map(), tickets: new Map(), seen: new Map() },
      peers,
    },
  }
}

function localMs(name: PeerId, { startedMs }: Node, nowMs: number, { drift }: Bounds): number {
  return (nowMs - startedMs) * (1 + (ELECTORS.includes(name) ? drift.electors : drift.clients))
}

/** One input of one machine: returns the world after it. */
function run(world: World, name: PeerId, input: Parameters<LockMachine['handle']>[0], bounds: Bounds): World {
  const before = world.nodes.get(name)
  if (before === undefined) throw new Error(`there is no ${name}`)
  const node: Node = { ...before, state: structuredClone(before.state), timers: [...before.timers] }
  const nowMs = localMs(name, node, world.nowMs, bounds)
  const machine = new LockMachine({
    self: name,
    random: () => (NODES.indexOf(name) * 1_000 + ++node.drawn) / REQUESTS,
    ports: {
      electors: () => ELECTORS,
      isNeighbour: () => true,
      mayTake: () => true,
      vote: () => node.vote,
      isOutdated: () => false,
    },
    state: node.state,
  })
  const messages = [...world.messages]
  for (const effect of machine.handle(input, nowMs)) {
    if (effect.type === 'persist') node.vote = effect.write.vote
    else if (effect.type === 'send') {
      // That a release is known changes nothing about who holds the lock.
      if (effect.record.type !== 'released' && bounds.lost?.includes(effect.record.type) !== true)
        messages.push({ from: name, to: effect.to, record: effect.record })
    } else if (effect.type === 'timer' && isOfInterest(effect.timer, bounds)) {
      const isSame = ({ timer }: { timer: LockTimer }): boolean =>
        JSON.stringify(timer) === JSON.stringify(effect.timer)
      node.timers = [
        ...node.timers.filter((other) => !isSame(other)),
        { timer: effect.timer, dueMs: nowMs + effect.afterMs },
      ]
    }
  }
  return { ...world, nodes: new Map(world.nodes).set(name, node), messages }
}

function isOfInterest(timer: LockTimer, { hasTimers = false }: Bounds): boolean {
  return (
    timer.type === 'expiry' || timer.type === 'recall' || (timer.type === 'look' && (timer.what === 'end' || hasTimers))
  )
}

type Action = [label: string, act: () => World]

function actions(world: World, bounds: Bounds): Action[] {
  const done: Action[] = []
  for (const [index, message] of world.messages.entries()) {
    const { from, to, record } = message
    const rest = world.messages.toSpliced(index, 1)
    const input = { type: 'records', from, records: [record] } as const
    const label = `${from} → ${to}: ${record.type}`
    done.push([label, () => run({ ...world, messages: rest }, to, input, bounds)])
    if (world.duplicates > 0) {
      done.push([
        `${label} (and again later)`,
        () => run({ ...world, duplicates: world.duplicates - 1 }, to, input, bounds),
      ])
    }
    if (world.losses > 0)
      done.push([`${label} is lost`, () => ({ ...world, messages: rest, losses: world.losses - 1 })])
  }
  for (const name of CLIENTS) done.push(...clientActions(world, name, bounds))
  for (const [name, node] of world.nodes) {
    for (const { timer, dueMs } of node.timers) {
      if (dueMs > localMs(name, node, world.nowMs, bounds)) continue
      const without = { ...node, timers: node.timers.filter((other) => other.timer !== timer) }
      const before = { ...world, nodes: new Map(world.nodes).set(name, without) }
      const what = timer.type === 'look' ? timer.what : timer.type
      done.push([`${name}: timer ${what}`, () => run(before, name, { type: 'timer', timer }, bounds)])
    }
  }
  const stepMs = bounds.stepsMs[world.step]
  if (stepMs !== undefined) {
    done.push([`${stepMs} ms pass`, () => ({ ...world, nowMs: world.nowMs + stepMs, step: world.step + 1 })])
  }
  if (world.crashes > 0) {
    for (const name of ELECTORS) {
      done.push([`${name} crashes and comes back`, () => crash(world, name, true, bounds)])
      done.push([`${name} crashes and has forgotten`, () => crash(world, name, false, bounds)])
    }
  }
  return done
}

function clientActions(world: World, name: PeerId, bounds: Bounds): Action[] {
  const node = world.nodes.get(name)
  if (node === undefined) return []
  const isHeld = node.state.claimant.claims.get(LOCK)?.held !== undefined
  const possible: [command: LockCommand, isPossible: boolean][] = [
    [{ type: 'acquire', lock: LOCK, leaseMs: LEASE_MS }, node.acquires < bounds.acquires && !isHeld],
    [{ type: 'renew', lock: LOCK }, node.renews < bounds.renews && isHeld],
    [{ type: 'release', lock: LOCK }, node.releases < bounds.releases && isHeld],
  ]
  return possible
    .filter(([, isPossible]) => isPossible)
    .map(([command]): Action => {
      const count = `${command.type}s` as 'acquires' | 'renews' | 'releases'
      const counted = { ...node, [count]: node[count] + 1 }
      const before = { ...world, nodes: new Map(world.nodes).set(name, counted) }
      return [`${name}: ${command.type}`, () => run(before, name, { type: 'command', command }, bounds)]
    })
}

function crash(world: World, name: PeerId, hasMemory: boolean, { isUnaware = false }: Bounds): World {
  const node = world.nodes.get(name)
  const forgotten = isUnaware ? { fence: 0, hasForgotten: false } : undefined
  const next = newNode(name, hasMemory ? node?.vote : forgotten, world.nowMs, node?.drawn ?? 0)
  return { ...world, nodes: new Map(world.nodes).set(name, next), crashes: world.crashes - 1 }
}

/** Also notes who has begun to hold the lock since. */
function faultOf(before: World, after: World, bounds: Bounds): string | undefined {
  const holders = CLIENTS.flatMap((name) => {
    const node = after.nodes.get(name)
    const claim = node?.state.claimant.claims.get(LOCK)
    if (node === undefined || claim?.held === undefined) return []
    const hold = { name, fence: claim.held.fence, key: `${name} ${claim.request}` }
    return localMs(name, node, after.nowMs, bounds) < claim.held.untilMs ? [hold] : []
  })
  if (holders.length > 1) return `two hold it: ${holders.map(({ name, fence }) => `${name} with ${fence}`).join(', ')}`
  const [holder] = holders
  if (holder === undefined || holder.key === before.lastHold) return undefined
  if (holder.fence <= before.lastFence) return `${holder.name} holds it with ${holder.fence}, after ${before.lastFence}`
  after.lastFence = holder.fence
  after.lastHold = holder.key
  return undefined
}

/** Equal for worlds in which the same can happen. Which elector is which makes no difference. */
function keyOf({ nodes, messages, ...world }: World): string {
  const clients = CLIENTS.map((name) => {
    const { state, ...node } = nodes.get(name) ?? {}
    const { claims, seen: _, ...claimant } = state?.claimant ?? {}
    return [node, claimant, [...(claims?.values() ?? [])].map(({ answers: __, ...claim }) => claim)]
  })
  const electors = ELECTORS.map((name) => {
    const around = messages.filter(({ from, to }) => from === name || to === name)
    const answers = CLIENTS.map((client) => {
      const claimant = nodes.get(client)?.state.claimant
      return [claimant?.claims.get(LOCK)?.answers.get(name), claimant?.seen.get(LOCK)?.get(name)]
    })
    return textOf([nodes.get(name), around.map(textOf).sort(), answers]).replaceAll(`"${name}"`, '"e"')
  })
  return hash('sha1', textOf([world, clients, electors.sort()]))
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part instanceof Map || part instanceof Set ? [...part] : part))
}
