/**
 * Version 1 of the schema, the first of the migrations. Rooms and authors have integer keys, because their ids would take
 * much space in every row and index entry. Document ids are stored as digests (32 bytes): documents with equal clocks are
 * in the order of these bytes.
 */
export const FIRST_RELEASE = `
CREATE TABLE rooms (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  documents INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE room_records (
  room INTEGER PRIMARY KEY,
  status TEXT NOT NULL,
  name TEXT NOT NULL,
  app TEXT NOT NULL,
  joined_at_ms INTEGER NOT NULL,
  carried_bytes_max INTEGER,
  newest_first INTEGER NOT NULL,
  auto_fetch_bytes_max INTEGER,
  files_bytes_max INTEGER
) STRICT;

CREATE TABLE authors (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE -- the 32 bytes of the public key
) STRICT;

CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  room INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  author INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  block BLOB NOT NULL
) STRICT;
CREATE INDEX documents_in_order ON documents (room, clock, id);

CREATE TABLE heads (
  room INTEGER NOT NULL,
  id BLOB NOT NULL,
  clock INTEGER NOT NULL,
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE author_heads (
  room INTEGER NOT NULL,
  author INTEGER NOT NULL,
  id BLOB NOT NULL,
  seq INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  PRIMARY KEY (room, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending (
  arrival INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  room INTEGER NOT NULL,
  from_peer TEXT NOT NULL,
  block BLOB NOT NULL
) STRICT;
CREATE INDEX pending_in_room ON pending (room);

CREATE TABLE peer_frontiers (
  room INTEGER NOT NULL,
  peer TEXT NOT NULL,
  frontier BLOB NOT NULL, -- digests, one after another
  seen_ms INTEGER NOT NULL,
  PRIMARY KEY (room, peer)
) STRICT, WITHOUT ROWID;

CREATE TABLE unacked (
  room INTEGER NOT NULL,
  peer TEXT NOT NULL,
  id BLOB NOT NULL,
  sends INTEGER NOT NULL,
  sent_ms INTEGER NOT NULL,
  PRIMARY KEY (room, peer, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sharing (
  room INTEGER NOT NULL,
  peer TEXT NOT NULL, -- empty: everybody else
  policy TEXT NOT NULL,
  mode TEXT NOT NULL,
  PRIMARY KEY (room, peer)
) STRICT, WITHOUT ROWID;

CREATE TABLE states (
  room INTEGER PRIMARY KEY,
  clock INTEGER NOT NULL,
  id BLOB NOT NULL,
  encoded BLOB NOT NULL
) STRICT;

CREATE TABLE addresses (
  peer TEXT PRIMARY KEY,
  addresses TEXT NOT NULL, -- a JSON array
  last_seen_ms INTEGER NOT NULL,
  pinned INTEGER NOT NULL,
  roommate INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pinned_addresses (
  address TEXT PRIMARY KEY,
  named_at_ms INTEGER NOT NULL,
  peer TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE linking (
  room INTEGER NOT NULL,
  id BLOB NOT NULL,
  clock INTEGER NOT NULL,
  links BLOB NOT NULL, -- block ids, one after another
  -- Set in documents that share a file:
  root BLOB, -- a block id
  name TEXT,
  type TEXT,
  size_bytes INTEGER,
  author INTEGER,
  time_ms INTEGER,
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX files_by_root ON linking (room, root, clock, id) WHERE root IS NOT NULL;
CREATE INDEX files_by_name ON linking (room, name, clock, id) WHERE name IS NOT NULL;

CREATE TABLE ensured (
  key INTEGER PRIMARY KEY,
  room INTEGER NOT NULL, -- 0: none
  id BLOB NOT NULL,
  state TEXT NOT NULL,
  failure TEXT,
  pinned INTEGER NOT NULL,
  max_bytes INTEGER,
  jobs TEXT NOT NULL, -- a JSON array
  added_at_ms INTEGER NOT NULL,
  blocks INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  UNIQUE (room, id)
) STRICT;
CREATE INDEX ensured_in_state ON ensured (state, room);
-- Includes the key, so that the oldest rows of a room are found without sorting.
CREATE INDEX ensured_by_pin ON ensured (room, pinned);
CREATE INDEX ensured_with_jobs ON ensured (state) WHERE jobs <> '[]';

CREATE TABLE needs (
  root INTEGER NOT NULL, -- a key of ensured
  id BLOB NOT NULL,
  room INTEGER NOT NULL, -- that of the root, for the index
  PRIMARY KEY (root, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_by_room ON needs (id, room);

CREATE TABLE released (
  id BLOB PRIMARY KEY -- of a block
) STRICT, WITHOUT ROWID;
`
