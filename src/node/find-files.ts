/** Which files of a room a user means. */
import { parseBlockId } from '../../protocols/wire/block-ids.ts'
import { parseDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { isSameName, isSameNameInAnyCase, shownName } from '../names.ts'
import { pastedCid, unwrapped } from '../pasted.ts'
import type { FileFilter, FileRow } from '../store/blocks.ts'
import type { StoreReads } from '../store/store.ts'
import { versionName, type FileVersion } from './file-versions.ts'
import { firstMatching } from './first-matching.ts'
import { quoted } from './quoted.ts'

/** CIDs listed if a name is ambiguous: a few show the difference, more would hide the rest of the message. */
const MAX_NAMED = 5

/** What precedes a CID in an address of IPFS. */
const IPFS_PREFIX = /^(?:ipfs:\/*|\/*ipfs\/)/i

/** What lists show in place of a name in which nothing can be seen: the end of the CID. */
const SHORT_ID = /^…([a-z0-9]{8,})\/*$/

/** The files that a reference means, in the room's order. */
export interface FoundFiles {
  rows: readonly FileRow[]
  /** Whether the reference is a name, and not an id. */
  isName: boolean
}

/** Files with this document id, CID or name. Names are tried last: a file can be named like another's id. */
export function findFiles(store: Pick<StoreReads, 'files'>, room: RoomId, reference: string): FoundFiles {
  const id = pastedCid(reference)
  const document = parseDocumentId(id)
  const root = parseBlockId(id)
  const filters: FileFilter[] = [
    ...(document === undefined ? [] : [{ document }]),
    ...(root === undefined ? [] : [{ root }]),
  ]
  for (const filter of filters) {
    const rows = store.files(room, filter)
    if (rows.length > 0) return { rows, isName: false }
  }
  const end = SHORT_ID.exec(unwrapped(reference))?.[1]
  if (end !== undefined) {
    return { rows: store.files(room, {}).filter(({ file }) => file.root.endsWith(end)), isName: true }
  }
  const named = filesNamed(store, room, reference)
  return { rows: named.length > 0 ? named : filesLike(store.files(room, {}), reference), isName: true }
}

/** Files with a name, composed or not, in the room's order. */
export function filesNamed(store: Pick<StoreReads, 'files'>, room: RoomId, name: string): readonly FileRow[] {
  const forms = new Set([name, name.normalize('NFC'), name.normalize('NFD')])
  const [rows = [], ...others] = [...forms].map((form) => store.files(room, { name: form }))
  return others.every((more) => more.length === 0) ? rows : [...rows, ...others.flat()].sort(comparePositions)
}

/** Files whose names look like the reference. As in lists, a slash after the name means a folder. */
function filesLike(files: readonly FileRow[], reference: string): readonly FileRow[] {
  for (const typed of new Set([reference, unwrapped(reference)])) {
    const [name, ...inside] = partsOf(typed)
    if (name === undefined || inside.length > 0) continue
    const fitting = /\/\.?$/.test(typed) ? files.filter(({ file }) => file.type === 'folder') : files
    const found = firstMatching(
      fitting,
      ({ file }) => file.name === name || shownName(file.name) === name,
      ({ file }) => isSameName(file.name, name),
    )
    if (found.length > 0) return found
    const inAnyCase = fitting.filter(({ file }) => isSameNameInAnyCase(file.name, name))
    // Files of several names are no versions of each other.
    if (new Set(inAnyCase.map(({ file }) => file.name)).size === 1) return inAnyCase
  }
  return []
}

/** The path of a reference to something in a shared folder: the folder, and the path in it. Undefined if it is none. */
export function splitPath(reference: string): { folder: string; inside: string } | undefined {
  const [folder, ...inside] = partsOf(unwrapped(reference).replace(IPFS_PREFIX, ''))
  return folder === undefined || inside.length === 0 ? undefined : { folder, inside: inside.join('/') }
}

/** The names in a path. Shells, and people who join paths, add slashes and dots that mean nothing. */
function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}

/** Throws a KithError `ambiguous` if files of several names look like the reference. */
export function requireOneName(rows: readonly FileRow[], reference: string): void {
  if (new Set(rows.map(versionName)).size === 1) return
  const roots = [...new Set(rows.map(({ file }) => file.root))].reverse()
  const named = roots.slice(0, MAX_NAMED).join(', ')
  const others = roots.length > MAX_NAMED ? ` and ${grouped(roots.length - MAX_NAMED)} more` : ''
  throw new KithError(
    'ambiguous',
    `${grouped(roots.length)} files have names that look like ${quoted(reference)}: give the CID of one of them: ${named}${others}`,
  )
}

/** The error for a version that a file does not have. */
export function noSuchVersion(
  reference: string,
  version: number | undefined,
  newest: FileVersion | undefined,
): KithError {
  return new KithError(
    'no-such-file',
    `${quoted(reference)} has no version ${version}: its newest is ${newest?.version ?? 1} ('kith file list' shows all)`,
  )
}
