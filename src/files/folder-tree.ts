/** A folder whose contents come from somewhere else than the disk: what is to be in it, checked before any of it is read. */
import { grouped } from '../grouped.ts'
import { KithError, type FolderEntry } from '../kith.ts'
import { MAX_FOLDER_DEPTH, MAX_FOLDER_ENTRIES } from '../../protocols/file/constants.ts'
import { checkFileName, quoteName } from './file-name.ts'
import { Offenders } from './offenders.ts'
import { tooDeep, twinError, twinsOf } from './scan-path.ts'

/** What is in a folder, by name: a folder, or a file as its place among the entries. */
export type FolderTree = Map<string, FolderTree | number>

/**
 * The tree of some entries. Throws a KithError `bad-name`, which lists all that is wrong with names, `bad-value` for what
 * makes no tree, or `too-large`.
 */
export function folderTree(name: string, entries: readonly FolderEntry[]): FolderTree {
  checkFileName(name)
  if (entries.length > MAX_FOLDER_ENTRIES) {
    throw new KithError(
      'too-large',
      `${quoteName(name)} contains more than ${grouped(MAX_FOLDER_ENTRIES)} files and folders: add its parts one by one, or an archive of it`,
    )
  }
  const root: FolderTree = new Map()
  let isTooDeep = false
  for (const [index, { path, sizeBytes }] of entries.entries()) {
    const isFolder = sizeBytes === undefined
    const names = [...path]
    const last = names.pop()
    if (last === undefined) throw noTree(path)
    if (path.length > MAX_FOLDER_DEPTH) {
      isTooDeep = true
      continue
    }
    const folder = folderAt(root, isFolder ? path : names, path)
    if (isFolder) continue
    if (folder.has(last)) throw noTree(path)
    folder.set(last, index)
  }
  const offenders = new Offenders()
  check(root, name, offenders)
  if (isTooDeep) offenders.add(tooDeep(quoteName(name)))
  offenders.check(name)
  return root
}

function folderAt(root: FolderTree, names: readonly string[], path: readonly string[]): FolderTree {
  let folder = root
  for (const name of names) {
    const inside = folder.get(name) ?? new Map<string, FolderTree | number>()
    if (typeof inside === 'number') throw noTree(path)
    folder.set(name, inside)
    folder = inside
  }
  return folder
}

function check(folder: FolderTree, place: string, offenders: Offenders): void {
  const names = [...folder.keys()]
  for (const name of names) {
    try {
      checkFileName(name, place)
    } catch (error) {
      if (!(error instanceof KithError)) throw error
      offenders.add(error)
    }
  }
  for (const twins of twinsOf(names.sort())) offenders.add(twinError(twins, place))
  for (const [name, inside] of folder) {
    if (typeof inside !== 'number') check(inside, `${place}/${name}`, offenders)
  }
}

function noTree(path: readonly string[]): KithError {
  return new KithError('bad-value', `${quoteName(path.join('/'))} is in the folder twice, or is no path`)
}
