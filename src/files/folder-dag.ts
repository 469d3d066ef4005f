/** The node of a folder in a UnixFS DAG. */
import { importer, type ImportResult, type WritableStorage } from 'ipfs-unixfs-importer'
import { UNIXFS_OPTIONS } from './dag-storage.ts'

/** Makes a folder of what was imported before, each under the name in its `path`, in the order of these. */
export async function folderDag(links: readonly ImportResult[], storage: WritableStorage): Promise<ImportResult> {
  const dagBuilder = async function* () {
    for (const link of links) yield () => Promise.resolve(link)
  }
  const made = importer([], storage, { ...UNIXFS_OPTIONS, dagBuilder, wrapWithDirectory: true })
  // The importer yields the links again, then the folder.
  let last: ImportResult | undefined
  for await (const result of made) last = result
  if (last === undefined) throw new TypeError('the importer yielded no folder')
  return last
}
