/** Writes small files of which a crash leaves the old content or the new one, readable by their owner only. */
import { randomBytes } from 'node:crypto'
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const OWNER_ONLY_FILE = 0o600
const TEMPORARY = /\.[0-9a-f]{8}\.tmp$/

/** The content of a file; undefined if there is none. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a new file. One that is there by then stays as it is. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  await viaTemporary(path, bytes, async (temporary) => {
    try {
      await link(temporary, path)
    } catch {
      // The file exists by now, or the file system has no hard links, as on memory sticks.
      if ((await readIfPresent(path)) === undefined) await rename(temporary, path)
    }
  })
}

/** Writes a file in place of the one that is there. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await viaTemporary(path, bytes, (temporary) => rename(temporary, path))
  await removeLeftovers(path)
}

/** Removes what writers left that were killed: it may say what the file is to say no more. */
export async function removeLeftovers(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    const isLeftover = name.startsWith(`${basename(path)}.`) && TEMPORARY.test(name)
    if (isLeftover) await rm(join(dirname(path), name), { force: true })
  }
}

async function viaTemporary(path: string, bytes: Uint8Array, place: (temporary: string) => Promise<void>) {
  // Several processes may be writing at once: the folder may not be locked yet.
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeOwnerOnly(temporary, bytes)
    await place(temporary)
    await flushFolder(dirname(path))
  } finally {
    await rm(temporary, { force: true })
  }
}

async function writeOwnerOnly(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY_FILE)
  await file.chmod(OWNER_ONLY_FILE)
  await file.writeFile(bytes)
  await file.sync()
}

async function flushFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
