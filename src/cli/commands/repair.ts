/** `kith repair`: saves what can be read of a damaged store. */
import type { Command } from 'commander'
import { readApiFile } from '../../api/api-file.ts'
import { grouped } from '../../grouped.ts'
import type { RepairedRoom, RepairOptions, RepairReport } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { toldInUse } from '../folder-in-use.ts'
import { OF_THIS_KEY, passphraseFileOption, withPassphrase } from '../passphrase.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { LiveLine } from '../terminal.ts'
import { clean, counted, shortId } from '../text.ts'

/** Repairs a data folder; tests pass a fake. */
export type Repair = (options: RepairOptions) => Promise<RepairReport>

interface RepairFlags {
  writeAnyway?: boolean
  passphraseFile?: string
}

export function addRepairCommand(program: Command, run: Run, repair: Repair): void {
  addCommand(program, {
    name: 'repair',
    description: "repair a stopped node's damaged data",
    examples: [
      ['kith repair', ''],
      ['kith repair --write-anyway', 'also write where documents of your own are lost for good'],
    ],
    notes: [
      'Checks the database and verifies the files. A damaged database is kept beside the new one, as',
      'kith.db-damaged-1; what can be read of it is saved, and the next start fetches the rest from other',
      'nodes. Where documents that you wrote are missing, nothing can be written until a member of the room',
      'who has them is connected. --write-anyway is for those that nobody has: if somebody has them after',
      'all, both histories are kept, and everybody is told that you have two.',
    ],
  })
    .option('--write-anyway', 'write in rooms where documents of your own are missing')
    .addOption(passphraseFileOption('file with the passphrase of the key on one line'))
    .action(run((context, flags: RepairFlags) => repairNode(context, flags, repair)))
}

async function repairNode(
  context: Context,
  { writeAnyway = false, passphraseFile }: RepairFlags,
  repair: Repair,
): Promise<void> {
  const { terminal, dataDir, output } = context
  const api = readApiFile(dataDir)
  if (api !== undefined) {
    throw new FailedError(`The node is running (process ${api.pid}). Stop it first: ${context.command('stop')}`)
  }
  const line = new LiveLine(terminal)
  const onProgress = (doing: string, share: number | undefined): void => {
    if (terminal.stderr.isTTY !== true) return
    line.show(share === undefined ? `${doing}…` : `${doing}… ${Math.floor(share * 100)}%`)
  }
  try {
    const repairWith = (passphrase: string | undefined): Promise<RepairReport> =>
      repair({ dataDir, writeAnyway, onProgress, ...(passphrase !== undefined && { passphrase }) })
    const report = await withPassphrase(context, passphraseFile, repairWith, OF_THIS_KEY).catch((error: unknown) => {
      throw toldInUse(context, error)
    })
    line.clear()
    output.result(report, () => [...describe(report), '', `Start the node: ${context.command('start')}`])
  } finally {
    line.clear()
  }
}

function describe(report: RepairReport): string[] {
  const { damage, copy, isRoomListLost, rooms, damagedTables, blocks, givenUp, heldBack } = report
  const lines = damage === null ? ['The database is sound.'] : [`The database was damaged: ${clean(damage)}`]
  if (copy !== null) lines.push(`It is kept as ${clean(copy)}.`)
  if (isRoomListLost) {
    lines.push(
      'Its list of rooms (kith.db-rooms) was missing or damaged, and was made anew from the database.',
      'Join rooms again that are missing in kith room list, or restore a backup of the whole folder.',
    )
  }
  for (const room of rooms) lines.push(roomLine(room))
  if (damagedTables.length > 0) lines.push(`Some settings could not be read: ${damagedTables.join(', ')}`)
  const lost = blocks.lost === 0 ? 'all sound' : `${grouped(blocks.lost)} missing or damaged, to be fetched again`
  lines.push(`Files: ${counted(blocks.checked, 'block')} verified, ${lost}`)
  for (const { id, name } of givenUp)
    lines.push(`${nameOf({ id, name })} can be written in although documents are missing`)
  if (heldBack.length > 0) {
    lines.push(
      '',
      `Nothing can be written in ${heldBack.map(nameOf).join(', ')} until what you wrote there is back from a member.`,
      'If nobody can have it: kith repair --write-anyway',
    )
  }
  return lines
}

function roomLine(room: RepairedRoom): string {
  const { had, saved, waiting } = room
  const lost = had === null ? '' : saved < had ? ` of ${grouped(had)}` : ', all that there were'
  const pending = waiting === 0 ? '' : `; ${grouped(waiting)} more wait for lost ones`
  return `${nameOf(room)}: ${counted(saved, 'document')} saved${lost}${pending}`
}

function nameOf({ id, name }: { id: string; name: string }): string {
  return clean(name) || `room ${shortId(id)}`
}
