/** Why a node cannot be started on a data folder that another process uses, or that is a copy of one, and what helps. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readApiFile, readCopiedApiFile } from '../api/api-file.ts'
import { ApiClient } from '../api/client.ts'
import { KithError } from '../kith.ts'
import type { Context } from './context.ts'

const ADVICE_FOR_COPIES = 'To copy a node, stop it first and copy the whole folder without links; never run both.'

/**
 * Throws a KithError `folder-in-use` if the folder is a copy of that of a node that runs on this machine: with one key,
 * the two would write two histories.
 */
export async function requireNoOriginal(context: Context): Promise<void> {
  const original = readCopiedApiFile(context.dataDir)
  if (original === undefined) return
  try {
    await new ApiClient(original).call('id', {})
  } catch {
    return // another process has its number now, or the folder is of another machine
  }
  throw new KithError(
    'folder-in-use',
    `${context.dataDir} is a copy of ${original.dataDir}, whose node is running (process ${original.pid}): with one key, they would write two histories. ${ADVICE_FOR_COPIES} Stop the other: ${stopCommand(context, original.dataDir)}. Or start a second node: ${secondNode(context)}`,
  )
}

/** What to do where the store can only tell that its database is in use. */
export function alreadyRunning(context: Context, cause: KithError): KithError {
  const { dataDir } = context
  const pid = readApiFile(dataDir)?.pid
  return new KithError(cause.code, pid === undefined ? usedBySomething(context) : usedBy(context, pid), { cause })
}

/** The usual second start. */
function usedBy(context: Context, pid: number): string {
  return `A node is already running (process ${pid}) with ${context.dataDir}. Stop it: ${context.command('stop')}. Or start a second node: ${secondNode(context)}`
}

function usedBySomething(context: Context): string {
  const { dataDir } = context
  const original = readCopiedApiFile(dataDir)
  if (original !== undefined || isLinked(dataDir)) {
    const where = original === undefined ? 'elsewhere' : `in ${original.dataDir} (process ${original.pid})`
    const stop = original === undefined ? '' : ` Stop it: ${stopCommand(context, original.dataDir)}.`
    return `The database of ${dataDir} is also that of a node that runs ${where}: its files are hard links.${stop} ${ADVICE_FOR_COPIES} Or start a second node: ${secondNode(context)}`
  }
  return `Another process has opened the database of ${dataDir}: a node that is just starting or stopping, kith repair, or another program. Wait until it has ended, or end it. Or start a second node: ${secondNode(context)}`
}

function isLinked(dataDir: string): boolean {
  return (statSync(join(dataDir, 'kith.db'), { throwIfNoEntry: false })?.nlink ?? 1) > 1
}

function stopCommand({ kith }: Context, dataDir: string): string {
  return `${kith} stop --data ${dataDir}`
}

function secondNode({ kith }: Context): string {
  return `${kith} start --profile NAME`
}
