/** Those of the migrations that change how documents are kept. */

/**
 * Documents are found by the first bytes of their ids (document-lookup.ts), and the index of whole ones goes, which only a
 * new table can do without.
 */
export const SHORT_DOCUMENT_IDS = `
ALTER TABLE documents RENAME TO documents_before;
DROP INDEX documents_in_order;
CREATE TABLE documents (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  room INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  author INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  block BLOB NOT NULL
) STRICT;
INSERT INTO documents SELECT key, id, room, clock, author, seq, block FROM documents_before ORDER BY key;
DROP TABLE documents_before;
CREATE INDEX documents_by_id ON documents (substr(id, 1, 6));
CREATE INDEX documents_in_order ON documents (room, clock, id);
`

/**
 * Blocks of documents are kept in their short form (short-blocks.ts), in which rows name others by their keys: a document
 * that is dropped keeps its own. Blocks of before stay whole.
 */
export const SHORT_BLOCKS = `
ALTER TABLE dropped RENAME TO dropped_before;
DROP INDEX dropped_by_place;
CREATE TABLE dropped (
  key INTEGER PRIMARY KEY, -- none of documents
  id BLOB NOT NULL,
  room INTEGER NOT NULL,
  clock INTEGER NOT NULL,
  author INTEGER NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
INSERT INTO dropped
  SELECT
    (SELECT ifnull(max(key), 0) FROM documents) + row_number() OVER (ORDER BY room, clock, id),
    id, room, clock, author, seq
  FROM dropped_before;
DROP TABLE dropped_before;
CREATE INDEX dropped_by_id ON dropped (substr(id, 1, 6));
CREATE INDEX dropped_by_place ON dropped (room, clock, id);
`
