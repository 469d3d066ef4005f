/** Gathers what the system says: disk, descriptors, interfaces. */
import { readdirSync, readFileSync } from 'node:fs'
import { access, constants, statfs } from 'node:fs/promises'
import { interfaceFacts } from '../../host/interface-facts.ts'
import type { DiagnosisFacts } from '../../kith.ts'

type SystemFacts = DiagnosisFacts['system']

/** Files that this process has opened and may open; null where the system does not say. */
export function descriptorsHere(): { open: number; max: number } | null {
  try {
    const max = Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])
    return Number.isNaN(max) ? null : { open: readdirSync('/proc/self/fd').length, max }
  } catch {
    return null // not Linux, or no descriptor is left to ask with
  }
}

/** Of a machine on which no node runs. */
export async function systemFacts(dataDir: string): Promise<SystemFacts> {
  const interfaces = interfaceFacts(undefined)
  return {
    nodeVersion: process.version,
    descriptors: descriptorsHere(),
    ...(await diskOf(dataDir)),
    dataDir,
    interfaces,
  }
}

async function diskOf(dataDir: string): Promise<Pick<SystemFacts, 'freeBytes' | 'folderError'>> {
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(dataDir)
    return { freeBytes: bavail * bsize, folderError: null }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    // The first start makes it.
    if (code === 'ENOENT') return { freeBytes: null, folderError: null }
    return { freeBytes: null, folderError: code === 'EACCES' ? 'this user may not write there' : message }
  }
}
