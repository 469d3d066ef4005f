/** Sizes of files that somebody adds by their bytes. */
import { KithError, type FolderEntry } from '../kith.ts'

/** Throws a KithError `bad-value` unless it is a size. */
export function requireSize(sizeBytes: number): void {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0) return
  throw new KithError('bad-value', 'a size must be a whole number of bytes, 0 or more')
}

/** The bytes of all files in a folder. Throws a KithError `bad-value`. */
export function sizeOfAll(entries: readonly FolderEntry[]): number {
  let all = 0
  for (const { sizeBytes = 0 } of entries) {
    requireSize(sizeBytes)
    all += sizeBytes
  }
  requireSize(all)
  return all
}
