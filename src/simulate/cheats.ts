/** What somebody does who was removed, or expects it, and does not stick to the rules: its node is changed to write on. */
import type { Document } from '../../protocols/document/document.ts'
import { EpochKey } from '../../protocols/sealing/index.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { encodeAct } from '../room/access/acts.ts'
import { ancestorsOf } from '../room/ancestors.ts'
import { compose } from '../room/compose.ts'
import type { Content } from '../room/content.ts'
import type { WriteKey } from '../room/sealing/room-keys.ts'
import { isPlain } from '../room/sealing/opened.ts'
import { pick } from './random.ts'
import type { SimulatedNode } from './simulated-node.ts'

/**
 * `backdate`: goes on from its last document, with the time of that, as if it knew nothing of what came since. `fork`:
 * writes others in the place of documents that it wrote before. `write-on`: names the newest documents, its removal
 * included.
 */
export const CHEATS = ['backdate', 'fork', 'write-on'] as const
export type Cheat = (typeof CHEATS)[number]

/** How often a cheat is an act instead of a text. */
const ACTS_PART = 0.3

export class Cheater {
  /** Everything so far, oldest first. */
  readonly forged: Document[] = []
  readonly #node: SimulatedNode
  readonly #room: RoomId
  readonly #random: Random
  readonly #last = new Map<Cheat, Document>()

  constructor(node: SimulatedNode, room: RoomId, random: Random) {
    this.#node = node
    this.#room = room
    this.#random = random
  }

  /** Makes a document; undefined if this node is not in the room, or has written nothing there. `others`: in the room. */
  forge(how: Cheat, text: string, others: readonly SimulatedNode[]): Document | undefined {
    const room = this.#node.machine.rooms.get(this.#room)
    const chain = this.#ownChain()
    const head = this.#last.get(how) ?? chain.at(-1)
    const own = how === 'fork' ? chain[Math.floor(this.#random() * (chain.length - 1))] : head
    if (room === undefined || own === undefined) return undefined
    const content =
      this.#random() < ACTS_PART ? this.#act(others) : this.#node.sampleOf(this.#room, this.#context(text))
    if (content === undefined) return undefined
    const newest = how === 'write-on' ? room.graph.heads.newest() : []
    const place = { room: this.#room, own, others: newest, signer: this.#node.signer, timeMs: own.timeMs + 1 }
    const key = isPlain(content.kind) || !room.keys.isPrivate ? undefined : this.#newestKey()
    const document = compose(content, place, key && { ...key, random: this.#random })
    this.forged.push(document)
    if (how !== 'fork') this.#last.set(how, document)
    return document
  }

  /** All that is before what it made. */
  before(document: Document): ReadonlySet<DocumentId> {
    const { store, reader } = this.#node
    const forged = new Map(this.forged.map((each) => [each.id, each]))
    const found = new Set<DocumentId>()
    const open = [...ancestorsOf(document)]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue
      found.add(id)
      const row = store.document(id)
      const ancestor = forged.get(id) ?? (row && reader.decode(row.block))
      if (ancestor !== undefined) open.push(...ancestorsOf(ancestor))
    }
    return found
  }

  #context(text: string) {
    return { text, count: this.forged.length, random: this.#random }
  }

  /** Takes its removal back, or takes everything from somebody else. */
  #act(others: readonly SimulatedNode[]): Content {
    const isSelfish = this.#random() < 0.5
    const member = isSelfish ? this.#node.peer : pick(this.#random, others).peer
    return encodeAct({ type: 'role', member, role: isSelfish ? 'admin' : 'none' })
  }

  /** The documents from which its last one goes on, the first one first. */
  #ownChain(): Document[] {
    const { store, peer, reader } = this.#node
    const chain: Document[] = []
    const head = store.authorHead(this.#room, peer)
    for (let id = head?.id ?? null; id !== null;) {
      const row = store.document(id)
      if (row === undefined) break
      const document = reader.decode(row.block)
      chain.unshift(document)
      id = document.previous
    }
    return chain
  }

  #newestKey(): WriteKey | undefined {
    const epochs = this.#node.machine.rooms.get(this.#room)?.graph.gate.control?.epochs
    const held = new Map(this.#node.store.epochs(this.#room).map(({ id, key }) => [id, key]))
    const epoch = epochs?.all.findLast(({ key }) => held.get(key) !== undefined)
    const bytes = epoch && held.get(epoch.key)
    return epoch && bytes && { key: new EpochKey(bytes), epoch }
  }
}
