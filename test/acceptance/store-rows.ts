/** Rows for store tests: small, with valid ids. */
import { createHash } from 'node:crypto'
import { blockIdOf } from '../../protocols/wire/block-ids.ts'
import { documentIdOfDigest } from '../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import type { AccessRow } from '../../src/store/access.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { ItemKey } from '../../protocols/ring/index.ts'
import type { ItemRow } from '../../src/store/ring-items.ts'
import type { ChildLinkRow } from '../../src/store/child-links.ts'
import type { LockRow } from '../../src/store/locks.ts'
import type { EnsuredRow, FileRow, LinkingRow, SharedFile } from '../../src/store/blocks.ts'
import type {
  AddressRow,
  DocumentRow,
  FaultRow,
  PendingRow,
  PeerFrontierRow,
  PinnedAddressRow,
  RoomRecord,
  SharingRow,
  UnackedRow,
  Write,
} from '../../src/store/store.ts'

/** Always the same id for the same label. */
export function idOf(label: string | number): DocumentId {
  return documentIdOfDigest(createHash('sha256').update(String(label)).digest())
}

export function authorOf(label: string | number): PeerId {
  return peerIdOfPublicKey(createHash('sha256').update(`author ${label}`).digest())
}

export function peerOf(label: string | number): PeerId {
  return `12D3KooW${label}` as PeerId
}

export function roomRow(id: DocumentId, fields: Partial<RoomRecord> = {}): RoomRecord {
  return { id, status: 'open', name: 'Kitchen', app: 'chat', joinedAtMs: 1_700_000_000_000, ...fields }
}

export function documentRow(label: string | number, fields: Partial<DocumentRow> = {}): DocumentRow {
  const block = new TextEncoder().encode(`block of ${label}`)
  return { id: idOf(label), room: idOf('room'), clock: 1, author: authorOf('a'), seq: 1, block, ...fields }
}

/** Adds an act to those of the version before. */
export function accessRow(label: string | number, fields: Partial<AccessRow> = {}): AccessRow {
  const reach = { seq: 1, clock: 1, beside: [idOf(`beside ${label}`)] }
  return { version: String(label).length, bases: [0], act: idOf(label), reach, ...fields }
}

export function pendingRow(label: string | number, fields: Partial<PendingRow> = {}): PendingRow {
  const block = new TextEncoder().encode(`pending ${label}`)
  return { id: idOf(label), room: idOf('room'), from: peerOf('x'), block, ...fields }
}

export function addressRow(label: string | number, fields: Partial<AddressRow> = {}): AddressRow {
  const addresses = ['/ip4/10.0.0.1/tcp/4001']
  return { peer: peerOf(label), addresses, lastSeenMs: 1, pinned: false, roommate: false, ...fields }
}

export function pinnedAddressRow(label: string | number, fields: Partial<PinnedAddressRow> = {}): PinnedAddressRow {
  return { address: `/dns/${label}/tcp/4001`, namedAtMs: 1, peer: undefined, ...fields }
}

export function faultRow(label: string | number, fields: Partial<FaultRow> = {}): FaultRow {
  return { digest: `digest of ${label}`, kind: 'kind', peer: undefined, atMs: 1, error: 'a bug', ...fields }
}

export function peerFrontierRow(label: string | number, fields: Partial<PeerFrontierRow> = {}): PeerFrontierRow {
  return { peer: peerOf(label), frontier: [idOf(label)], seenMs: 1, ...fields }
}

export function unackedRow(label: string | number, fields: Partial<UnackedRow> = {}): UnackedRow {
  return { id: idOf(label), sends: 1, sentMs: 1, ...fields }
}

export function sharingRow(label: string | number, fields: Partial<SharingRow> = {}): SharingRow {
  return { peer: peerOf(label), policy: 'share', mode: 'auto', ...fields }
}

/** The bytes of a block. */
export function contentOf(label: string | number): Uint8Array {
  return new TextEncoder().encode(String(label))
}

/** Of a raw block. */
export function blockOf(label: string | number): BlockId {
  return blockIdOf('raw', contentOf(label))
}

export function linkingRow(label: string | number, fields: Partial<LinkingRow> = {}): LinkingRow {
  return { clock: 1, id: idOf(label), links: [blockOf(label)], ...fields }
}

/** A document that shares a file with its label as the name. */
export function fileRow(label: string | number, fields: Partial<SharedFile & { clock: number }> = {}): FileRow {
  const { clock = 1, ...said } = fields
  const root = said.root ?? blockOf(label)
  const file = { root, name: String(label), sizeBytes: 1, author: authorOf('a'), timeMs: 1, ...said }
  return { ...linkingRow(label, { clock, links: [root] }), file: { type: 'file', ...file } }
}

export function ensuredRow(label: string | number, fields: Partial<EnsuredRow> = {}): EnsuredRow {
  const limits = { failure: undefined, pinned: false, maxBytes: undefined, jobs: [] }
  const totals = { blocks: 0, sizeBytes: 0 }
  return { room: idOf('room'), id: blockOf(label), state: 'searching', ...limits, addedAtMs: 1, ...totals, ...fields }
}

export function putBlock(label: string | number): Write & { type: 'put-block' } {
  return { type: 'put-block', id: blockOf(label), block: contentOf(label) }
}

/** Records that a root needs blocks. */
export function putNeeds(room: RoomId | undefined, root: string | number, labels: readonly (string | number)[]): Write {
  return { type: 'put-needs', room, root: blockOf(root), needs: labels.map((label) => ({ id: blockOf(label) })) }
}

export function putDocument(document: DocumentRow, removedHeads: readonly DocumentId[] = []): Write {
  return { type: 'put-document', document, removedHeads }
}

/** A link to a room below another one, which is called after a label. */
export function putChildLink(
  label: string | number,
  { about, ...fields }: Partial<ChildLinkRow> & { about?: DocumentId } = {},
): Write & { type: 'put-child-link' } {
  const row = {
    room: idOf('room'),
    id: idOf(label),
    clock: 1,
    author: authorOf('a'),
    timeMs: 1,
    body: contentOf(label),
  }
  const keys = { child: idOf(`child ${label}`), title: String(label), ...(about !== undefined && { about }) }
  return { type: 'put-child-link', row: { ...row, ...fields }, keys }
}

/** An item of the ring, whose key and value are made of a label. */
export function ringItemRow(label: string, fields: Partial<ItemRow> = {}): ItemRow {
  const packed = Buffer.from(label)
  return {
    ...{
      key: createHash('sha256').update(packed).digest('hex') as ItemKey,
      id: createHash('sha256')
        .update(`id of ${label} ${fields.sequence ?? 1}`)
        .digest('hex'),
    },
    ...{ sequence: 1, sizeBytes: packed.length, copies: 4 },
    ...{ expiresAtMs: 2_000, storedAtMs: 1_000, farness: 200, packed, ...fields },
  }
}

/** A lock that is called after a label. */
export function lockRow(label: string | number, fields: Partial<LockRow> = {}): LockRow {
  const vote = {
    fence: 7,
    hasForgotten: false,
    grant: { holder: peerOf('x'), request: 1, fence: 7, leaseMs: 1, ticket: 1 },
  }
  const row = { id: idOf(label), room: idOf('room'), clock: 1, author: authorOf('a'), name: String(label) }
  return { ...row, electors: [peerOf('x')], vote, ...fields }
}
