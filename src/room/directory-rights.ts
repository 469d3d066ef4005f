/** Who may do what in a directory, by what its room says: see `protocols/directory/README.md`. */
import type { DirectoryRecord, Rights } from '../../protocols/directory/index.ts'
import { digestOfDocumentId, type PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import type { AccessControl } from './access/access-control.ts'
import { rankOf, type Act, type Rank } from './access/acts.ts'
import type { Room } from './room.ts'
import { isDropped } from './rulings.ts'

const [READER, WRITER, ADMIN] = (['reader', 'writer', 'admin'] as const).map(rankOf) as [Rank, Rank, Rank]

/** What acts that count say about an author. */
interface Standing {
  /** The last act that took from the author the right to write. */
  lowered: Position | undefined
  /** Those that gave something, by the digest of their ids, hex. */
  given: Map<string, Position>
}

/** Of a room, for as long as the same acts are here. */
const found = new WeakMap<readonly Act[], ReadonlyMap<PeerId, Standing>>()

export class DirectoryRights implements Rights {
  readonly #room: Room

  constructor(room: Room) {
    this.#room = room
  }

  get #control(): AccessControl | undefined {
    return this.#room.graph.gate.control
  }

  isAdmin(author: PeerId): boolean {
    const control = this.#control
    return control === undefined ? author === this.#room.owner : control.rank(author) >= ADMIN
  }

  /**
   * Whether the author of a record may write, and did not lose that right since the act that the record names. An entry of
   * somebody else is removed by an admin only.
   */
  counts({ author, of, act }: DirectoryRecord): boolean {
    if (of !== author && !this.isAdmin(author)) return false
    const control = this.#control
    if (control === undefined) return !isDropped(this.#room.view.state.rulings, author)
    if (control.rank(author) < WRITER) return false
    const lowered = standingOf(control, author)?.lowered
    if (lowered === undefined) return true
    const given = act && standingOf(control, author)?.given.get(Buffer.from(act).toString('hex'))
    return given !== undefined && comparePositions(given, lowered) > 0
  }

  /** Whether a peer may read, and so hold what others wrote. */
  mayRead(peer: PeerId): boolean {
    const control = this.#control
    return control?.founding === undefined || control.rank(peer) >= READER
  }

  /** The act by which an author may write, for its records; undefined if none gave it that. */
  actOf(author: PeerId): Uint8Array | undefined {
    const given = this.#control && [...(standingOf(this.#control, author)?.given ?? [])].at(-1)
    return given && Buffer.from(given[0], 'hex')
  }
}

function standingOf(control: AccessControl, author: PeerId): Standing | undefined {
  const all = control.allActs()
  const standings = found.get(all) ?? standingsIn(control)
  found.set(all, standings)
  return standings.get(author)
}

/** In the room's order. */
function standingsIn(control: AccessControl): Map<PeerId, Standing> {
  const standings = new Map<PeerId, Standing>()
  for (const act of control.acts()) {
    const { saying, author, id, clock } = act
    const isAbout = saying.type === 'role' || saying.type === 'device' || saying.type === 'owner'
    if (!isAbout && saying.type !== 'accept') continue
    const member = isAbout ? saying.member : author
    const standing = standings.get(member) ?? { lowered: undefined, given: new Map<string, Position>() }
    standings.set(member, standing)
    const isLowering = saying.type === 'role' && rankOf(saying.role) < WRITER
    if (isLowering) standing.lowered = { id, clock }
    else standing.given.set(Buffer.from(digestOfDocumentId(id)).toString('hex'), { id, clock })
  }
  return standings
}
