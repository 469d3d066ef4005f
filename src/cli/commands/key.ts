/** `kith key`: the node's identity, its backups, and its passphrase. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readApiFile } from '../../api/api-file.ts'
import type { KeyInfo, KeyOptions } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import {
  FORGOTTEN,
  isCode,
  newPassphrase,
  OF_THE_BACKUP,
  OF_THIS_KEY,
  PRESENT_OF_THE_KEY,
  passphraseFileOption,
  withPassphrase,
} from '../passphrase.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, fields, inGroups, shellWord } from '../text.ts'

/** What the library does with keys; libp2p takes long to load, and only these commands need it. */
export interface Keys {
  showKey: (options: Pick<KeyOptions, 'dataDir'>) => Promise<KeyInfo>
  backUpKey: (options: KeyOptions & { path: string; backupPassphrase?: string }) => Promise<KeyInfo>
  restoreKey: (options: KeyOptions & { path: string }) => Promise<KeyInfo>
  protectKey: (options: KeyOptions & { newPassphrase: string }) => Promise<KeyInfo>
  unprotectKey: (options: KeyOptions) => Promise<KeyInfo>
  sealFolder: (options: KeyOptions) => Promise<KeyInfo>
  unsealFolder: (options: KeyOptions) => Promise<KeyInfo>
  checkPassphrase: (options: KeyOptions) => Promise<void>
  checkNewPassphrase: (passphrase: string) => void
}

interface FileFlag {
  passphraseFile?: string
}

export function addKeyCommands(program: Command, run: Run, load: () => Promise<Keys>): void {
  const key = addCommand(program, {
    name: 'key',
    summary: "back up or protect this node's identity",
    description: "show, back up and restore this node's identity, or protect it with a passphrase",
    examples: [
      ['kith key show', 'whose key it is, and whether it is protected'],
      ['kith key backup kith-key.txt', 'a text that you can print'],
      ['kith key restore kith-key.txt', 'on another machine, once this one is gone'],
      ['kith key protect', 'kith start then asks for a passphrase'],
      ['kith key seal', 'messages and files of open rooms, too'],
    ],
    notes: ['Whoever has the key is you, in all your rooms, for ever. Without it nobody can be.'],
  })
  addCommand(key, {
    name: 'show',
    description: 'show the peer id and the fingerprint of this node, and how its key is kept',
    examples: [['kith key show', '']],
    notes: ['The words are half of those that kith verify shows. Works also while the node is stopped.'],
  }).action(run((context) => show(context, load)))
  addCommand(key, {
    name: 'backup',
    description: 'write the key of this node to a new text file, encrypted under a passphrase',
    examples: [
      ['kith key backup kith-key.txt', ''],
      ['kith key backup kith-key.txt --passphrase-file secret', 'without being asked'],
    ],
    notes: [
      'The file is the identity of this node and nothing else: no messages, files or room ids. Rooms come back from other',
      'members. Print it, or copy it where this machine cannot lose it. A key that is protected keeps its passphrase in the',
      'backup; for another one a passphrase is asked for, twice.',
      FORGOTTEN,
    ],
  })
    .argument('<file>', 'a file that does not exist yet')
    .addOption(passphraseFileOption('file with the passphrase on one line'))
    .action(run((context, file: string, flags: FileFlag) => backUp(context, file, flags, load)))
  addCommand(key, {
    name: 'restore',
    description: 'put the key of a backup into a data folder without one',
    examples: [
      ['kith key restore kith-key.txt', 'before the first kith start'],
      ['kith key restore kith-key.txt --profile old', 'beside another node'],
    ],
    notes: [
      'The key stays protected by the passphrase of the backup: kith key unprotect takes that away. Join your rooms again',
      'then. In each this node writes nothing until it has caught up with a member, as it may have written there before.',
      'Never use one key on two machines: each would write in place of the other, and everybody is told.',
    ],
  })
    .argument('<file>', 'the backup')
    .addOption(passphraseFileOption('file with the passphrase of the backup on one line'))
    .action(run((context, file: string, flags: FileFlag) => restore(context, file, flags, load)))
  addCommand(key, {
    name: 'protect',
    description: 'encrypt the key of this node under a passphrase, or under another one',
    examples: [
      ['kith key protect', 'asks for it twice'],
      ['kith key protect --passphrase-file secret', 'without being asked'],
    ],
    notes: [
      'kith start then asks for the passphrase, or reads it with --passphrase-file or from KITH_PASSPHRASE. It also protects',
      'what this disk has of private rooms, and after kith key seal of all rooms. Copies of the key from before,',
      'such as in a backup of the disk, stay as they are. To change a passphrase without a terminal, give the present one in KITH_PASSPHRASE.',
      FORGOTTEN,
    ],
  })
    .addOption(passphraseFileOption('file with the new passphrase on one line'))
    .action(run((context, flags: FileFlag) => protect(context, flags, load)))
  addCommand(key, {
    name: 'unprotect',
    description: 'take away the passphrase of the key of this node',
    examples: [['kith key unprotect', '']],
    notes: ['Whoever can read the data folder then has the key.'],
  })
    .addOption(passphraseFileOption('file with the present passphrase on one line'))
    .action(run((context, flags: FileFlag) => unprotect(context, flags, load)))
  addCommand(key, {
    name: 'seal',
    description: 'encrypt messages and files of all rooms on this disk, while the node is stopped',
    examples: [['kith key seal', 'asks for the passphrase of the key']],
    notes: [
      'Without it only what private rooms have is sealed: see kith key protect. It takes as much free space as your messages',
      'and files do, for a while, and makes the node somewhat slower. Room ids and addresses of peers stay readable, so',
      'whoever finds the folder and reaches a member can still read an open room there. Copies from before stay as they are.',
    ],
  })
    .addOption(passphraseFileOption('file with the passphrase of the key on one line'))
    .action(run((context, flags: FileFlag) => seal(context, flags, load)))
  addCommand(key, {
    name: 'unseal',
    description: 'keep messages and files of open rooms as they are again, while the node is stopped',
    examples: [['kith key unseal', '']],
    notes: ['What private rooms have stays sealed.'],
  })
    .addOption(passphraseFileOption('file with the passphrase of the key on one line'))
    .action(run((context, flags: FileFlag) => unseal(context, flags, load)))
}

async function show(context: Context, load: () => Promise<Keys>): Promise<void> {
  const { showKey } = await load()
  const info = await showKey({ dataDir: context.dataDir })
  context.output.result(info, () =>
    fields([
      ['Peer id', info.peer],
      ['Words', info.words.join(' ')],
      ['Digits', inGroups(info.digits)],
      ['Key', clean(info.path)],
      ['Protected', info.isProtected ? 'by a passphrase' : `no: ${context.command('key protect')}`],
      ['Sealed', sealedLine(context, info)],
    ]),
  )
}

async function backUp(context: Context, file: string, flags: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const keys = await load()
  const { dataDir } = context
  const { isProtected } = await keys.showKey({ dataDir })
  const path = resolve(file)
  const why = ['The backup is encrypted under a passphrase of its own.']
  const backUpWith = (given: { passphrase?: string; backupPassphrase?: string }): Promise<KeyInfo> =>
    keys.backUpKey({ dataDir, path, ...given })
  const choose = async (): Promise<string> => {
    // Fails for what is wrong with the file, before anybody is asked.
    await backUpWith({}).catch((error: unknown) => {
      if (!isCode(error, 'no-passphrase')) throw error
    })
    return newPassphrase(context, flags.passphraseFile, why, keys.checkNewPassphrase)
  }
  const info = isProtected
    ? await withPassphrase(
        context,
        flags.passphraseFile,
        (passphrase) => backUpWith({ ...(passphrase !== undefined && { passphrase }) }),
        OF_THIS_KEY,
      )
    : await backUpWith({ backupPassphrase: await choose() })
  context.output.result({ ...info, backup: path }, () => [
    `The identity of this node is in ${clean(path)}${isProtected ? ', under the passphrase of the key' : ''}.`,
    'Nothing else of the node is: rooms, messages and files come back from other members, of private rooms by an invite.',
    `To use it:  ${context.kith} key restore ${shellWord(clean(file))}`,
  ])
}

async function restore(context: Context, file: string, flags: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const { dataDir } = context
  requireStopped(context)
  const keys = await load()
  const path = resolve(file)
  const decrypt = (passphrase: string | undefined): Promise<KeyInfo> =>
    keys.restoreKey({ dataDir, path, ...(passphrase !== undefined && { passphrase }) })
  const info = await withPassphrase(context, flags.passphraseFile, decrypt, OF_THE_BACKUP)
  context.output.result(info, () => [
    `This node is ${info.peer} again. Its key has the passphrase of the backup.`,
    'Join its rooms again, private ones by an invite; it writes in each once it has caught up with a member. Never run it',
    'beside another copy.',
    `Start it:  ${context.command('start')}`,
  ])
}

async function protect(context: Context, { passphraseFile }: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const keys = await load()
  const { dataDir } = context
  const { isProtected } = await keys.showKey({ dataDir })
  const check = async (passphrase: string | undefined): Promise<{ passphrase?: string }> => {
    const given = { ...(passphrase !== undefined && { passphrase }) }
    await keys.checkPassphrase({ dataDir, ...given })
    return given
  }
  const before = await withPassphrase(context, undefined, check, PRESENT_OF_THE_KEY)
  const why = [isProtected ? 'The key gets another passphrase.' : 'From now on the key needs a passphrase.']
  const chosen = await newPassphrase(context, passphraseFile, why, keys.checkNewPassphrase)
  const info = await keys.protectKey({ dataDir, ...before, newPassphrase: chosen })
  context.output.result(info, () => [
    `The key of ${info.peer} is protected by the ${isProtected ? 'new ' : ''}passphrase from now on.`,
    info.sealed === 'all'
      ? 'That also protects what this disk has of all rooms.'
      : `That also protects what this disk has of private rooms; of all rooms after ${context.command('key seal')}`,
  ])
}

async function unprotect(context: Context, { passphraseFile }: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const keys = await load()
  const { dataDir } = context
  const { isProtected } = await keys.showKey({ dataDir })
  if (!isProtected) throw new FailedError('The key of this node has no passphrase.')
  const decrypt = (passphrase: string | undefined): Promise<KeyInfo> =>
    keys.unprotectKey({ dataDir, ...(passphrase !== undefined && { passphrase }) })
  const info = await withPassphrase(context, passphraseFile, decrypt, OF_THIS_KEY)
  context.output.result(info, () => [`The key of ${info.peer} has no passphrase any more.`])
}

const SEALED = {
  'private-rooms': 'what private rooms have; messages and files of open rooms lie open on this disk',
  all: 'messages and files of all rooms',
  unfinished: 'some of the messages and files; the rest lies open until that is finished',
}

function sealedLine(context: Context, { isProtected, sealed }: KeyInfo): string {
  const canGoOn = isProtected && sealed !== 'all'
  return canGoOn ? `${SEALED[sealed]}: ${context.command('key seal')}` : SEALED[sealed]
}

async function seal(context: Context, { passphraseFile }: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const { dataDir } = context
  requireStopped(context)
  const keys = await load()
  const { isProtected } = await keys.showKey({ dataDir })
  if (!isProtected) {
    const how = `Protect it first: ${context.command('key protect')}`
    throw new FailedError(`The key of this node lies open beside what it would seal. ${how}`)
  }
  const info = await withPassphrase(
    context,
    passphraseFile,
    (passphrase) => keys.sealFolder({ dataDir, ...(passphrase !== undefined && { passphrase }) }),
    OF_THIS_KEY,
  )
  context.output.result(info, () => [
    'Messages and files of all rooms are sealed on this disk, and so will be what comes.',
    'Copies from before, such as in a backup, stay as they are.',
  ])
}

async function unseal(context: Context, { passphraseFile }: FileFlag, load: () => Promise<Keys>): Promise<void> {
  const { dataDir } = context
  requireStopped(context)
  const keys = await load()
  const info = await withPassphrase(
    context,
    passphraseFile,
    (passphrase) => keys.unsealFolder({ dataDir, ...(passphrase !== undefined && { passphrase }) }),
    OF_THIS_KEY,
  )
  context.output.result(info, () => ['Messages and files of open rooms lie open on this disk again.'])
}

function requireStopped(context: Context): void {
  const api = readApiFile(context.dataDir)
  if (api === undefined) return
  throw new FailedError(`The node is running (process ${api.pid}). Stop it first: ${context.command('stop')}`)
}
