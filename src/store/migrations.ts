/**
 * The schema of the SQLite store, as a list of migrations. Once released, a migration is never changed:
 * a new version of the schema is a new migration at the end. `PRAGMA user_version` counts those applied.
 */
import { SHORT_BLOCKS, SHORT_DOCUMENT_IDS } from './document-migrations.ts'
import { FIRST_RELEASE } from './first-schema.ts'

/** Inputs at which the node failed. */
const FAULTS = `
CREATE TABLE faults (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  peer TEXT,
  at_ms INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

/**
 * Forks are counted; those of earlier documents are not known. States are folded again, as they follow other rules
 * since: the entries of a map have authors.
 */
const FORKS = `
ALTER TABLE author_heads ADD COLUMN forks INTEGER NOT NULL DEFAULT 0;
DELETE FROM states;
`

/** Documents with links are looked through a few at a time, the newest first. */
const LINKING_IN_ORDER = `
CREATE INDEX linking_in_order ON linking (room, clock, id);
`

/** What a node calls a room instead of by its name. */
const ROOM_ALIASES = 'ALTER TABLE room_records ADD COLUMN alias TEXT'

/** How much each author has in a room, and how much may be taken. */
const DOCUMENT_LIMITS = `
CREATE TABLE author_totals (
  room INTEGER NOT NULL,
  author INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (room, author)
) STRICT, WITHOUT ROWID;
INSERT INTO author_totals SELECT room, author, SUM(LENGTH(block)) FROM documents GROUP BY room, author;
ALTER TABLE room_records ADD COLUMN documents_bytes_max INTEGER;
ALTER TABLE room_records ADD COLUMN author_bytes_max INTEGER;
`

/** The newest heads of a room and their number are read without visiting the others. */
const HEADS_IN_ORDER = `
CREATE INDEX heads_in_order ON heads (room, clock, id);
ALTER TABLE rooms ADD COLUMN heads INTEGER NOT NULL DEFAULT 0;
UPDATE rooms SET heads = (SELECT count(*) FROM heads WHERE heads.room = rooms.key);
ALTER TABLE peer_frontiers ADD COLUMN heads_digest BLOB; -- null: the frontier names all heads
`

/** Small blocks; those of before stay in their files. */
const SMALL_BLOCKS = `
CREATE TABLE blocks (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  block BLOB NOT NULL
) STRICT;
`

/** The newest checkpoint of a room, as JSON. */
const CHECKPOINTS = 'ALTER TABLE room_records ADD COLUMN checkpoint TEXT'

/**
 * What is left of documents that were dropped, in a table of its own, so that the pages of the others become free; what
 * is kept of a room; and the checkpoint from which all is here, as JSON.
 */
const RETENTION = `
CREATE TABLE dropped (
  id BLOB PRIMARY KEY,
  room INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  author INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE rooms ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room_records ADD COLUMN retention TEXT;
ALTER TABLE room_records ADD COLUMN base TEXT;
`

/** Dropped documents in the order of their rooms: they are given to others, and counted, without reading all of them. */
const DROPPED_IN_ORDER = 'CREATE INDEX dropped_by_place ON dropped (room, clock, id)'

/** Whether the state of a room that was joined is still to come. */
const JOINING = 'ALTER TABLE room_records ADD COLUMN joining TEXT'

/** Who may write in rooms with members, and the invites that are to be accepted. */
const ACCESS = `
CREATE TABLE access (
  room INTEGER NOT NULL,
  version INTEGER NOT NULL,
  bases TEXT NOT NULL, -- a JSON array
  act BLOB,
  reach TEXT, -- as JSON
  PRIMARY KEY (room, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE known (
  room INTEGER NOT NULL,
  id BLOB NOT NULL,
  version INTEGER NOT NULL, -- of access
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
ALTER TABLE room_records ADD COLUMN access TEXT;
ALTER TABLE room_records ADD COLUMN invite_seed TEXT;
`

/** Set in documents that share a sealed file: its key, and the block id of its root before it was sealed. */
const SEALED_FILES = `
ALTER TABLE linking ADD COLUMN file_key BLOB;
ALTER TABLE linking ADD COLUMN plain_root BLOB;
`

/** Whose keys the user has compared with them. */
const VERIFIED = `
CREATE TABLE verified (
  peer TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

/** The keys of private rooms, and the secrets to which they are sealed. */
const EPOCHS = `
CREATE TABLE epochs (
  room INTEGER NOT NULL,
  id TEXT NOT NULL, -- of the key, in hex
  key BLOB,
  unread INTEGER NOT NULL, -- documents
  given TEXT NOT NULL, -- a JSON array
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
ALTER TABLE room_records ADD COLUMN box_secrets TEXT; -- a JSON array
`

/** Keys, and what only members of private rooms read, are sealed: see at-rest.ts. Files are found by a keyed hash of their names. */
const SEALED_AT_REST = `
UPDATE room_records SET
  name = seal(name), app = seal(app), alias = seal(alias), invite_seed = seal(invite_seed), box_secrets = seal(box_secrets);
UPDATE epochs SET key = seal(key);
UPDATE states SET encoded = seal(encoded);
ALTER TABLE linking ADD COLUMN name_lookup BLOB;
UPDATE linking SET
  name_lookup = lookup(name), name = seal(name), file_key = seal(file_key), plain_root = seal(plain_root)
WHERE name IS NOT NULL;
DROP INDEX files_by_name;
CREATE INDEX files_by_name ON linking (room, name_lookup, clock, id) WHERE name_lookup IS NOT NULL;
`

/** From which room entries are being copied. */
const COPIED_FROM = 'ALTER TABLE room_records ADD COLUMN copied_from TEXT'
/** What concerns the person in front of a node, and the person's other devices. */
const PERSONAL = 'ALTER TABLE room_records ADD COLUMN personal TEXT' // as JSON

/** Which guest of its author shared a file; sealed like its name. */
const GUESTS = 'ALTER TABLE linking ADD COLUMN guest TEXT'

/** Documents and blocks may be sealed, too. */
const SEALED_BLOCKS = `
ALTER TABLE documents ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pending ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE blocks ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;
`

/** What is kept for others in the ring. The index includes what is read of many, so that their values are not. */
const RING = `
CREATE TABLE ring_items (
  key BLOB PRIMARY KEY,
  id BLOB NOT NULL, -- of this version, by which nodes compare what they hold
  sequence INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  copies INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  farness INTEGER NOT NULL,
  item BLOB NOT NULL
) STRICT;
CREATE INDEX ring_items_in_order ON ring_items (key, id, sequence, size_bytes, copies, expires_at_ms, stored_at_ms, farness);
CREATE INDEX ring_items_by_id ON ring_items (id);
CREATE INDEX ring_items_by_farness ON ring_items (farness DESC, stored_at_ms);
`

/** A row says that free space of the file may have what no row has any more, in clear text: see traces.ts. */
const TRACES = `
CREATE TABLE traces (since INTEGER NOT NULL) STRICT;
INSERT INTO traces SELECT 1 WHERE EXISTS (SELECT 1 FROM rooms);
`

/** Links to rooms below others, found by keyed hashes; what they say is sealed. */
const CHILD_LINKS = `
CREATE TABLE child_links (
  room INTEGER NOT NULL,
  id BLOB NOT NULL,
  clock INTEGER NOT NULL,
  author INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  body BLOB NOT NULL,
  child BLOB NOT NULL,
  title BLOB NOT NULL,
  about BLOB,
  PRIMARY KEY (room, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX child_links_in_order ON child_links (room, clock, id);
CREATE INDEX child_links_by_child ON child_links (child);
CREATE INDEX child_links_by_title ON child_links (room, title, clock, id);
CREATE INDEX threads_in_order ON child_links (room, clock, id) WHERE about IS NOT NULL;
CREATE INDEX threads_by_message ON child_links (room, about, clock, id) WHERE about IS NOT NULL;
`

/** Nodes of directories and their records, found by keyed hashes; what they say is sealed. */
const DIRECTORIES = `
CREATE TABLE directory_nodes (
  room INTEGER NOT NULL,
  node BLOB NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (room, node)
) STRICT, WITHOUT ROWID;
CREATE TABLE directory_records (
  room INTEGER NOT NULL,
  node BLOB NOT NULL,
  id BLOB NOT NULL,
  author INTEGER NOT NULL,
  packed BLOB NOT NULL,
  PRIMARY KEY (room, node, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_records_by_author ON directory_records (room, author);
`

/** Locks of rooms, each with what this node has promised about it as an elector: as JSON, sealed. */
const LOCKS = `
CREATE TABLE locks (
  id BLOB PRIMARY KEY, -- of the document that describes it
  clock INTEGER NOT NULL,
  row TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`

/** States are folded again, as they follow other rules since: entries of a map may be by guests. */
const GUESTS_IN_MAPS = 'DELETE FROM states'

/** All migrations from an empty file to the current schema, oldest first. */
export const MIGRATIONS: readonly string[] = [
  FIRST_RELEASE,
  FAULTS,
  FORKS,
  LINKING_IN_ORDER,
  ROOM_ALIASES,
  DOCUMENT_LIMITS,
  HEADS_IN_ORDER,
  SMALL_BLOCKS,
  CHECKPOINTS,
  RETENTION,
  JOINING,
  DROPPED_IN_ORDER,
  ACCESS,
  SEALED_FILES,
  VERIFIED,
  EPOCHS,
  SEALED_AT_REST,
  COPIED_FROM,
  PERSONAL,
  SHORT_DOCUMENT_IDS,
  GUESTS,
  SEALED_BLOCKS,
  RING,
  SHORT_BLOCKS,
  TRACES,
  CHILD_LINKS,
  DIRECTORIES,
  LOCKS,
  GUESTS_IN_MAPS,
]
