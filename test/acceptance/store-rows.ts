/** Rows for store tests: small, with ids that are real ids. */
import { createHash } from 'node:crypto'
import { documentIdOfDigest } from '../../protocols/wire/ids.ts'
import type { AuthorId, DocumentId, PeerKey } from '../../protocols/wire/ids.ts'
import type {
  AddressRow,
  DocumentRow,
  ParkedRow,
  PeerFrontierRow,
  PinnedAddressRow,
  RoomRecord,
  SharingRow,
  UnackedRow,
  Write,
} from '../../src/store/store.ts'

/** The same id for the same label, always. */
export function idOf(label: string | number): DocumentId {
  return documentIdOfDigest(createHash('sha256').update(String(label)).digest())
}

export function authorOf(label: string | number): AuthorId {
  return createHash('sha256').update(`author ${label}`).digest('hex') as AuthorId
}

export function peerOf(label: string | number): PeerKey {
  return `12D3KooW${label}` as PeerKey
}

export function roomRow(id: DocumentId, fields: Partial<RoomRecord> = {}): RoomRecord {
  return { id, status: 'open', name: 'Kitchen', app: 'chat', joinedAtMs: 1_700_000_000_000, ...fields }
}

export function documentRow(label: string | number, fields: Partial<DocumentRow> = {}): DocumentRow {
  const block = new TextEncoder().encode(`block of ${label}`)
  return { id: idOf(label), room: idOf('room'), clock: 1, author: authorOf('a'), seq: 1, block, ...fields }
}

export function parkedRow(label: string | number, fields: Partial<ParkedRow> = {}): ParkedRow {
  const block = new TextEncoder().encode(`parked ${label}`)
  return { id: idOf(label), room: idOf('room'), from: peerOf('x'), block, ...fields }
}

export function addressRow(label: string | number, fields: Partial<AddressRow> = {}): AddressRow {
  const addresses = ['/ip4/10.0.0.1/tcp/4001']
  return { peer: peerOf(label), addresses, lastSeenMs: 1, pinned: false, roommate: false, ...fields }
}

export function pinnedAddressRow(label: string | number, fields: Partial<PinnedAddressRow> = {}): PinnedAddressRow {
  return { address: `/dns/${label}/tcp/4001`, namedAtMs: 1, peer: undefined, ...fields }
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

export function putDocument(document: DocumentRow, removedHeads: readonly DocumentId[] = []): Write {
  return { type: 'put-document', document, removedHeads }
}
