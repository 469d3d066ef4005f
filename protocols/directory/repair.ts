/**
 * Keeps nodes of the tree at their holders. After peers came or went, each node here that others hold from now on is
 * compared with them, and what they lack is put there; what is no part of this node any more is dropped once they have it.
 */
import type { PeerId, RoomId } from '../wire/ids.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import type { Asking } from './asking.ts'
import { COPIES, LEFT_MS, REPAIR_NODES } from './constants.ts'
import type { HeldNodes } from './held-nodes.ts'
import { holdersOf } from './holders.ts'
import type { Place } from './key.ts'
import type { Placing } from './placing.ts'
import type { DirectoryEffects, DirectoryPorts, DirectoryTimer } from './ports.ts'
import type { NodeHead, PrefixNode } from './prefix-node.ts'
import type { DirectoryRecord } from './record.ts'
import { unpackNode } from './stored.ts'

export interface RepairInit {
  self: PeerId
  held: HeldNodes
  asking: Asking
  placing: Placing
  effects: DirectoryEffects
  present(room: RoomId): PeerId[]
  nodes: DirectoryPorts['nodes']
}

type RepairTimer = DirectoryTimer & { type: 'repair' }

/** What is known of a directory. */
interface Standing {
  /** The last run; earlier ones end. */
  run: number
  /** Whether one has begun that goes through all nodes once more. */
  isWaiting: boolean
  revises: boolean
  /** Nodes that became too full, and what they left behind is another holder's to pass on. */
  left: Set<Place>
  /** Between whom the directory was divided at the end of the last complete run. */
  before: readonly PeerId[]
}

/** What is done for each directory when its holders become others: see README.md, rules 7 to 9. */
export class Repair {
  readonly #init: RepairInit
  readonly #rooms = new Map<RoomId, Standing>()

  constructor(init: RepairInit) {
    this.#init = init
  }

  /** Goes through all nodes of a directory, a few at a time. `revises`: records that count no more are deleted. */
  start(room: RoomId, { delayMs, revises }: { delayMs: number; revises: boolean }): void {
    const standing = this.#standingOf(room)
    standing.revises ||= revises
    if (standing.isWaiting) return
    standing.run++
    standing.isWaiting = true
    this.#init.effects.setTimer({ type: 'repair', room, run: standing.run }, delayMs)
  }

  close(room: RoomId): void {
    this.#rooms.delete(room)
  }

  /** One step of a run. */
  run({ room, run, after, revises }: RepairTimer, nowMs: number): void {
    const standing = this.#rooms.get(room)
    if (standing?.run !== run) return
    let isRevising = revises === true
    if (standing.isWaiting) {
      isRevising = standing.revises
      Object.assign(standing, { isWaiting: false, revises: false })
    }
    const present = this.#init.present(room)
    const nodes = this.#init.nodes(room, after, REPAIR_NODES)
    for (const { packed } of nodes) {
      const node = this.#init.held.get(room, unpackNode(packed).prefix)
      if (node === undefined) continue
      if (isRevising) this.#init.held.revise(room, node)
      this.#look(room, node, present, standing.before, nowMs)
    }
    const last = nodes.at(-1)
    if (last !== undefined && nodes.length === REPAIR_NODES) {
      const timer = {
        type: 'repair' as const,
        room,
        run,
        after: last.key,
        ...(isRevising && { revises: true as const }),
      }
      this.#init.effects.setTimer(timer, 0)
    } else {
      standing.before = present
    }
  }

  /**
   * A node has become too full, here: it does at the other holders, too, so that all have the same. The first of them passes
   * on what it has no space for, the second one does so again later, in case the first one lacked something or left.
   */
  spilled(room: RoomId, node: PrefixNode, records: readonly DirectoryRecord[], nowMs: number): void {
    const { self, asking } = this.#init
    const holders = this.#holders(room, node.prefix)
    const lowered = {
      type: 'put' as const,
      topic: topicKeyOf(room),
      prefix: node.prefix,
      records: [],
      head: headOf(node),
    }
    const others = holders.filter((peer) => peer !== self)
    asking.askAll(
      others.map((peer) => [peer, lowered] as const),
      () => undefined,
    )
    if (holders[0] === self) return this.#passOn(room, node, records, nowMs)
    this.#passOnLater(room, node.prefix)
  }

  /** By now, whoever was to pass on what nodes had no space for has done it, or is gone. */
  left(room: RoomId, nowMs: number): void {
    const { held } = this.#init
    const standing = this.#standingOf(room)
    const prefixes = [...standing.left].slice(0, REPAIR_NODES)
    for (const prefix of prefixes) {
      standing.left.delete(prefix)
      const node = held.get(room, prefix)
      const left = node === undefined ? [] : held.leftOf(room, node)
      if (node === undefined || left.length === 0) continue
      const isToPassOn = this.#holders(room, prefix).slice(0, 2).includes(this.#init.self)
      if (isToPassOn) this.#passOn(room, node, left, nowMs)
      else held.passedOn(room, prefix, left)
    }
    if (standing.left.size > 0) this.#init.effects.setTimer({ type: 'left', room }, 0)
  }

  #look(room: RoomId, node: PrefixNode, present: readonly PeerId[], before: readonly PeerId[], nowMs: number): void {
    const { self, held } = this.#init
    const holders = holdersOf(room, node.prefix, present)
    const earlier = holdersOf(room, node.prefix, before)
    const isNewRun = before.length === 0
    const left = held.leftOf(room, node)
    if (left.length > 0) {
      const [first] = earlier
      if (!isNewRun && first !== self && first !== undefined && present.includes(first)) {
        held.passedOn(room, node.prefix, left)
      } else this.#passOn(room, node, left, nowMs)
    }
    const others = holders.filter((peer) => peer !== self && (isNewRun || !earlier.includes(peer)))
    if (others.length === 0 && holders.includes(self)) return
    this.#compare(room, node, others.length === 0 ? holders : others, nowMs, (isHeld) => {
      if (isHeld && !this.#holders(room, node.prefix).includes(self) && holders.length === COPIES) held.drop(room, node)
    })
  }

  #passOn(room: RoomId, node: PrefixNode, records: readonly DirectoryRecord[], nowMs: number): void {
    const { held, placing } = this.#init
    placing.further(room, node.prefix, records, nowMs, ({ isSilent }) => {
      if (isSilent) this.#passOnLater(room, node.prefix)
      else held.passedOn(room, node.prefix, records)
    })
  }

  #passOnLater(room: RoomId, prefix: Place): void {
    const { left } = this.#standingOf(room)
    if (left.size === 0) this.#init.effects.setTimer({ type: 'left', room }, LEFT_MS)
    left.add(prefix)
  }

  #compare(
    room: RoomId,
    node: PrefixNode,
    peers: readonly PeerId[],
    nowMs: number,
    done: (isHeld: boolean) => void,
  ): void {
    const { asking, self } = this.#init
    const others = peers.filter((peer) => peer !== self)
    const question = {
      type: 'put' as const,
      topic: topicKeyOf(room),
      prefix: node.prefix,
      records: [],
      head: headOf(node),
    }
    asking.askAll(
      others.map((peer) => [peer, question] as const),
      (answers) => {
        const { digest } = node
        const lacking = answers.filter(({ answer }) => answer.digest !== digest).map(({ peer }) => peer)
        for (const { answer } of answers) this.#learn(room, node, answer.head, nowMs)
        if (lacking.length === 0) return done(answers.length > 0)
        this.#give(room, node, lacking, done)
      },
    )
  }

  /** Puts all records of a node at peers that have other ones. */
  #give(room: RoomId, node: PrefixNode, peers: readonly PeerId[], done: (isHeld: boolean) => void): void {
    const { asking, placing } = this.#init
    const base = { type: 'put' as const, topic: topicKeyOf(room), prefix: node.prefix, head: headOf(node) }
    const questions = placing.chunksOf(node.records).map((records) => ({ ...base, records }))
    asking.askAll(
      peers.flatMap((peer) => questions.map((question) => [peer, question] as const)),
      (answers) => {
        const isTaken = answers.every(({ answer }) => answer.refused === 0)
        done(isTaken && answers.length === peers.length * questions.length)
      },
    )
  }

  /** Another holder has less space: what is behind that goes further down. */
  #learn(room: RoomId, node: PrefixNode, { bound }: NodeHead, nowMs: number): void {
    if (bound === undefined || !bound.startsWith(node.prefix)) return
    if (node.bound !== undefined && node.bound <= bound) return
    const left = this.#init.held.lower(room, node, bound)
    if (left.length > 0) this.#passOn(room, node, left, nowMs)
  }

  #standingOf(room: RoomId): Standing {
    const known = this.#rooms.get(room)
    if (known !== undefined) return known
    const standing: Standing = { run: 0, isWaiting: false, revises: false, left: new Set(), before: [] }
    this.#rooms.set(room, standing)
    return standing
  }

  #holders(room: RoomId, prefix: Place): PeerId[] {
    return holdersOf(room, prefix, this.#init.present(room))
  }
}

function headOf({ bound, children }: PrefixNode): NodeHead {
  return { bound, children: Uint8Array.from(children) }
}
