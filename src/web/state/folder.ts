/** A folder that the user drops: all that is in it, and how that is sent. */
import type { ListedEntry } from '../../api/folder-body.ts'
import { LIST_LENGTH_BYTES } from '../../api/paths.ts'

/** Files of a folder, with the names on the way to each, and folders with nothing in them. */
export interface Folder {
  name: string
  files: readonly { path: string[]; file: File }[]
  empty: readonly string[][]
}

/** Reads all of a folder. Rejects if a part of it cannot be read. */
export async function readFolder(root: FileSystemDirectoryEntry): Promise<Folder> {
  const files: { path: string[]; file: File }[] = []
  const empty: string[][] = []
  const walk = async (folder: FileSystemDirectoryEntry, path: string[]): Promise<void> => {
    const entries = await entriesOf(folder)
    if (entries.length === 0 && path.length > 0) empty.push(path)
    for (const entry of entries) {
      const at = [...path, entry.name]
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, at)
      else files.push({ path: at, file: await fileOf(entry as FileSystemFileEntry) })
    }
  }
  await walk(root, [])
  return { name: root.name, files, empty }
}

/** Of all files in it. */
export function sizeOf({ files }: Folder): number {
  return files.reduce((sum, { file }) => sum + file.size, 0)
}

/** What is sent: a list of all that is in it, a line for each, with its length in front, and the files. The browser reads them as it sends them. */
export function folderBody({ files, empty }: Folder): Blob {
  const entries: ListedEntry[] = [
    ...files.map(({ path, file }): ListedEntry => [path, file.size]),
    ...empty.map((path): ListedEntry => [path, null]),
  ]
  const list = new TextEncoder().encode(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
  const length = new DataView(new ArrayBuffer(LIST_LENGTH_BYTES))
  length.setUint32(0, list.length)
  return new Blob([length, list, ...files.map(({ file }) => file)])
}

/** A browser gives some at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
