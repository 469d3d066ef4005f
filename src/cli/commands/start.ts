/** `kith start`: runs a node until it is stopped. The only command that loads the node's code. */
import { existsSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { Option } from 'commander'
import type { Command } from 'commander'
import type { ApiOptions, ApiServer } from '../../api/server.ts'
import type { KithNode, NodeOptions } from '../../kith.ts'
import { askName } from '../ask-name.ts'
import { MAX_PORT, readConfig } from '../config.ts'
import type { StartSettings } from '../config.ts'
import type { Context } from '../context.ts'
import { findingLine } from '../event-lines.ts'
import { UsageError } from '../exit.ts'
import { NodeFeed } from '../node-feed.ts'
import { requireOpenFiles } from '../open-files.ts'
import { FORGOTTEN, passphraseFileOption, withPassphrase } from '../passphrase.ts'
import { addCommand, listOption, sizeBytesOf, wholeNumber } from '../program.ts'
import type { CreateNode, Logs } from '../create-node.ts'
import type { Run } from '../program.ts'
import { requireNoOriginal, toldInUse } from '../folder-in-use.ts'
import { isAtDesktop, openPage } from '../open-page.ts'
import { withProgress } from '../terminal.ts'
import { clean, fields } from '../text.ts'
import { addWebOptions, guestWelcome, publicFields, splitServed, webSettingsOf, type WebFlags } from '../web-options.ts'
import { healthLine } from './doctor.ts'
import { addressFields, diskLine } from './node.ts'

/** What a node keeps is its user's alone, wherever the folder lies. */
const OWNER_ONLY_UMASK = 0o077

/** Where the build puts the page, beside the code that runs. */
const PAGE_FOLDER = join(dirname(findPackageJSON(import.meta.url) ?? ''), 'dist/web')

interface StartOptions extends WebFlags {
  listen?: string[]
  api?: number
  name?: string
  mdns: boolean
  ring: boolean
  ringMax?: number
  peer?: string[]
  app?: string[]
  config?: string
  passphraseFile?: string
  open: boolean
}

export function addStartCommand(program: Command, run: Run, createNode: CreateNode): void {
  const command = addCommand(program, {
    name: 'start',
    summary: 'start a node',
    description: 'start a node and run it until Ctrl-C or kith stop',
    examples: [
      ['kith start', ''],
      ['kith start --name Alice --listen /ip4/0.0.0.0/tcp/4001', 'with a display name and a fixed port'],
      ['kith start --profile bob', 'a second node on this machine'],
      ['kith start --peer /ip4/192.168.1.5/tcp/4001 --no-mdns', 'no discovery, only a peer at a known address'],
      ['kith start --app ./todo.ts', 'with an app of your own; see also kith do --help'],
      ['kith start --config kith.json', 'with settings from a file'],
      ['kith start --web 0.0.0.0:4081', 'with a page for guests on the local network: see kith guests --help'],
      ['kith start --public News --public-web 0.0.0.0:4090', 'with pages of a room that everybody may read'],
      ['kith start --passphrase-file secret', 'where the key is protected: see kith key protect --help'],
      ["KITH_LOG='kith:host:*' kith start", 'logging why peers are not connected'],
    ],
    notes: [
      'A terminal also gets a link to the page in the browser, which a desktop opens; kith open prints another one. The page',
      'is served with the local API, on the port of the last start unless --api says otherwise.',
      '',
      'The config file is JSON with any of these keys; options override it:',
      '  {"listen": ["/ip4/0.0.0.0/tcp/4001"], "api": 4080, "name": "Alice", "mdns": true, "peers": [], "ring": true,',
      '   "ringMaxBytes": 268435456, "apps": [], "web": "0.0.0.0:4081", "webNames": [], "webCert": "cert.pem", "webKey": "key.pem",',
      '   "public": [], "publicWeb": "127.0.0.1:4090"}',
      '',
      'Public pages show open rooms, and rooms that everybody reads, never private ones. They tell nobody how to join.',
      '',
      "KITH_LOG in the environment writes logs to stderr. It names what to log, as in libp2p's DEBUG:",
      '  kith:*                all events             kith:host:dial   dials and why they fail',
      '  kith:*:error          errors only            kith:protocol:*  streams and refusals',
      '  kith:*,kith:*:trace   every step             libp2p:*         libp2p itself',
      'KITH_LOG_FORMAT=json makes each log line a JSON object; so does --json.',
    ],
  })
    .addOption(listOption('--listen <address>', 'multiaddr to listen on (repeatable)'))
    .addOption(
      new Option(
        '--api <port>',
        'port of the local API and the page on 127.0.0.1 (default: that of the last start, or any free one)',
      ).argParser(wholeNumber(0, MAX_PORT)),
    )
    .option(
      '--name <name>',
      'the name others see, from now on (default: the last one; the first start asks, or takes that of this machine)',
    )
    .option('--no-mdns', 'do not look for peers on the local network')
    .option('--no-ring', 'take no part in the ring, and keep nothing there for others: see kith ring --help')
    .addOption(
      new Option('--ring-max <size>', 'how much to keep in the ring for others, e.g. 2GiB (default: 256MiB)').argParser(
        sizeBytesOf,
      ),
    )
    .addOption(listOption('--peer <address>', 'multiaddr of a peer to stay connected to (repeatable)'))
    .addOption(listOption('--app <file>', 'module that exports an app for this node to have (repeatable)'))
    .option('--config <file>', 'config file (default: config.json in the data folder, if it exists)')
    .option('--no-open', 'do not open the page in the browser of this desktop')
    .addOption(passphraseFileOption('file with the passphrase of the key on one line; that of a new node gets it'))
  addWebOptions(command).action(
    run((context, options: StartOptions) => {
      const { passphraseFile, open } = options
      return start(context, { ...settingsOf(context, options), passphraseFile, open }, createNode)
    }),
  )
}

function settingsOf(context: Context, options: StartOptions): StartSettings {
  const { listen, api, name, mdns, ring, ringMax, peer, app, config } = options
  return {
    ...readConfig(context.dataDir, config),
    ...(listen === undefined ? {} : { listen }),
    ...(api === undefined ? {} : { api }),
    ...(name === undefined ? {} : { name }),
    // The flag can only turn it off.
    ...(mdns ? {} : { mdns }),
    ...(ring ? {} : { ring }),
    ...(ringMax === undefined ? {} : { ringMaxBytes: ringMax }),
    ...(peer === undefined ? {} : { peers: peer }),
    ...(app === undefined ? {} : { apps: app }),
    ...webSettingsOf(options),
  }
}

/** Whether and how the node takes part in the ring. */
function ringOf(ring = true, quotaBytes?: number): Pick<NodeOptions, 'ring'> {
  if (!ring) return { ring }
  return quotaBytes === undefined ? {} : { ring: { quotaBytes } }
}

/** The log settings in the environment; undefined if logs are off. */
function logsOf({ terminal, output }: Context): Logs | undefined {
  const { KITH_LOG: patterns = '', KITH_LOG_FORMAT: format = output.json ? 'json' : 'text' } = terminal.env
  if (format !== 'text' && format !== 'json') {
    throw new UsageError(`KITH_LOG_FORMAT must be text or json, not "${format}".`)
  }
  return patterns === '' ? undefined : { patterns, format }
}

async function start(
  context: Context,
  settings: StartSettings & Pick<StartOptions, 'passphraseFile' | 'open'>,
  createNode: CreateNode,
): Promise<void> {
  const { api: port, apps, passphraseFile, open, ring, ringMaxBytes, ...others } = settings
  const { served, options } = splitServed(others)
  const { terminal, dataDir } = context
  requireOpenFiles()
  await requireNoOriginal(context)
  // What the node saves elsewhere follows the user's umask.
  const umask = process.umask(OWNER_ONLY_UMASK)
  const isNew = !existsSync(join(dataDir, 'identity.key'))
  if (isNew && passphraseFile !== undefined) context.output.note(FORGOTTEN)
  const name = isNew && options.name === undefined ? await askName(context) : undefined
  const named = name === undefined ? {} : { name }
  // Until the node runs, Ctrl-C simply ends the process, because a start may be interrupted at any point.
  const create = (passphrase: string | undefined): Promise<Started> => {
    const given = {
      ...options,
      ...named,
      ...ringOf(ring, ringMaxBytes),
      dataDir,
      ...(passphrase !== undefined && { passphrase }),
    }
    const created = createNode(given, logsOf(context), apps)
    // In the same turn, before anything can happen that nobody hears.
    return withProgress(
      terminal,
      'Starting',
      created.then((node) => startedOf(node, context)),
    )
  }
  const { node, feed, failed } = await withPassphrase(context, passphraseFile, create).catch((error: unknown) => {
    throw toldInUse(context, error)
  })
  const ended = Promise.withResolvers<void>()
  const forget = terminal.onInterrupt((cause) => {
    if (cause === 'unread') context.output.note('kith: nobody reads the output of this node any more, so it stops.')
    ended.resolve()
  })
  terminal.onUnwritten(onceUnwritten(context))
  try {
    let api: ApiServer | undefined
    try {
      api = await openApiOf(node, context, { port, umask, served }, () => ended.resolve())
      announce(context, node, api, feed, apps)
      // With a link of its own: the one in the terminal stays for another browser.
      if (open && !context.output.json && api.hasPage && isAtDesktop(terminal, process.platform)) {
        await openPage(api.makeLink().url)
      }
      await Promise.race([ended.promise, failed])
    } finally {
      feed.end()
      await withProgress(terminal, 'Stopping', stop(node, api))
    }
  } finally {
    forget()
  }
}

/** A node that was created, and what it tells from then on. */
interface Started {
  node: KithNode
  feed: NodeFeed
  /** Rejects if the node fails. */
  failed: Promise<never>
}

function startedOf(node: KithNode, { output }: Context): Started {
  const failed = new Promise<never>((_, reject) => node.on('failed', reject))
  // It may fail before anything awaits this.
  failed.catch(() => {})
  return { node, feed: new NodeFeed(node, output), failed }
}

/** A log on a full disk must not end the node, which may be what frees space there. */
function onceUnwritten({ output }: Context): (error: Error) => void {
  let isTold = false
  return ({ message }) => {
    if (isTold) return
    isTold = true // before the note, which may have to go to the same place
    output.note(`kith: the output cannot be written, and the node goes on: ${message}`)
  }
}

/** The API closes last, because its file marks the data folder as in use. */
async function stop(node: KithNode, api: ApiServer | undefined): Promise<void> {
  try {
    await node.stop()
  } finally {
    await api?.close()
  }
}

async function openApiOf(
  node: KithNode,
  { terminal, dataDir }: Context,
  { port, umask, served }: { port: number | undefined; umask: number; served: Pick<ApiOptions, 'web' | 'public'> },
  onStop: () => void,
): Promise<ApiServer> {
  const { serveApi } = await import('../../api/server.ts')
  return serveApi(node, {
    dataDir,
    umask,
    page: PAGE_FOLDER,
    ...(port === undefined ? {} : { port }),
    ...served,
    onStop,
    onInternalError: (error) => void terminal.stderr.write(`kith: a bug: ${error.stack ?? error.message}\n`),
  })
}

/** Prints that the node is running, then its events. */
function announce(context: Context, node: KithNode, api: ApiServer, feed: NodeFeed, apps?: readonly string[]): void {
  const { output, dataDir } = context
  if (output.json) {
    const { peer, name } = node
    output.value({ event: 'started', peer, name, addresses: node.addresses(), dataDir, api: api.url, ...publicOf(api) })
    for (const finding of feed.findings) output.value({ event: 'finding', finding })
  } else output.lines(...welcome(context, node, api, feed.findings, apps))
  feed.begin()
}

function welcome(
  context: Context,
  node: KithNode,
  api: ApiServer,
  findings: readonly string[],
  apps: readonly string[] = [],
): string[] {
  const known = node.rooms.list().find((room) => room.status === 'open' && room.app === 'chat')
  const next: [string, string][] = [
    known === undefined
      ? [context.command('room create Kitchen'), 'create a room; prints an invite line for others']
      : [context.command(`chat ${known.id.slice(0, 16)}`), `talk in ${clean(known.name)}`],
    ...(api.hasPage ? [[context.command('open'), 'a link to the page in the browser'] satisfies [string, string]] : []),
    [context.command('join ROOM-ID'), "join someone else's room"],
    [context.command('status'), 'how the node is doing'],
    [`${context.kith} --help`, 'everything else'],
  ]
  return [
    `${context.output.style('bold', clean(node.name))} is running.`,
    '',
    ...fields([
      ['Peer id', node.peer],
      ...addressFields(node.addresses()),
      ['Data', clean(context.dataDir)],
      ...appFields(apps),
      ...publicFields(api),
    ]),
    ...fullDisk(node),
    ...healthLines(context, node),
    '',
    ...pageLines(context, api),
    ...guestWelcome(context, api),
    'Now, in another terminal:',
    '',
    ...fields(next),
    '',
    'Ctrl-C stops the node; nothing is lost.',
    '',
    ...findings.flatMap((finding) => [clean(findingLine(finding)), '']),
  ]
}

function publicOf({ publicUrl }: ApiServer): { public?: string } {
  return publicUrl === undefined ? {} : { public: publicUrl }
}

/** A link to the page is a secret, so it is printed where only the user sees it. */
function pageLines({ terminal }: Context, api: ApiServer): string[] {
  if (!api.hasPage || terminal.stdout.isTTY !== true) return []
  return ['In the browser (the link works once, for ten minutes):', '', `  ${api.makeLink().url}`, '']
}

/** What pauses already. */
function fullDisk(node: KithNode): string[] {
  const { disk } = node.status()
  return disk === null || disk.paused === 'nothing' ? [] : ['', `Disk: ${diskLine(disk)}`]
}

/** What is wrong from the beginning; that no peer is there yet is not. */
function healthLines(context: Context, node: KithNode): string[] {
  const { problems } = node.status().health
  return problems === 0 ? [] : ['', `Health: ${healthLine({ problems, warnings: 0, worst: null }, context)}`]
}

/** Apps are code of the user, so that a node runs none that was not named for this start. */
function appFields(apps: readonly string[]): [string, string][] {
  if (apps.length === 0) return []
  return [['Apps', `${apps.map(clean).join(', ')} (this time: name them again, or in config.json for every start)`]]
}
