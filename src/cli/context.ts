/** What every command receives: the terminal, and the effect of the global options. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { NoNodeError, openApi } from '../api/client.ts'
import type { ApiClient } from '../api/client.ts'
import type { ApiInput, CallName, CallOutputs } from '../api/contract.ts'
import { UsageError } from './exit.ts'
import { toldInUse } from './folder-in-use.ts'
import { withPassphrase } from './passphrase.ts'
import { Output, withProgress } from './terminal.ts'
import type { CreateNode } from './create-node.ts'
import type { Terminal } from './terminal.ts'
import { shellWord } from './text.ts'

export interface GlobalOptions {
  json?: true
  profile?: string
  data?: string
}

const DEFAULT_PROFILE = 'default'

export class Context {
  readonly terminal: Terminal
  readonly output: Output
  readonly #options: GlobalOptions
  readonly #createNode: CreateNode | undefined
  #api: ApiClient | undefined

  constructor(terminal: Terminal, options: GlobalOptions, createNode?: CreateNode) {
    this.#createNode = createNode
    this.terminal = terminal
    this.output = new Output(terminal, options.json === true)
    this.#options = options
  }

  /** The data folder that `--data` or `--profile` names. Throws a UsageError. */
  get dataDir(): string {
    const { data, profile } = this.#options
    if (data !== undefined && profile !== undefined) {
      throw new UsageError('--data and --profile both choose the data folder; use only one of them.')
    }
    if (data === '') throw new UsageError('The folder of --data is empty.')
    if (data !== undefined) return resolve(data)
    const home = this.terminal.env.KITH_HOME || join(homedir(), '.kith')
    return resolve(home, profileName(profile ?? DEFAULT_PROFILE))
  }

  /** A command line that reaches the same node from the user's shell. */
  command(words: string): string {
    const { data, profile } = this.#options
    const folder =
      data !== undefined
        ? ` --data ${shellWord(data)}`
        : profile !== undefined
          ? ` --profile ${shellWord(profile)}`
          : ''
    return `${this.kith} ${words}${folder}`
  }

  /** How to run Kith: the way it was run this time. */
  get kith(): string {
    return this.terminal.env.npm_command === undefined ? 'kith' : 'npx kith'
  }

  /** Client of the node. Throws a NoNodeError. */
  get api(): ApiClient {
    this.#api ??= openApi(this.dataDir)
    return this.#api
  }

  /** Calls the node; `doing` is shown to the user if the call takes long. */
  call<Name extends CallName>(name: Name, input: ApiInput<Name>, doing: string): Promise<CallOutputs[Name]> {
    return withProgress(this.terminal, doing, this.api.call(name, input))
  }

  /**
   * The same for what may be done while no node runs, such as freeing space: a node without network does it then, in
   * this process.
   */
  async callOnFolder<Name extends CallName>(
    name: Name,
    input: ApiInput<Name>,
    doing: string,
  ): Promise<CallOutputs[Name]> {
    try {
      return await this.call(name, input, doing)
    } catch (error) {
      if (!(error instanceof NoNodeError) || this.#createNode === undefined || !hasStore(this.dataDir)) throw error
    }
    const [{ callHandlers }, { GuestBook }] = await Promise.all([
      import('../api/handlers.ts'),
      import('../api/guests/guest-book.ts'),
    ])
    const { dataDir } = this
    const create = this.#createNode
    const node = await withPassphrase(this, undefined, (passphrase) =>
      create({ dataDir, offline: true, ...(passphrase !== undefined && { passphrase }) }),
    ).catch((error: unknown) => {
      throw toldInUse(this, error)
    })
    const guests = { book: new GuestBook(dataDir), server: undefined }
    const handlers = callHandlers(node, () => {}, { toPage: noPage, toFile: noPage }, guests)
    try {
      return await withProgress(this.terminal, doing, Promise.resolve(handlers[name](input, null)))
    } finally {
      await node.stop()
    }
  }
}

/** A node that only does something to its folder serves nothing. */
function noPage(): never {
  throw new NoNodeError('No node is running on this data folder.')
}

/** Whether a node has ever run on a folder. */
function hasStore(dataDir: string): boolean {
  return existsSync(join(dataDir, 'kith.db'))
}

function profileName(name: string): string {
  if (/^[\w-][\w.-]*$/.test(name)) return name
  throw new UsageError(`"${name}" is not a valid profile name: use letters, digits, "-", "_" and ".".`)
}
