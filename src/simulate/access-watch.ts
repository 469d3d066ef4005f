/**
 * What is seen of a room with members while its nodes live: who wrote what knowing that somebody was removed, who could
 * have got which key, and which documents were forged. The checks at the end need it, as nodes forget what they did not
 * know.
 */
import { decodeDocument } from '../../protocols/document/document.ts'
import { keyIdOf, SEALED_KIND, type KeyId } from '../../protocols/sealing/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import { actOf, isOfType, rankOf } from '../room/access/acts.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** A document that somebody made in its own way. */
interface Forged {
  id: DocumentId
  /** The acts by which its author was removed by then, as far as honest nodes knew, and which it does not know. */
  removals: readonly DocumentId[]
}

const READER = rankOf('reader')

/** Shorter texts come about by chance. */
const MIN_SECRET_LENGTH = 6
/** Texts are cut where the app wants it; their beginnings are enough. */
const MAX_SECRET_LENGTH = 16

export class AccessWatch {
  /** Violations that were seen at once, one line each. */
  readonly violations: string[] = []
  /** What nodes must not be able to read, with its key: its author knew that they were removed. */
  readonly hidden = new Map<SimulatedNode, Map<DocumentId, KeyId>>()
  readonly forged: Forged[] = []
  /** What is said, or what files, the room and people are called. */
  readonly secrets = new Set<string>()
  /** The founder, and those whom it invited at the start. */
  readonly founding = new Set<SimulatedNode>()
  /** Keys that somebody may have got from a node for which it was a reader, or made itself. */
  readonly #granted = new Map<SimulatedNode, Set<KeyId>>()
  /** For whom each invite was made, by its key. */
  readonly #invitees = new Map<PeerId, SimulatedNode>()
  readonly #room: RoomId
  readonly #nodes: readonly SimulatedNode[]

  constructor(room: RoomId, nodes: readonly SimulatedNode[]) {
    this.#room = room
    this.#nodes = nodes
  }

  /** Nobody but members may find this anywhere; something that comes about by chance is left out. */
  hides(text: string): void {
    if (text.length >= MIN_SECRET_LENGTH) this.secrets.add(text.slice(0, MAX_SECRET_LENGTH))
  }

  /** Somebody is about to make an invite for a node. `key`: the peer id of the invite's key. */
  invites(node: SimulatedNode, key: PeerId): void {
    this.#invitees.set(key, node)
  }

  /** The keys of the invites that were made for a node. */
  invitesFor(node: SimulatedNode): PeerId[] {
    return [...this.#invitees].flatMap(([key, invitee]) => (invitee === node ? [key] : []))
  }

  /** A node wrote a document in the input that it has just handled. */
  wrote(node: SimulatedNode, block: Uint8Array): void {
    const document = decodeDocument(block)
    const saying = actOf(document)?.saying
    if (saying?.type === 'rekey') this.#keysOf(node).add(saying.epoch)
    // Every document names all heads: whatever is beside it came after it in the same input, and its author did not know it.
    if ((node.machine.rooms.get(this.#room)?.graph.heads.count ?? 0) > 1) return
    const control = controlOf(node, this.#room)
    const key = document.kind === SEALED_KIND ? keyIdOf(document.body) : undefined
    if (control?.epochs === undefined || key === undefined) return
    const { current, isStale } = control.epochs
    if (isStale || current.key !== key) this.violations.push(`${node.name} wrote ${document.id} under a stale epoch`)
    for (const other of this.#nodes) {
      if (!control.isRemoved(other.peer) || this.#hasOpenLine(other, control)) continue
      const hidden = this.hidden.get(other) ?? new Map<DocumentId, KeyId>()
      this.hidden.set(other, hidden.set(document.id, key))
    }
  }

  /** A node knows other acts than before, or has other keys: whoever may read by that may get them. */
  learned(node: SimulatedNode): void {
    const control = controlOf(node, this.#room)
    if (control === undefined) return
    const held = node.store.epochs(this.#room).flatMap(({ id, key }) => (key === undefined ? [] : [id]))
    for (const other of this.#nodes) {
      if (other === node || (control.rank(other.peer) < READER && !this.#hasOpenLine(other, control))) continue
      for (const id of held) this.#keysOf(other).add(id)
    }
  }

  /** A node that was removed, or is about to be, has made a document in its own way. `known`: what is before it. */
  forges(node: SimulatedNode, id: DocumentId, known: ReadonlySet<DocumentId>): void {
    const acts = this.#nodes
      .filter((other) => other !== node && other.isUp)
      .flatMap((other) => controlOf(other, this.#room)?.allActs() ?? [])
    const removals = acts.filter(
      (act) => isOfType(act, 'role') && act.saying.member === node.peer && act.saying.role === 'none',
    )
    const ids = new Set(removals.map((act) => act.id))
    this.forged.push({ id, removals: [...ids].filter((removal) => !known.has(removal)) })
  }

  /** Whether a node may have a key in an honest way. */
  isGranted(node: SimulatedNode, key: KeyId): boolean {
    return this.#keysOf(node).has(key)
  }

  /** Whether somebody has an invite that it has not accepted, as far as another one knows. */
  #hasOpenLine(node: SimulatedNode, control: AccessControl): boolean {
    const keys = new Set(this.invitesFor(node))
    if (keys.size === 0) return false
    const acts = control.allActs()
    return acts.some((act) => {
      if (!isOfType(act, 'invite') || !keys.has(act.saying.key)) return false
      return !acts.some(
        ({ author, saying }) =>
          (saying.type === 'accept' && author === node.peer && saying.invite === act.id) ||
          (saying.type === 'withdraw' && saying.invite === act.id),
      )
    })
  }

  #keysOf(node: SimulatedNode): Set<KeyId> {
    const keys = this.#granted.get(node) ?? new Set()
    this.#granted.set(node, keys)
    return keys
  }
}

/** Who may do what in a room, as far as a node knows. */
export function controlOf(node: SimulatedNode, room: RoomId): AccessControl | undefined {
  return node.isUp ? node.machine.rooms.get(room)?.graph.gate.control : undefined
}
