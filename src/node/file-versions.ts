/**
 * Versions of a file. Whoever shares a file under a name that the room has already adds a version of it: the
 * last one in the room's order is the newest on every node.
 */
import type { DocumentId } from '../../protocols/wire/ids.ts'
import type { FileRow } from '../store/blocks.ts'

/** Which version of the files with its name a document shares: 1 is the oldest, `versions` the newest. */
export interface FileVersion {
  version: number
  versions: number
}

/** Files have one name if only the composition of its characters differs, which no keyboard and no list shows. */
export function versionName({ file }: FileRow): string {
  return file.name.normalize('NFC')
}

/** The version of each file, by document. `rows` are in the room's order, with all or none of a name. */
export function versionsOf(rows: readonly FileRow[]): ReadonlyMap<DocumentId, FileVersion> {
  return new Map([...Map.groupBy(rows, versionName).values()].flatMap(numbered))
}

/** The same file shared again, with no other one between, is the same version. */
function numbered(rows: readonly FileRow[]): [DocumentId, FileVersion][] {
  let version = 0
  const contents = rows.map(({ file }) => file.sealing?.root ?? file.root)
  const numbers = contents.map((content, i) => (content === contents[i - 1] ? version : ++version))
  return rows.map(({ id }, i) => [id, { version: numbers[i] ?? version, versions: version }])
}
