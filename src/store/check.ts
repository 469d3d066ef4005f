/** Whether all of a database can be read and agrees with itself. Reads the whole file, so it is done off the main thread. */
import { pathToFileURL } from 'node:url'
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { decodeDocument } from '../../protocols/document/document.ts'
import { blockIdOf, blockIdOfBytes, codecOf } from '../../protocols/wire/block-ids.ts'
import type { AtRestCipher } from './at-rest.ts'
import { lostBlocks, type LostBlock } from './lost-blocks.ts'
import { sha256 } from '../../protocols/wire/crypto.ts'
import { digestOfDocumentId, documentIdOfDigest } from '../../protocols/wire/ids.ts'
import { peerIdOfPublicKey } from '../../protocols/wire/peer-ids.ts'
import { DocumentBlocks } from './document-blocks.ts'
import { isDocument, isDropped } from './document-lookup.ts'
import { publicKeyOfAuthor } from './row-keys.ts'

/** An import of it would fail on an older Node before `needed-node.ts` could say why. */
const sqlite = process.getBuiltinModule('node:sqlite')

type Row = Record<string, SQLOutputValue>

const NOTHING = new Uint8Array()

/** Each counts what must not be there. */
const CONTRADICTIONS: Readonly<Record<string, string>> = {
  'rooms whose total is wrong': `
    SELECT count(*) AS found FROM rooms
    WHERE documents <> (SELECT count(*) FROM documents WHERE documents.room = rooms.key)`,
  // Its index, which has only the first bytes of ids, does not see to that.
  'documents that are there twice': `
    SELECT count(*) AS found FROM documents AS one
    WHERE EXISTS (SELECT 1 FROM documents WHERE ${isDocument('one.id')} AND documents.key < one.key)`,
  'newest documents that are missing': `
    SELECT count(*) AS found FROM heads WHERE NOT EXISTS (SELECT 1 FROM documents WHERE ${isDocument('heads.id')})`,
  'authors whose last document is missing': `
    SELECT count(*) AS found FROM author_heads
    WHERE NOT EXISTS (
      SELECT 1 FROM documents
      WHERE ${isDocument('author_heads.id')} AND documents.seq = author_heads.seq AND documents.author = author_heads.author)
    AND NOT EXISTS (
      SELECT 1 FROM dropped
      WHERE ${isDropped('author_heads.id')} AND dropped.seq = author_heads.seq AND dropped.author = author_heads.author)`,
  'rooms whose number of dropped documents is wrong': `
    SELECT count(*) AS found FROM rooms
    WHERE dropped <> (SELECT count(*) FROM dropped WHERE dropped.room = rooms.key)`,
}

/** What a check has found. */
export interface CheckResult {
  /** What is wrong with the database; undefined if nothing is. */
  damage: string | undefined
  /** Not looked for where the database is damaged. */
  lost: LostBlock[]
}

/**
 * What is wrong with the database at `path`; undefined if nothing is. Nobody may write to the file meanwhile; its log is
 * not looked at.
 */
export function damageOf(path: string, atRest: AtRestCipher): string | undefined {
  return resultOf(path, atRest, () => []).damage
}

/** The same, and whether the blocks of which the database speaks are in `blocksFolder`. */
export function checkOf(path: string, blocksFolder: string, atRest: AtRestCipher): CheckResult {
  return resultOf(path, atRest, (database) => lostBlocks(database, blocksFolder))
}

function resultOf(path: string, atRest: AtRestCipher, lostIn: (database: DatabaseSync) => LostBlock[]): CheckResult {
  try {
    const database = new sqlite.DatabaseSync(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true })
    try {
      const damage = structureDamage(database) ?? contentDamage(database, path, atRest)
      return { damage, lost: damage === undefined ? lostIn(database) : [] }
    } finally {
      database.close()
    }
  } catch (error) {
    return { damage: error instanceof Error ? error.message : String(error), lost: [] }
  }
}

function structureDamage(database: DatabaseSync): string | undefined {
  const [first] = database.prepare('PRAGMA quick_check(1)').all()
  const said = String(first?.['quick_check'])
  return said === 'ok' ? undefined : said.replaceAll(/\s+/g, ' ')
}

function contentDamage(database: DatabaseSync, path: string, atRest: AtRestCipher): string | undefined {
  // A row that is gone is told as such, and not by those that need it.
  for (const [what, sql] of Object.entries(CONTRADICTIONS)) {
    const found = Number(database.prepare(sql).get()?.['found'])
    if (found > 0) return `${what}: ${found}`
  }
  const found = documentDamage(database, path, atRest)
  if (found !== undefined) return found
  for (const { id, block, sealed } of database.prepare('SELECT id, block, sealed FROM blocks').iterate()) {
    const opened = atRest.opened(block as Uint8Array, Number(sealed))
    if (!isBlock(id as Uint8Array, opened)) return 'a block of a file is not what its id says'
  }
  return undefined
}

const DOCUMENTS = `
  SELECT documents.key, documents.id, rooms.id AS room, clock, authors.id AS author, seq, block, sealed FROM documents
  LEFT JOIN rooms ON rooms.key = documents.room LEFT JOIN authors ON authors.key = documents.author`

function documentDamage(database: DatabaseSync, path: string, atRest: AtRestCipher): string | undefined {
  const opened = (row: Row): Uint8Array => atRest.opened(row['block'] as Uint8Array, Number(row['sealed']))
  const blocks = new DocumentBlocks(database, path)
  for (const row of database.prepare(DOCUMENTS).iterate()) {
    const block = wholeOf(row, opened(row), blocks)
    if (!isOfId(row, block)) return 'a document is not what its id says'
    if (!isWhereItSays(row, block)) return 'a document is not where it says'
  }
  for (const row of database.prepare('SELECT id, block, sealed FROM pending').iterate()) {
    if (!isOfId(row, opened(row))) return 'a document that waits is not what its id says'
  }
  return undefined
}

function wholeOf({ key, id, room, author, seq }: Row, stored: Uint8Array, blocks: DocumentBlocks): Uint8Array {
  if (!(room instanceof Uint8Array) || !(author instanceof Uint8Array)) return stored
  const names = { room: documentIdOfDigest(room), author: peerIdOfPublicKey(author) }
  return blocks.fromStore(stored, { key: Number(key), digest: id as Uint8Array, seq: Number(seq), ...names })
}

function isOfId({ id }: Row, block: Uint8Array): boolean {
  return Buffer.from(id as Uint8Array).equals(sha256(block))
}

/** Its block says all that the rest of the row does, by which documents are put in order and counted. */
function isWhereItSays({ room, clock, author, seq }: Row, block: Uint8Array): boolean {
  const document = decodeDocument(block)
  return (
    document.clock === clock &&
    document.seq === seq &&
    Buffer.from(publicKeyOfAuthor(document.author)).equals((author ?? NOTHING) as Uint8Array) &&
    Buffer.from(digestOfDocumentId(document.room ?? document.id)).equals((room ?? NOTHING) as Uint8Array)
  )
}

function isBlock(idBytes: Uint8Array, block: Uint8Array): boolean {
  const id = blockIdOfBytes(idBytes)
  return id !== undefined && blockIdOf(codecOf(id), block) === id
}
