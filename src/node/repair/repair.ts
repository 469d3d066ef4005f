/** `kith repair`: saves what can be read of a damaged store. The node must be stopped. */
import { copyFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { RepairedRoom, RepairOptions, RepairReport } from '../../kith.ts'
import { isOwnMissing, ownDocuments } from '../../room/own-chain.ts'
import { wallMs } from '../../runtime/clock.ts'
import type { AtRestKey } from '../../store/at-rest.ts'
import { damageOf } from '../../store/check.ts'
import { acceptRepair, repairingPath } from '../../store/repaired.ts'
import { marksPath, readMarks, type RoomMark } from '../../store/room-marks.ts'
import { applyLog, forgetDamagedLog, keptLogPath, pageBytesOf } from '../../store/salvage/log.ts'
import { findBlocks } from '../../store/salvage/pages.ts'
import { copyRows } from '../../store/salvage/rows.ts'
import { ShortRows } from '../../store/salvage/short-rows.ts'
import { openDatabase } from '../../store/sqlite-database.ts'
import { REPAIR_ADVICE } from '../../store/store-errors.ts'
import { openSqliteStore, type SqliteStore } from '../../store/sqlite.ts'
import { StoreError, type RoomRecord, type Store } from '../../store/store.ts'
import { checkBlocks, wantSharedAgain } from './block-check.ts'
import { RoomRebuild } from './room-rebuild.ts'
import { SavedDocuments } from './saved-documents.ts'

const OWNER_ONLY_FILE = 0o600

type OnProgress = NonNullable<RepairOptions['onProgress']>
type StoreReport = Omit<RepairReport, 'isRoomListLost' | 'givenUp' | 'heldBack'>

/** Whose store it is, and what opens what is sealed in it. */
export interface Owner {
  self: PeerId
  atRest: AtRestKey
}

/** Throws a StoreError, such as `locked` if the node runs. */
export async function repairStore(path: string, owner: Owner, onProgress: OnProgress): Promise<StoreReport> {
  await removeUnfinished(path)
  onProgress('Checking the database', undefined)
  await othersTurn()
  const damage = damageAtOpening(path, owner.atRest) ?? damageOf(path, owner.atRest)
  if (damage === undefined) {
    const store = openSqliteStore(path, owner.atRest)
    try {
      const blocks = await verifyBlocks(store, onProgress)
      return { damage: null, copy: null, rooms: [], damagedTables: [], blocks }
    } finally {
      store.close()
    }
  }
  const copy = await copyDamaged(path)
  try {
    const rebuilt = await rebuild(copy, repairingPath(path), { ...owner, marks: readMarks(path), onProgress })
    acceptRepair(path)
    forgetDamagedLog(path)
    return { damage, copy, ...rebuilt }
  } catch (error) {
    await removeUnfinished(path)
    throw error
  }
}

/** Makes an empty store in place of one of which nothing is left. */
export function replaceStore(path: string, { atRest }: Owner): StoreReport {
  openSqliteStore(path, atRest).close()
  const damage = `${path} is gone, with all rooms and messages: join the rooms again`
  return { damage, copy: null, rooms: [], damagedTables: [], blocks: { checked: 0, lost: 0 } }
}

/**
 * Lets the node write in rooms where its own documents are missing; returns these rooms. They count as lost for good. In
 * rooms that it has left, others may still have them.
 */
export function giveUpOwn(path: string, { self, atRest }: Owner): { id: RoomId; name: string }[] {
  const store = openSqliteStore(path, atRest)
  try {
    const heldBack = heldBackOf(store, self)
    for (const { id } of heldBack) {
      const known = store.ownMark(id).documents
      const documents = known === 'unknown' ? ownDocuments(store, id, self) : known
      store.apply({ type: 'put-own-mark', room: id, mark: { documents, givenUp: documents } })
    }
    store.commit()
    return heldBack.map(({ id, name }) => ({ id, name }))
  } finally {
    store.close()
  }
}

/** The rooms in which the node will write nothing until others have brought what it wrote. */
export function heldBackIn(path: string, { self, atRest }: Owner): { id: RoomId; name: string }[] {
  const store = openSqliteStore(path, atRest)
  try {
    return heldBackOf(store, self).map(({ id, name }) => ({ id, name }))
  } finally {
    store.close()
  }
}

function heldBackOf(store: Store, self: PeerId): RoomRecord[] {
  return store.rooms().filter(({ id, status }) => status !== 'left' && isOwnMissing(store, id, self))
}

/** What the checks of a start say; undefined if the store opens. */
function damageAtOpening(path: string, atRest: AtRestKey): string | undefined {
  try {
    openSqliteStore(path, atRest).close()
    return undefined
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt') return error.message.replace(`: ${REPAIR_ADVICE}`, '')
    throw error
  }
}

/** What a killed repair left: the damaged database is still in place. */
async function removeUnfinished(path: string): Promise<void> {
  const repairing = repairingPath(path)
  for (const suffix of ['', '-wal', '-rooms']) await rm(repairing + suffix, { force: true })
}

/** Copies the damaged files beside themselves, with what is whole in a damaged log. */
async function copyDamaged(path: string): Promise<string> {
  let number = 1
  while (existsSync(`${path}-damaged-${number}`)) number++
  const copy = `${path}-damaged-${number}`
  // A log may have all pages of a database that is gone.
  if (existsSync(path)) await copyFile(path, copy)
  else await writeFile(copy, '', { mode: OWNER_ONLY_FILE })
  if (existsSync(marksPath(path))) await copyFile(marksPath(path), marksPath(copy))
  for (const log of [`${path}-wal`, keptLogPath(path)]) {
    if (!existsSync(log)) continue
    await copyFile(log, `${copy}-log`)
    applyLog(copy, `${copy}-log`, pageBytesOf(copy))
  }
  return copy
}

interface Rebuild extends Owner {
  marks: ReadonlyMap<RoomId, RoomMark>
  onProgress: OnProgress
}

async function rebuild(
  from: string,
  to: string,
  { self, atRest, marks, onProgress }: Rebuild,
): Promise<Pick<RepairReport, 'rooms' | 'damagedTables' | 'blocks'>> {
  const short = new ShortRows(atRest)
  const damagedTables = copySettings(from, to, atRest, short)
  const found = new SavedDocuments(atRest)
  const store = openSqliteStore(to, atRest)
  try {
    await salvage(from, { found, short, store, onProgress })
    const rooms: RepairedRoom[] = []
    for (const record of recordsOf(store, marks)) {
      const room = new RoomRebuild(record, store, self)
      for (const blocks of found.of(record.id)) {
        room.add(blocks)
        onProgress('Rebuilding rooms', undefined)
        await othersTurn()
      }
      rooms.push(room.end(marks.get(record.id)))
    }
    wantSharedAgain(store, self, wallMs())
    return { rooms, damagedTables, blocks: await verifyBlocks(store, onProgress) }
  } finally {
    found.close()
    short.close()
    store.close()
  }
}

/** Returns the tables of which something was lost. */
function copySettings(from: string, to: string, atRest: AtRestKey, short: ShortRows): string[] {
  const database = openDatabase(to, atRest)
  try {
    const damagedTables = copyRows(from, database, atRest)
    short.addNames(database)
    return damagedTables
  } finally {
    database.close()
  }
}

interface Salvage {
  found: SavedDocuments
  short: ShortRows
  store: SqliteStore
  onProgress: OnProgress
}

/** Finds documents, and stores the small blocks; those that nothing needs are collected as garbage later. */
async function salvage(from: string, { found, short, store, onProgress }: Salvage): Promise<void> {
  const all = findBlocks(from, pageBytesOf(from), store.atRest)
  for (const { documents, rows, ids, blocks, doneBytes, totalBytes } of all) {
    found.add(documents)
    short.add(rows, ids)
    for (const block of blocks) store.apply({ type: 'put-block', ...block })
    store.commit()
    onProgress('Saving documents and small files', doneBytes / totalBytes)
    await othersTurn()
  }
  for (const documents of short.restored()) {
    found.add(documents)
    await othersTurn()
  }
}

/** The rooms of the new store, and those of which only the marks outside of the database still tell. */
function recordsOf(store: Store, marks: ReadonlyMap<RoomId, RoomMark>): RoomRecord[] {
  const records = store.rooms()
  const known = new Set(records.map(({ id }) => id))
  const lost = [...marks.keys()].filter((id) => !known.has(id))
  return [
    ...records,
    ...lost.map((id): RoomRecord => ({ id, status: 'waiting', name: '', app: '', joinedAtMs: wallMs() })),
  ]
}

async function verifyBlocks(store: Store, onProgress: OnProgress): Promise<RepairReport['blocks']> {
  let report: RepairReport['blocks'] = { checked: 0, lost: 0 }
  for (report of checkBlocks(store)) {
    onProgress(`Verifying files (${report.checked} blocks)`, undefined)
    await othersTurn()
  }
  return report
}
