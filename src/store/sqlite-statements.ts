/**
 * The SQL statements of the store, without those for blocks, prepared once. A parameter for a room is the
 * digest of its id, one for an author is the public key; rows refer to both by integer keys.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { Access } from '../../protocols/access/constants.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { isDocument, isDropped } from './document-lookup.ts'
import { Statement } from './sqlite-database.ts'
import type { RoomRecord, SharingRow } from './store.ts'

/** What is kept for others in the ring, without the item. */
export interface RingItemColumns {
  key: Uint8Array
  id: Uint8Array
  sequence: number
  size_bytes: number
  copies: number
  expires_at_ms: number
  stored_at_ms: number
  farness: number
}

const RING_ITEM = 'SELECT key, id, sequence, size_bytes, copies, expires_at_ms, stored_at_ms, farness FROM ring_items'

interface PositionColumns {
  id: Uint8Array
  clock: number
}

interface OrderedDocumentColumns extends PositionColumns {
  key: number
  /** A key. */
  author: number
  seq: number
  block: Uint8Array
  sealed: number
}

interface DocumentColumns extends PositionColumns {
  key: number
  room: Uint8Array
  author: Uint8Array
  seq: number
  block: Uint8Array
  sealed: number
}

interface DocumentHeaderColumns {
  room: Uint8Array
  clock: number
  author: Uint8Array
  seq: number
}

interface OrderedHeaderColumns {
  digest: Uint8Array
  clock: number
  author: Uint8Array
  seq: number
}

/** Of a row that is deleted. */
export interface DeletedDocumentColumns {
  key: number
  clock: number
  /** A key. */
  author: number
  seq: number
  block: Uint8Array
  sealed: number
}

interface KeyColumns {
  key: number
}

interface FoundColumns {
  found: number
}

interface HeadCountColumns {
  heads: number
}

interface RoomColumns {
  id: Uint8Array
  status: RoomRecord['status']
  name: string
  app: string
  joined_at_ms: number
  carried_bytes_max: number | null
  newest_first: number
  auto_fetch_bytes_max: number | null
  files_bytes_max: number | null
  alias: string | null
  documents_bytes_max: number | null
  author_bytes_max: number | null
  checkpoint: string | null
  retention: string | null
  joining: 'new' | 'again' | null
  base: string | null
  access: Access | null
  invite_seed: string | null
  box_secrets: string | null
  copied_from: string | null
  personal: string | null
}

interface AccessColumns {
  version: number
  bases: string
  act: Uint8Array | null
  reach: string | null
}

interface EpochColumns {
  id: string
  key: Uint8Array | null
  unread: number
  given: string
}

interface VersionColumns {
  version: number
}

interface AuthorHeadColumns extends PositionColumns {
  author: Uint8Array
  seq: number
  forks: number
}

interface TotalsColumns {
  documents: number
  size_bytes: number
}

interface PendingColumns {
  id: Uint8Array
  from_peer: PeerId
  block: Uint8Array
  sealed: number
}

interface PlaceColumns {
  digest: Uint8Array
  clock: number
}

interface PeerFrontierColumns {
  peer: PeerId
  frontier: Uint8Array
  heads_digest: Uint8Array | null
  seen_ms: number
}

interface UnackedColumns {
  id: Uint8Array
  sends: number
  sent_ms: number
}

interface SharingColumns extends Pick<SharingRow, 'policy' | 'mode'> {
  peer: PeerId | ''
}

interface StateColumns extends PositionColumns {
  encoded: Uint8Array
}

interface AddressColumns {
  peer: PeerId
  addresses: string
  last_seen_ms: number
  pinned: number
  roommate: number
}

interface FaultColumns {
  digest: string
  kind: string
  peer: PeerId | null
  at_ms: number
  error: string
}

interface PinnedAddressColumns {
  address: string
  named_at_ms: number
  peer: PeerId | null
}

/** Rows of `documents` in a room. Looking up the author of each would take longer than the rest. */
const ORDERED_DOCUMENT = `
  SELECT key, id, clock, author, seq, block, sealed FROM documents
  WHERE room = (SELECT key FROM rooms WHERE id = ?) AND (clock, id) > (?, ?) AND (clock, id) < (?, ?)`

const AUTHOR_HEAD = `
  SELECT authors.id AS author, author_heads.id, seq, clock, forks
  FROM author_heads JOIN authors ON authors.key = author_heads.author
  WHERE room = (SELECT key FROM rooms WHERE id = ?)`

/** Prepares all statements. Throws a StoreError if the file lacks a table. */
export function prepareStatements(database: DatabaseSync, path: string) {
  const prepare = <Row = never>(sql: string) => new Statement<Row>(database, path, sql)
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    rollback: prepare('ROLLBACK'),

    putRoom: prepare(`
      INSERT OR REPLACE INTO room_records (
        room, status, name, app, joined_at_ms, newest_first, carried_bytes_max, auto_fetch_bytes_max, files_bytes_max,
        alias, documents_bytes_max, author_bytes_max, checkpoint, retention, base, joining, access, invite_seed,
        box_secrets, copied_from, personal)
      VALUES (
        ?, ?, seal(?), seal(?), ?, ?, ?, ?, ?, seal(?), ?, ?, ?, ?, ?, ?, ?, seal(?), seal(?), ?, seal(?))`),
    rooms: prepare<RoomColumns>(`
      SELECT
        id, status, unseal(name) AS name, unseal(app) AS app, joined_at_ms, newest_first, carried_bytes_max,
        auto_fetch_bytes_max, files_bytes_max, unseal(alias) AS alias, documents_bytes_max, author_bytes_max, checkpoint,
        retention, base, joining, access, unseal(invite_seed) AS invite_seed, unseal(box_secrets) AS box_secrets,
        copied_from, unseal(personal) AS personal
      FROM room_records JOIN rooms ON rooms.key = room_records.room
      ORDER BY joined_at_ms, id`),

    /** Only if there is none with this id: see `hasDocument`. */
    insertDocument: prepare(
      'INSERT INTO documents (key, id, room, clock, author, seq, block, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    /** The highest key of a row. */
    lastKey: prepare<KeyColumns>(`
      SELECT max(
        ifnull((SELECT max(key) FROM documents), 0),
        ifnull((SELECT max(key) FROM dropped), 0)) AS key`),
    document: prepare<DocumentColumns>(`
      SELECT documents.key, documents.id, rooms.id AS room, clock, authors.id AS author, seq, block, sealed
      FROM documents JOIN rooms ON rooms.key = documents.room JOIN authors ON authors.key = documents.author
      WHERE ${isDocument('?1')}`),
    documentHeader: prepare<DocumentHeaderColumns>(`
      SELECT rooms.id AS room, clock, authors.id AS author, seq
      FROM documents JOIN rooms ON rooms.key = documents.room JOIN authors ON authors.key = documents.author
      WHERE ${isDocument('?1')}`),
    /** Whether one is here, or was and has been dropped. */
    hasDocument: prepare<FoundColumns>(`
      SELECT 1 AS found FROM documents WHERE ${isDocument('?1')} UNION ALL SELECT 1 FROM dropped WHERE ${isDropped('?1')}`),
    droppedHeader: prepare<DocumentHeaderColumns>(`
      SELECT rooms.id AS room, clock, authors.id AS author, seq
      FROM dropped JOIN rooms ON rooms.key = dropped.room JOIN authors ON authors.key = dropped.author
      WHERE ${isDropped('?1')}`),
    hasDocumentIn: prepare<FoundColumns>(`
      SELECT 1 AS found FROM documents WHERE ${isDocument('?1')} AND +room = ?2
      UNION ALL SELECT 1 FROM dropped WHERE ${isDropped('?1')} AND +room = ?2`),
    // With the plus, SQLite does not look through all of the room's.
    deleteDocument: prepare<DeletedDocumentColumns>(`
      DELETE FROM documents WHERE ${isDocument('?1')} AND +room = ?2 RETURNING key, clock, author, seq, block, sealed`),
    insertDropped: prepare(`
      INSERT INTO dropped (id, key, room, clock, author, seq) SELECT ?1, ?2, ?3, ?4, ?5, ?6
      WHERE NOT EXISTS (SELECT 1 FROM documents WHERE ${isDocument('?1')})
      AND NOT EXISTS (SELECT 1 FROM dropped WHERE ${isDropped('?1')})`),
    droppedHeaders: prepare<OrderedHeaderColumns>(`
      SELECT dropped.id AS digest, clock, authors.id AS author, seq
      FROM dropped JOIN authors ON authors.key = dropped.author
      WHERE room = (SELECT key FROM rooms WHERE id = ?) AND (clock, dropped.id) > (?, ?)
      ORDER BY clock, dropped.id LIMIT ?`),
    addToDropped: prepare('UPDATE rooms SET dropped = dropped + ? WHERE key = ?'),
    ascending: prepare<OrderedDocumentColumns>(`${ORDERED_DOCUMENT} ORDER BY clock, id LIMIT ?`),
    descending: prepare<OrderedDocumentColumns>(`${ORDERED_DOCUMENT} ORDER BY clock DESC, id DESC LIMIT ?`),

    sortKeys: prepare<PlaceColumns>(`
      SELECT id AS digest, clock FROM documents
      WHERE room = (SELECT key FROM rooms WHERE id = ?) AND (clock, id) >= (?, ?) AND (clock, id) < (?, ?)
      ORDER BY clock, id LIMIT ?`),

    addToTotals: prepare(`
      UPDATE rooms SET documents = documents + ?, size_bytes = size_bytes + ?, heads = heads + ? WHERE key = ?`),
    addToAuthor: prepare(`
      INSERT INTO author_totals (room, author, size_bytes) VALUES (?, ?, ?)
      ON CONFLICT (room, author) DO UPDATE SET size_bytes = size_bytes + excluded.size_bytes`),
    authorBytes: prepare<Pick<TotalsColumns, 'size_bytes'>>(`
      SELECT size_bytes FROM author_totals
      WHERE room = (SELECT key FROM rooms WHERE id = ?) AND author = (SELECT key FROM authors WHERE id = ?)`),
    countBefore: prepare<Pick<TotalsColumns, 'documents'>>(`
      SELECT count(*) AS documents FROM documents
      WHERE room = (SELECT key FROM rooms WHERE id = ?) AND (clock, id) < (?, ?)`),
    countDroppedBefore: prepare<Pick<TotalsColumns, 'documents'>>(`
      SELECT count(*) AS documents FROM dropped
      WHERE room = (SELECT key FROM rooms WHERE id = ? AND dropped > 0) AND (clock, id) < (?, ?)`),
    totals: prepare<TotalsColumns>('SELECT documents + dropped AS documents, size_bytes FROM rooms WHERE id = ?'),

    insertHead: prepare('INSERT INTO heads (room, id, clock) VALUES (?, ?, ?)'),
    deleteHead: prepare('DELETE FROM heads WHERE room = ? AND id = ?'),
    head: prepare<PositionColumns>(`
      SELECT id, clock FROM heads WHERE room = (SELECT key FROM rooms WHERE id = ?) AND id = ?`),
    headCount: prepare<HeadCountColumns>('SELECT heads FROM rooms WHERE id = ?'),
    newestHeads: prepare<PositionColumns>(`
      SELECT id, clock FROM heads WHERE room = (SELECT key FROM rooms WHERE id = ?) AND (clock, id) < (?, ?)
      ORDER BY clock DESC, id DESC LIMIT ?`),

    putAuthorHead: prepare(
      'INSERT OR REPLACE INTO author_heads (room, author, id, seq, clock, forks) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    authorHead: prepare<AuthorHeadColumns>(`${AUTHOR_HEAD} AND authors.id = ?`),
    authorHeads: prepare<AuthorHeadColumns>(`${AUTHOR_HEAD} ORDER BY authors.id`),

    deleteAuthorHead: prepare('DELETE FROM author_heads WHERE room = ? AND author = ?'),

    putAccess: prepare('INSERT OR REPLACE INTO access (room, version, bases, act, reach) VALUES (?, ?, ?, ?, ?)'),
    accessRows: prepare<AccessColumns>(`
      SELECT version, bases, act, reach FROM access WHERE room = (SELECT key FROM rooms WHERE id = ?) ORDER BY version`),
    putKnown: prepare('INSERT OR REPLACE INTO known (room, id, version) VALUES (?, ?, ?)'),
    deleteKnown: prepare('DELETE FROM known WHERE room = ? AND id = ?'),
    knownVersion: prepare<VersionColumns>(`
      SELECT version FROM known WHERE room = (SELECT key FROM rooms WHERE id = ?) AND id = ?`),
    putEpoch: prepare('INSERT OR REPLACE INTO epochs (room, id, key, unread, given) VALUES (?, ?, seal(?), ?, ?)'),
    epochs: prepare<EpochColumns>(`
      SELECT id, unseal(key) AS key, unread, given FROM epochs WHERE room = (SELECT key FROM rooms WHERE id = ?) ORDER BY id`),

    putPending: prepare(
      'INSERT INTO pending (id, room, from_peer, block, sealed) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    ),
    deletePending: prepare('DELETE FROM pending WHERE id = ?'),
    pending: prepare<PendingColumns>(`
      SELECT id, from_peer, block, sealed FROM pending WHERE room = (SELECT key FROM rooms WHERE id = ?) ORDER BY arrival`),

    putPeerFrontier: prepare(
      'INSERT OR REPLACE INTO peer_frontiers (room, peer, frontier, heads_digest, seen_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    deletePeerFrontier: prepare('DELETE FROM peer_frontiers WHERE room = ? AND peer = ?'),
    peerFrontiers: prepare<PeerFrontierColumns>(`
      SELECT peer, frontier, heads_digest, seen_ms FROM peer_frontiers WHERE room = (SELECT key FROM rooms WHERE id = ?)
      ORDER BY seen_ms DESC, peer`),
    putUnacked: prepare('INSERT OR REPLACE INTO unacked (room, peer, id, sends, sent_ms) VALUES (?, ?, ?, ?, ?)'),
    deleteUnacked: prepare('DELETE FROM unacked WHERE room = ? AND peer = ? AND id = ?'),
    unacked: prepare<UnackedColumns>(`
      SELECT id, sends, sent_ms FROM unacked WHERE room = (SELECT key FROM rooms WHERE id = ?) AND peer = ?
      ORDER BY sent_ms, id`),
    putSharing: prepare('INSERT OR REPLACE INTO sharing (room, peer, policy, mode) VALUES (?, ?, ?, ?)'),
    sharing: prepare<SharingColumns>(`
      SELECT peer, policy, mode FROM sharing WHERE room = (SELECT key FROM rooms WHERE id = ?) ORDER BY peer`),

    putState: prepare('INSERT OR REPLACE INTO states (room, clock, id, encoded) VALUES (?, ?, ?, seal(?))'),
    deleteState: prepare('DELETE FROM states WHERE room = (SELECT key FROM rooms WHERE id = ?)'),
    state: prepare<StateColumns>(
      'SELECT clock, id, unseal(encoded) AS encoded FROM states WHERE room = (SELECT key FROM rooms WHERE id = ?)',
    ),

    putAddress: prepare(`
      INSERT OR REPLACE INTO addresses (peer, addresses, last_seen_ms, pinned, roommate) VALUES (?, ?, ?, ?, ?)`),
    deleteAddress: prepare('DELETE FROM addresses WHERE peer = ?'),
    addresses: prepare<AddressColumns>(`
      SELECT peer, addresses, last_seen_ms, pinned, roommate FROM addresses ORDER BY last_seen_ms DESC, peer`),

    putLock: prepare('INSERT OR REPLACE INTO locks (id, clock, row) VALUES (?, ?, seal(?))'),
    locks: prepare<{ row: string }>('SELECT unseal(row) AS row FROM locks ORDER BY clock, id'),
    putVerified: prepare('INSERT OR REPLACE INTO verified (peer, at_ms) VALUES (?, ?)'),
    deleteVerified: prepare('DELETE FROM verified WHERE peer = ?'),
    verified: prepare<{ peer: PeerId; at_ms: number }>('SELECT peer, at_ms FROM verified ORDER BY peer'),

    putRingItem: prepare(`
      INSERT OR REPLACE INTO ring_items (key, id, sequence, size_bytes, copies, expires_at_ms, stored_at_ms, farness, item)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    deleteRingItem: prepare('DELETE FROM ring_items WHERE key = ?'),
    ringItem: prepare<RingItemColumns>(`${RING_ITEM} WHERE key = ?`),
    ringItemOfId: prepare<RingItemColumns>(`${RING_ITEM} WHERE id = ?`),
    packedRingItem: prepare<{ item: Uint8Array }>('SELECT item FROM ring_items WHERE key = ?'),
    ringItemsAfter: prepare<RingItemColumns>(`${RING_ITEM} WHERE key > ? ORDER BY key LIMIT ?`),
    ringItemsBefore: prepare<RingItemColumns>(`${RING_ITEM} WHERE key < ? ORDER BY key DESC LIMIT ?`),
    farthestRingItems: prepare<RingItemColumns>(`${RING_ITEM} ORDER BY farness DESC, stored_at_ms, key LIMIT ?`),
    ringTotals: prepare<{ items: number; size_bytes: number }>(
      'SELECT count(*) AS items, coalesce(sum(size_bytes), 0) AS size_bytes FROM ring_items',
    ),

    putPinnedAddress: prepare('INSERT OR REPLACE INTO pinned_addresses (address, named_at_ms, peer) VALUES (?, ?, ?)'),
    deletePinnedAddress: prepare('DELETE FROM pinned_addresses WHERE address = ?'),
    pinnedAddresses: prepare<PinnedAddressColumns>(`
      SELECT address, named_at_ms, peer FROM pinned_addresses ORDER BY named_at_ms, address`),

    putFault: prepare('INSERT OR REPLACE INTO faults (digest, kind, peer, at_ms, error) VALUES (?, ?, ?, ?, ?)'),
    deleteFault: prepare('DELETE FROM faults WHERE digest = ?'),
    faults: prepare<FaultColumns>('SELECT digest, kind, peer, at_ms, error FROM faults ORDER BY at_ms DESC, digest'),
  }
}
