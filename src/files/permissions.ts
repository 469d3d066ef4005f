/**
 * The permissions of what is saved: new files and folders get those that any program of the user gives them, and a file
 * that replaces another gets the other's. Whether a file can be executed is not kept in a DAG.
 */
import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { KithError } from '../kith.ts'
import { hasCode } from './disk-errors.ts'

/** The largest umask: it takes away all permissions. */
const UMASK_MAX = 0o777

const NEW_FILE_MODE = 0o666
const NEW_FOLDER_MODE = 0o777
const OWNER_ONLY_FILE = 0o600

/** Bits for owner, group and others. A replaced file's setuid bit was not meant for what a peer has written. */
const PERMISSION_BITS = 0o777
/** Setuid, setgid and sticky. New folders inherit setgid, by which what is put into them belongs to the same group. */
const SPECIAL_BITS = 0o7000

/** For `chown`: leaves the owner, or the group, as it is. */
const UNCHANGED = -1

/** Throws a KithError `bad-value` if a umask is not one. */
export function checkUmask(umask: number): void {
  if (Number.isSafeInteger(umask) && umask >= 0 && umask <= UMASK_MAX) return
  throw new KithError('bad-value', 'a umask must be a whole number from 0 to 511, which is 0o777')
}

/** The mode to create a file with. Until it is complete, nobody may read it who may not read the file that it replaces. */
export function creationMode(replaced: Stats | undefined): number {
  return replaced === undefined ? NEW_FILE_MODE : OWNER_ONLY_FILE
}

/** Gives a new file the permissions that a umask leaves. Undefined: the process's own, which it has already. */
export async function permitFile(file: FileHandle, umask: number | undefined): Promise<void> {
  if (umask !== undefined) await asAllowed(() => file.chmod(NEW_FILE_MODE & ~umask))
}

/** Gives a new folder the permissions that a umask leaves. Undefined: the process's own, which it has already. */
export async function permitFolder(folder: FileHandle, umask: number | undefined): Promise<void> {
  if (umask === undefined) return
  const { mode } = await folder.stat()
  await asAllowed(() => folder.chmod((mode & SPECIAL_BITS) | (NEW_FOLDER_MODE & ~umask)))
}

/** Gives a file the permissions of the one that it replaces, and its group and owner, as far as the process may. */
export async function takePermissions(file: FileHandle, replaced: Stats): Promise<void> {
  const { uid, gid, mode } = replaced
  const own = await file.stat()
  if (gid !== own.gid) await asAllowed(() => file.chown(UNCHANGED, gid))
  await asAllowed(() => file.chmod(mode & PERMISSION_BITS))
  // Last: who gives a file away may no longer be allowed to change it.
  if (uid !== own.uid) await asAllowed(() => file.chown(uid, UNCHANGED))
}

/** Some file systems, as on memory sticks, have no permissions, and only the administrator gives files to others. */
async function asAllowed(change: () => Promise<void>): Promise<void> {
  try {
    await change()
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw error
  }
}
