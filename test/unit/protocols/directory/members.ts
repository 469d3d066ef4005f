/** Authors and records for tests of directories. */
import {
  isSigned,
  keyOf,
  signRecord,
  type DirectoryRecord,
  type Rights,
} from '../../../../protocols/directory/index.ts'
import { sha256, signerOfSeed, type Signer } from '../../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type PeerId } from '../../../../protocols/wire/ids.ts'
import { DirectoryNetwork } from '../../../../src/simulate/directory/directory-network.ts'

export const ROOM = documentIdOfDigest(sha256(Buffer.from('a directory')))

export function memberOf(name: string): Signer {
  return signerOfSeed(sha256(Buffer.from(name)))
}

/** Nodes of a network check the same signatures. */
const checked = new Map<string, boolean>()
const isSignedOnce: typeof isSigned = (room, record) => {
  const name = Buffer.from(record.signature).toString('latin1')
  const known = checked.get(name) ?? isSigned(room, record)
  checked.set(name, known)
  return known
}

export const OWNER = memberOf('owner')

/** Everybody may write but those in `removed`; the owner is the admin. */
export function rightsWithout(removed: ReadonlySet<PeerId> = new Set()): Rights {
  return {
    counts: ({ author, of }) => !removed.has(author) && (of === author || author === OWNER.author),
    isAdmin: (author) => author === OWNER.author,
  }
}

export function entry(text: string, author: Signer, timeMs = 1): DirectoryRecord {
  return signRecord(ROOM, { text, timeMs }, author)
}

export function removal(text: string, author: Signer, of: PeerId = author.author, timeMs = 2): DirectoryRecord {
  return signRecord(ROOM, { text, timeMs, isGone: true, of }, author)
}

/** Different for each pair, so that what several send comes in another order to each. */
const latencyMs = (from: PeerId, to: PeerId): number => 5 + ((from.charCodeAt(20) + 7 * to.charCodeAt(20)) % 23)

export function networkOf(
  count: number,
  removed?: ReadonlySet<PeerId>,
): { network: DirectoryNetwork; peers: PeerId[] } {
  const peers = Array.from({ length: count }, (_, i) => memberOf(`node ${i}`).author)
  const network = new DirectoryNetwork({
    room: ROOM,
    peers,
    rights: rightsWithout(removed),
    isSigned: isSignedOnce,
    latencyMs,
  })
  network.settle()
  return { network, peers }
}

export function key(text: string): string {
  const found = keyOf(text)
  if (found === undefined) throw new Error(`'${text}' has no key`)
  return found
}
