/** The messages of StoreErrors: one line that says what is wrong, where, and what to do about it. */
import { StoreError, type StoreErrorOptions } from './store.ts'

/** What to do about a damaged database; follows what is wrong. */
export const REPAIR_ADVICE =
  'kith repair keeps a copy, saves what can be read, and the rest comes back from other nodes (or restore a backup of the whole folder)'

/** For the files of a node, its peers, and blocks on their way to the disk. */
const ADVISED_DESCRIPTORS = 1_024

function adviceFor(code: StoreError['code'], path: string, detail: string): string {
  switch (code) {
    case 'locked':
      return `another process is using ${path}: stop that node, or use another data folder`
    case 'full':
      return `no space left to write ${path}: free some space and try again; nothing acknowledged was lost`
    case 'corrupt':
      return `${path} is damaged: ${REPAIR_ADVICE}`
    case 'newer':
      return `${path} was written by a newer version of Kith (${detail}): update Kith, or use another data folder`
    case 'busy':
      return `too many files are open to use ${path} (${detail}): raise the limit (ulimit -n; ${ADVISED_DESCRIPTORS} or more), or end other programs`
    case 'io':
      return `cannot use ${path} (${detail}): check that its folder exists and is writable, and check the disk and your quota`
  }
}

/** The StoreError for the file or folder at `path`. `detail` is the system's message, which only `io` and `newer` show. */
export function storeError(
  code: StoreError['code'],
  path: string,
  detail: string,
  options?: StoreErrorOptions,
): StoreError {
  return new StoreError(code, adviceFor(code, path, detail), options)
}

/** The database contradicts itself. */
export function damaged(path: string): StoreError {
  return storeError('corrupt', path, '')
}

/** Something in the database is sealed, and the node's key does not open it. */
export function unreadable(path: string): StoreError {
  return new StoreError(
    'corrupt',
    `${path} was written with another identity.key, or is damaged: put back the key that belongs to it; if it is the right one, ${REPAIR_ADVICE}`,
  )
}

/** The database is sound, but less than it was. */
export function lostDocuments(path: string, had: number, left: number): StoreError {
  const what = had === left ? 'has lost a room' : `has lost documents: it had ${had}, and ${left} are left`
  return new StoreError('corrupt', `${path} ${what}: ${REPAIR_ADVICE}`)
}
