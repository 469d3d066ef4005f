/** Asks for passphrases, or reads them from a file or the environment: never from the command line, which others see. */
import { isUtf8 } from 'node:buffer'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
// By name, an older Node could not load it: see `needed-node.ts`.
import * as util from 'node:util'
import { Option } from 'commander'
import { readAtMost } from '../bounded-file.ts'
import { KithError } from '../kith.ts'
import { FailedError, UsageError } from './exit.ts'
import type { Output, Terminal } from './terminal.ts'

/** Whose passphrase is asked for, and what is to be done where it cannot be. */
interface Question {
  whose: string
  nowhere: string
}

/** What a `Context` has of that. */
interface Asking {
  terminal: Terminal
  output: Output
}

const VARIABLE = 'KITH_PASSPHRASE'

/** More than a passphrase may have: what is larger is another file than meant. */
const MAX_FILE_BYTES = 4096

/** As often as a login asks. */
const TRIES = 3

/** What nobody should learn too late. */
export const FORGOTTEN =
  'A passphrase that is forgotten cannot be found again by anybody: write it down, and keep it apart.'

const OF_THE_KEY: Question = {
  whose: 'the key',
  nowhere: `The key of this node is protected by a passphrase, and there is no terminal to ask for it: set ${VARIABLE}, or start the node with --passphrase-file FILE.`,
}

/** Of the key of this node, for a command with the option. */
export const OF_THIS_KEY: Question = {
  whose: 'the key',
  nowhere: `The key of this node is protected by a passphrase, and there is no terminal to ask for it: give --passphrase-file FILE, or set ${VARIABLE}.`,
}

/** The same for a command whose option is about another passphrase. */
export const PRESENT_OF_THE_KEY: Question = {
  whose: 'the key',
  nowhere: `The key of this node is protected by a passphrase already, and there is no terminal to ask for it: set ${VARIABLE}.`,
}

export const OF_THE_BACKUP: Question = {
  whose: 'the backup',
  nowhere: 'There is no terminal to ask for the passphrase of the backup: give --passphrase-file FILE.',
}

export function passphraseFileOption(description: string): Option {
  return new Option('--passphrase-file <file>', description)
}

/**
 * Does what needs a key: at first without a passphrase, and if it has one, with that from the file, the environment or
 * the terminal. Throws what `use` throws, and a UsageError where nobody can be asked.
 */
export async function withPassphrase<Result>(
  context: Asking,
  file: string | undefined,
  use: (passphrase: string | undefined) => Promise<Result>,
  { whose, nowhere }: Question = OF_THE_KEY,
): Promise<Result> {
  if (file !== undefined) return use(await readPassphrase(file))
  try {
    return await use(undefined)
  } catch (error) {
    if (!isCode(error, 'no-passphrase')) throw error
  }
  const given = context.terminal.env[VARIABLE] ?? ''
  if (given !== '') return use(given)
  for (let left = TRIES; ; left--) {
    const passphrase = await ask(context, `Passphrase of ${whose}: `, nowhere)
    try {
      return await use(passphrase)
    } catch (error) {
      if (left === 1 || !isCode(error, 'wrong-passphrase')) throw error
      context.output.note('That is not the passphrase. Try again.')
    }
  }
}

/**
 * A passphrase that is being chosen: asked for twice, or from the file. `why` is said before. Throws what `check` throws
 * for one that nobody should choose, before it is typed again.
 */
export async function newPassphrase(
  context: Asking,
  file: string | undefined,
  why: readonly string[],
  check: (passphrase: string) => void,
): Promise<string> {
  const nowhere = 'There is no terminal to ask for a passphrase: give --passphrase-file FILE.'
  if (file === undefined) requireTerminal(context, nowhere)
  for (const line of [...why, FORGOTTEN]) context.output.note(line)
  if (file !== undefined) return readPassphrase(file)
  const passphrase = await ask(context, 'New passphrase: ', nowhere)
  check(passphrase)
  if ((await ask(context, 'The same again: ', nowhere)) === passphrase) return passphrase
  throw new FailedError('These were two different passphrases. Nothing was changed.')
}

/** The first line of a file, which must be the only one. Throws a UsageError. */
async function readPassphrase(path: string): Promise<string> {
  const text = textOf(path, await readStart(path))
  const [line = '', ...others] = text.split(/\r?\n/)
  if (line === '' || others.some((other) => other !== '')) {
    throw new UsageError(`The file ${path} must have the passphrase on one line, and nothing else.`)
  }
  return line
}

async function readStart(path: string): Promise<Buffer> {
  try {
    return await readAtMost(path, MAX_FILE_BYTES)
  } catch (error) {
    const { message, errno } = error as NodeJS.ErrnoException
    throw unreadable(path, errno === undefined ? message : util.getSystemErrorMessage(errno))
  }
}

function textOf(path: string, bytes: Buffer): string {
  if (bytes.length > MAX_FILE_BYTES) throw unreadable(path, `it has more than ${MAX_FILE_BYTES} bytes`)
  if (!isUtf8(bytes)) throw unreadable(path, 'it is not text in UTF-8')
  return new TextDecoder().decode(bytes)
}

function unreadable(path: string, why: string): UsageError {
  return new UsageError(`The passphrase cannot be read from ${path}: ${why}`)
}

/** Asks on the terminal, which does not show what is typed. Throws a UsageError that says `nowhere` where there is none. */
async function ask(context: Asking, question: string, nowhere: string): Promise<string> {
  requireTerminal(context, nowhere)
  const { stdin, stderr } = context.terminal
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const asking = createInterface({ input: stdin, output: unseen, terminal: true, historySize: 0 })
  // After Ctrl-Z, readline leaves it to its user to go on.
  asking.on('SIGCONT', () => {
    stderr.write(question)
    asking.resume()
  })
  try {
    stderr.write(question)
    return await Promise.race([asking.question(''), ended(asking)])
  } catch (error) {
    if (error instanceof FailedError) throw error
    throw new FailedError('Nothing was changed.', { cause: error })
  } finally {
    asking.close()
    stderr.write('\n')
  }
}

/** Ctrl-C or Ctrl-D. */
async function ended(asking: ReturnType<typeof createInterface>): Promise<never> {
  await new Promise((resolve) => asking.once('close', resolve))
  throw new FailedError('Nothing was changed.')
}

function requireTerminal({ terminal }: Asking, nowhere: string): void {
  if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) throw new UsageError(nowhere)
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof KithError && error.code === code
}
