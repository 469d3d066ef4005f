/** Why a node cannot be started on a data folder that another process uses, or that is a copy of one, and what helps. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readApiFile, readCopiedApiFile } from '../api/api-file.ts'
import { ApiClient } from '../api/client.ts'
import { KithError } from '../kith.ts'

/** A data folder, and how commands are run, on it and in general. */
interface Place {
  readonly dataDir: string
  readonly kith: string
  command(words: string): string
}

const ADVICE_FOR_COPIES = 'To copy a node, stop it first and copy the whole folder without links; never run both.'

/**
 * Throws a KithError `folder-in-use` if the folder is a copy of that of a node that runs on this machine: with one key,
 * the two would write two histories.
 */
export async function requireNoOriginal(place: Place): Promise<void> {
  const original = readCopiedApiFile(place.dataDir)
  if (original === undefined) return
  try {
    await new ApiClient(original).call('id', {})
  } catch {
    return // another process has its number now, or the folder is of another machine
  }
  throw new KithError(
    'folder-in-use',
    `${place.dataDir} is a copy of ${original.dataDir}, whose node is running (process ${original.pid}): with one key, they would write two histories. ${ADVICE_FOR_COPIES} Stop the other: ${stopCommand(place, original.dataDir)}. Or start a second node: ${secondNode(place)}`,
  )
}

/** Says what to do where the store can only tell that its database is in use; any other error unchanged. */
export function toldInUse(place: Place, cause: unknown): unknown {
  if (!(cause instanceof KithError) || cause.code !== 'folder-in-use') return cause
  const { dataDir } = place
  const pid = readApiFile(dataDir)?.pid
  return new KithError(cause.code, pid === undefined ? usedBySomething(place) : usedBy(place, pid), { cause })
}

/** The usual second start. */
function usedBy(place: Place, pid: number): string {
  return `A node is already running (process ${pid}) with ${place.dataDir}. Stop it: ${place.command('stop')}. Or start a second node: ${secondNode(place)}`
}

function usedBySomething(place: Place): string {
  const { dataDir } = place
  const original = readCopiedApiFile(dataDir)
  if (original !== undefined || isLinked(dataDir)) {
    const where = original === undefined ? 'elsewhere' : `in ${original.dataDir} (process ${original.pid})`
    const stop = original === undefined ? '' : ` Stop it: ${stopCommand(place, original.dataDir)}.`
    return `The database of ${dataDir} is also that of a node that runs ${where}: its files are hard links.${stop} ${ADVICE_FOR_COPIES} Or start a second node: ${secondNode(place)}`
  }
  return `Another process has opened the database of ${dataDir}: a node that is just starting or stopping, kith repair, or another program. Wait until it has ended, or end it. Or start a second node: ${secondNode(place)}`
}

function isLinked(dataDir: string): boolean {
  return (statSync(join(dataDir, 'kith.db'), { throwIfNoEntry: false })?.nlink ?? 1) > 1
}

function stopCommand({ kith }: Place, dataDir: string): string {
  return `${kith} stop --data ${dataDir}`
}

function secondNode({ kith }: Place): string {
  return `${kith} start --profile NAME`
}
