/** What users do about who is in a room with members: they invite, join, remove and give roles, honestly or not. */
import { boxKeyOf, inviteBoxSecret } from '../../protocols/sealing/index.ts'
import { SEED_BYTES, signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { KithError } from '../kith.ts'
import type { NodeCommand } from '../machine/node-machine.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import { isOfType, rankOf, type Act, type Saying } from '../room/access/acts.ts'
import { hasBox } from '../room/sealing/recipients.ts'
import type { Completion } from '../runtime/queued.ts'
import { AccessWatch, controlOf } from './access-watch.ts'
import { Cheater } from './cheats.ts'
import type { SimulatedNetwork } from './network.ts'
import { pick, randomInteger } from './random.ts'
import type { InvitedRole, Scenario, StepAction } from './scenario.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

interface Init {
  scenario: Scenario
  network: SimulatedNetwork
  room: SimulatedRoom
  /** Schedules something, at a time since the start. */
  at: (elapsedMs: number, act: () => void) => void
  /** Lets a node join with the newest line that it has. */
  join: (node: SimulatedNode) => void
}

/** Something that a user wants to do. */
interface Pending {
  action: StepAction
  /** The life in which its node was told to; another one follows a crash. */
  triedIn: number | undefined
}

/** What a node joins with: the seed of an invite in hex, and its document. */
interface Line {
  inviteSeed: string
  personal: { invite: DocumentId }
}

const WRITER = rankOf('writer')

/** What a user who is told this tries again once something changes. */
const PASSING = new Set(['waiting', 'no-key', 'held-back'])

export class MemberLife {
  readonly watch: AccessWatch
  readonly #init: Init
  readonly #random: Random
  /** The newest line that each node was given. */
  readonly #lines = new Map<SimulatedNode, Line>()
  readonly #pending = new Map<SimulatedNode, Pending[]>()

  constructor(init: Init) {
    this.#init = init
    this.#random = init.network.random
    const { scenario, room } = init
    this.watch = new AccessWatch(room.id, room.nodes)
    const [founder, ...others] = room.nodes
    if (founder === undefined) throw new RangeError('a room has a node')
    this.watch.founding.add(founder)
    for (const node of others) {
      const role = scenario.roles.get(node.index)
      if (role === undefined) continue
      this.watch.founding.add(node)
      this.#want(founder, { type: 'invite', node: node.index, role })
    }
    for (const { by, atMs, action } of scenario.steps) init.at(atMs, () => this.#want(this.#node(by), action))
    this.#scheduleRandomSteps()
    this.#scheduleCheats()
  }

  /** With what a node joins, if that leads to anything. */
  lineFor(node: SimulatedNode): Line | undefined {
    const line = this.#lines.get(node)
    const control = controlOf(node, this.#init.room.id)
    const isIn = control !== undefined && (control.rank(node.peer) > 0 || control.isRemoved(node.peer))
    return isIn ? undefined : line
  }

  /** Whether a node may write, and has the key for it. */
  mayWrite(node: SimulatedNode): boolean {
    const room = node.machine.rooms.get(this.#init.room.id)
    const control = room?.graph.gate.control
    if (room === undefined || control === undefined || control.rank(node.peer) < WRITER) return false
    return !room.isHeldBack && (!room.keys.isPrivate || typeof room.keys.forWriting !== 'string')
  }

  /** Whether a node has a role, as far as it knows. */
  isMember(node: SimulatedNode): boolean {
    return (controlOf(node, this.#init.room.id)?.rank(node.peer) ?? 0) > 0
  }

  /** Something changed at a node: it started, or other documents are there. */
  tryAgain(node: SimulatedNode): void {
    if (!node.isUp) return
    for (const pending of this.#pending.get(node) ?? []) this.#attempt(node, pending)
  }

  #node(index: number): SimulatedNode {
    const node = this.#init.network.nodes[index]
    if (node === undefined) throw new RangeError(`there is no node ${index}`)
    return node
  }

  #want(node: SimulatedNode, action: StepAction): void {
    this.#pending.set(node, [...(this.#pending.get(node) ?? []), { action, triedIn: undefined }])
    this.tryAgain(node)
  }

  #attempt(node: SimulatedNode, pending: Pending): void {
    const control = controlOf(node, this.#init.room.id)
    if (control === undefined || pending.triedIn === node.lives) return
    const { action } = pending
    const seed = Uint8Array.from({ length: SEED_BYTES }, () => randomInteger(this.#random, 0, 255))
    const command = this.#commandFor(node, action, control, seed)
    if (command === undefined) return this.#settle(node, pending)
    pending.triedIn = node.lives
    node.command(command, (completion) => this.#ended(node, pending, completion, seed))
  }

  #ended(node: SimulatedNode, pending: Pending, completion: Completion, seed: Uint8Array): void {
    if ('error' in completion) {
      const { error } = completion
      if (!(error instanceof KithError) || error.code === 'stopped') return
      if (PASSING.has(error.code)) pending.triedIn = undefined
      else this.#settle(node, pending)
      return
    }
    this.#settle(node, pending)
    const { action } = pending
    if (action.type !== 'invite' || completion.document === undefined) return
    const invited = this.#node(action.node)
    const inviteSeed = Buffer.from(seed).toString('hex')
    this.#lines.set(invited, { inviteSeed, personal: { invite: completion.document.id } })
    if (invited.isUp) this.#init.join(invited)
  }

  #settle(node: SimulatedNode, pending: Pending): void {
    this.#pending.set(
      node,
      (this.#pending.get(node) ?? []).filter((other) => other !== pending),
    )
  }

  /** Undefined if there is nothing to do, as `src/node` sees it. */
  #commandFor(
    node: SimulatedNode,
    action: StepAction,
    control: AccessControl,
    seed: Uint8Array,
  ): NodeCommand | undefined {
    const { id: room } = this.#init.room
    if (action.type === 'rekey') return { type: 'rekey', room }
    const other = this.#node(action.node)
    const sayings = this.#sayingsFor(node, other, action, control, seed)
    return sayings.length === 0 ? undefined : { type: 'act', room, sayings }
  }

  #sayingsFor(
    node: SimulatedNode,
    other: SimulatedNode,
    action: Exclude<StepAction, { type: 'rekey' }>,
    control: AccessControl,
    seed: Uint8Array,
  ): Saying[] {
    const member = other.peer
    const isMember = control.rank(member) > 0
    // Whoever was never a member is invited instead.
    const isBoxKnown = control.founding === undefined ? control.authors().includes(member) : hasBox(control, member)
    const isOwner = control.owner === member
    switch (action.type) {
      case 'invite':
        if (isMember || other === node) return []
        // Nodes join only once.
        if (control.isRemoved(member)) return isBoxKnown ? [{ type: 'role', member, role: action.role }] : []
        return [this.#invite(other, action.role, control, seed)]
      case 'remove':
        if (!isMember || isOwner || other === node) return []
        return [{ type: 'role', member, role: 'none' }, ...withdrawalsOf(control, ({ author }) => author === member)]
      case 'role':
        return isOwner || !isBoxKnown ? [] : [{ type: 'role', member, role: action.role }]
      case 'owner':
        return isMember && !isOwner && isBoxKnown ? [{ type: 'owner', member }] : []
      case 'withdraw': {
        const keys = new Set(this.watch.invitesFor(other))
        return withdrawalsOf(control, ({ saying }) => saying.type === 'invite' && keys.has(saying.key))
      }
    }
  }

  #invite(other: SimulatedNode, role: InvitedRole, control: AccessControl, seed: Uint8Array): Saying {
    const key = signerOfSeed(seed).author
    const box = control.founding && boxKeyOf(inviteBoxSecret(seed)).publicKey
    this.watch.invites(other, key)
    return { type: 'invite', key, role, expiresMs: undefined, uses: 1, ...(box && { box }) }
  }

  #scheduleRandomSteps(): void {
    for (const { by, count, everyMs, fromMs } of this.#init.scenario.randomSteps) {
      for (const index of by) {
        const firstMs = fromMs + randomInteger(this.#random, 0, everyMs - 1)
        for (let i = 0; i < count; i++) {
          this.#init.at(firstMs + i * everyMs, () => this.#want(this.#node(index), this.#randomAction(index)))
        }
      }
    }
  }

  #randomAction(by: number): StepAction {
    const { scenario, room } = this.#init
    const others = room.nodes.filter(({ index }) => index !== by && !scenario.carriers.has(index))
    if (others.length === 0) return { type: 'rekey' }
    const node = pick(this.#random, others).index
    const role = pick(this.#random, ['reader', 'writer', 'writer', 'admin'] as const)
    const chance = this.#random()
    if (chance < 0.35) return { type: 'invite', node, role }
    if (chance < 0.65) return { type: 'remove', node }
    if (chance < 0.8) return { type: 'role', node, role }
    if (chance < 0.9) return { type: 'rekey' }
    // Whoever has handed the room over can be removed, with files that nobody else has yet.
    const isFixed = chance < 0.97 || scenario.files.length > 0
    return isFixed ? { type: 'withdraw', node } : { type: 'owner', node }
  }

  #scheduleCheats(): void {
    const { scenario, room, network, at } = this.#init
    const cheaters = new Map<number, Cheater>()
    for (const { node: index, how, count, everyMs, fromMs } of scenario.cheats) {
      const node = this.#node(index)
      const cheater = cheaters.get(index) ?? new Cheater(node, room.id, this.#random)
      cheaters.set(index, cheater)
      const firstMs = fromMs + randomInteger(this.#random, 0, everyMs - 1)
      for (let i = 0; i < count; i++) {
        at(firstMs + i * everyMs, () => {
          if (!node.isUp) return
          const others = room.nodes.filter((other) => other !== node)
          const document = cheater.forge(how, `${node.name} cheats ${i + 1} `.padEnd(40, '.'), others)
          if (document !== undefined) this.watch.forges(node, document.id, cheater.before(document))
          const blocks = cheater.forged.map(({ block }) => block)
          network.slip(node, room.id, blocks)
        })
      }
    }
  }
}

/** What ends those of the open invites. */
function withdrawalsOf(control: AccessControl, isMeant: (act: Act) => boolean): Saying[] {
  const acts = control.acts()
  const ended = new Set(
    acts.flatMap(({ saying }) => (saying.type === 'withdraw' || saying.type === 'accept' ? [saying.invite] : [])),
  )
  const open = acts.filter((act) => isOfType(act, 'invite') && !ended.has(act.id) && isMeant(act))
  return open.map(({ id }) => ({ type: 'withdraw', invite: id }))
}
