/** `kith ring`: items that are kept by whichever nodes are up, and messages that find their way among them. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { RingNeighbour, RingPlace, RingPut, RingRoute, RingStatus } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError, UsageError } from '../exit.ts'
import { addCommand, type Run } from '../program.ts'
import { addRingLoadCommand } from './ring-load.ts'
import { addRingSliceCommand } from './ring-slice.ts'
import { partText, percentText, placeText } from './ring-text.ts'
import { itemsText, nodesText } from './size.ts'
import { clean, cleanLines, counted, duration, fields, fileSize, shortId, table } from '../text.ts'
import { timeSpanMs } from '../time-span.ts'

const KEY = /^[0-9a-f]{64}$/i
const MS_PER_SECOND = 1_000

export function addRingCommands(program: Command, run: Run): void {
  const ring = addCommand(program, {
    name: 'ring',
    summary: 'keep things on whichever nodes are up, and find them again',
    description: 'show the ring of nodes as this one sees it, put items there, and get them',
    examples: [
      ['kith ring', 'neighbours, and what this node keeps for others'],
      ['kith ring put notes.txt', 'prints its key'],
      ['kith ring put notes.txt --name notes', 'under a name of this node, in place of the last one'],
      ['kith ring get 2cf24dba… -o notes.txt', ''],
    ],
    notes: [
      'An item is kept by nodes whose places on a circle are nearest to its key, whoever runs them, for 30 days at most.',
      'Anybody who knows the key can read it: encrypt what is not for everybody. Rooms need no ring.',
    ],
  }).action(run(showRing))
  addCommand(ring, {
    name: 'put',
    summary: 'put a file into the ring',
    description: 'put a file of up to 1 MB into the ring, or keep an item longer that is there',
    examples: [
      ['kith ring put notes.txt', ''],
      ['kith ring put notes.txt --copies 8 --ttl 7d', 'on eight nodes, for a week'],
      ['kith ring put notes.txt --name notes', 'a new version of what this node put under that name'],
      ['kith ring put 2cf24dba…', 'an item by its key, for another 30 days'],
    ],
  })
    .addArgument(new Argument('<key|file>', 'a file, or the key of an item that is in the ring'))
    .addOption(copiesOption())
    .addOption(new Option('--ttl <span>', 'for how long, such as 12h or 30d (default: 30d)').argParser(spanMs))
    .addOption(new Option('--name <name>', 'put it under this name of the node, in place of what was there'))
    .action(run(put))
  addCommand(ring, {
    name: 'get',
    summary: 'get an item out of the ring',
    description: 'get an item out of the ring by its key, and check it',
    examples: [
      ['kith ring get 2cf24dba…', 'to the standard output'],
      ['kith ring get 2cf24dba… -o notes.txt', 'into a file'],
    ],
  })
    .addArgument(keyArgument())
    .addOption(new Option('-o, --output <file>', 'write it to a file, which must not exist'))
    .action(run(get))
  addCommand(ring, {
    name: 'where',
    summary: 'show who should keep an item, and who does',
    description: 'show who should keep an item, and who does',
    examples: [['kith ring where 2cf24dba…', '']],
  })
    .addArgument(keyArgument())
    .addOption(copiesOption())
    .action(run(where))
  addCommand(ring, {
    name: 'ping',
    summary: 'send a message through the ring',
    description: 'send a message through the ring towards a node or a place, and show the way it took',
    examples: [
      ['kith ring ping Anna', 'by name, if she is known here'],
      ['kith ring ping 12D3KooW…', 'by id, also if the node was never met'],
    ],
  })
    .argument('<id>', 'id or name of a node, or a place of 64 hex digits')
    .action(run(ping))
  addRingSliceCommand(ring, run)
  addRingLoadCommand(ring, run)
}

function keyArgument(): Argument {
  return new Argument('<key>', 'key of the item: 64 hex digits')
}

function copiesOption(): Option {
  return new Option('--copies <n>', 'how many nodes shall keep it: 1, 2, 4, 8 or 16 (default: 4)').argParser((text) => {
    const copies = Number(text)
    if ([1, 2, 4, 8, 16].includes(copies)) return copies
    throw new InvalidArgumentError('It must be 1, 2, 4, 8 or 16.')
  })
}

function spanMs(text: string): number {
  const ms = timeSpanMs(text)
  if (ms === undefined) throw new InvalidArgumentError('It must be a span of time such as 12h or 30d.')
  return ms
}

async function showRing(context: Context): Promise<void> {
  const status = await context.call('ring.status', {}, 'Asking the node')
  context.output.result(status, () => describe(context, status))
}

const HEALTH_WORDS = {
  off: 'This node takes no part in the ring: it was started with --no-ring.',
  alone: 'No other node of the ring is connected.',
} as const

function describe(context: Context, status: RingStatus): string[] {
  const { place, part, health, previous, next, fingers, items, sizeBytes, quotaBytes, slices, size } = status
  const facts = fields([
    ['Health', healthText(status)],
    ['Place', place],
    ['Part held', `${partText(part)}, ${percentText(part.share)} of the ring, and copies for others`],
    ['Kept for others', `${counted(items, 'item')}, ${fileSize(sizeBytes)} of ${fileSize(quotaBytes)}`],
    ['Nodes in the ring', nodesText(size)],
    ['Items in the ring', itemsText(size)],
    ...slices.map((slice, index) => [index === 0 ? 'Open slices' : '', partText(slice)] as const),
  ])
  if (health === 'off') return [HEALTH_WORDS.off]
  if (health === 'alone')
    return [...facts, HEALTH_WORDS.alone, `To connect to one: ${context.command('connect ADDRESS')}`]
  return [
    ...facts,
    '',
    ...table([
      ['WHERE', 'PLACE', 'CONNECTED FOR', 'NODE'],
      ...previous.toReversed().map((peer) => neighbourRow('before', peer)),
      ['here', placeText(place), '-', 'this node'],
      ...next.map((peer) => neighbourRow('after', peer)),
      ...fingers.map((peer) => neighbourRow('far', peer)),
    ]),
  ]
}

/** How the ring is around this node. */
function healthText({ health, previous, next, fingers, connected, size }: RingStatus): string {
  if (health === 'alone') return 'alone'
  // In a small ring, one node is both.
  const beside = new Set([...previous, ...next].map(({ peer }) => peer))
  const far = fingers.filter(({ peer }) => !beside.has(peer)).length
  const sides = `${grouped(beside.size)} beside this one, ${grouped(far)} far`
  const change = size.nodes === null ? '; neighbours are changing' : ''
  return `joined: ${counted(connected, 'node')} connected (${sides})${change}`
}

function neighbourRow(where: string, { peer, place, connectedForMs }: RingNeighbour): string[] {
  return [where, placeText(place), duration(connectedForMs / MS_PER_SECOND), peer]
}

interface PutFlags {
  copies?: number
  ttl?: number
  name?: string
}

async function put(context: Context, keyOrFile: string, { copies, ttl, name }: PutFlags): Promise<void> {
  const life = { copies, ttlMs: ttl }
  const isKey = KEY.test(keyOrFile)
  if (isKey && name !== undefined)
    throw new UsageError('An item that is in the ring has its name already: leave out --name.')
  const item = isKey
    ? await context.call('ring.prolong', { key: keyOrFile, ...life }, 'Putting it again')
    : await context.call('ring.put', { path: resolve(keyOrFile), name, ...life }, 'Putting it')
  context.output.result(item, () => putLines(context, item))
}

function putLines(context: Context, { key, copies, holders, sequence }: RingPut): string[] {
  const version = sequence === null ? '' : `Version ${grouped(sequence)}. `
  const missing = holders.length < copies ? `, of ${grouped(copies)} that shall` : ''
  return [
    key,
    `${version}Kept by ${counted(holders.length, 'node')} so far${missing}. To get it:  ${context.command(`ring get ${key}`)}`,
  ]
}

async function get(context: Context, key: string, { output: path }: { output?: string }): Promise<void> {
  const item = await context.call('ring.get', { key }, 'Looking for it')
  const { output } = context
  if (output.json) return output.value(item)
  if (item === null) {
    throw new FailedError(
      `No node that should keep it has this item. Who should:  ${context.command(`ring where ${key}`)}`,
    )
  }
  const value = Buffer.from(item.value, 'base64')
  if (path === undefined) return show(context, value)
  await writeFile(path, value, { flag: 'wx' })
  output.lines(`${clean(path)}: ${fileSize(value.length)}, from ${shortId(item.from)}.`)
}

/** As it is into a file or pipe; what a terminal would do with it is made visible. */
function show({ output, terminal: { stdout } }: Context, value: Uint8Array): void {
  if (stdout.isTTY === true) output.lines(cleanLines(Buffer.from(value).toString()))
  else stdout.write(value)
}

async function where(context: Context, key: string, { copies }: { copies?: number }): Promise<void> {
  const places = await context.call('ring.where', { key, copies }, 'Asking the ring')
  context.output.result(places, () => [
    ...table([['PLACE', 'KEPT', 'VERSION', 'HOPS', 'NODE'], ...places.map(placeRow)]),
  ])
}

function placeRow({ place, peer, holds, sequence, hops }: RingPlace): string[] {
  if (peer === null) return [placeText(place), '-', '-', '-', 'no answer']
  const version = holds && sequence > 0 ? grouped(sequence) : '-'
  return [placeText(place), holds ? 'yes' : 'no', version, grouped(hops), peer]
}

async function ping(context: Context, to: string): Promise<void> {
  const route = await context.call('ring.ping', { to }, 'Sending it')
  context.output.result(route, () => pingLines(route))
}

function pingLines({ peer, isThere, path, hops, roundTripMs }: RingRoute): string[] {
  const took = `${roundTripMs.toFixed(1)} ms`
  return [
    ...path.map((hop, index) => `${index + 1}  ${hop}`),
    `${hops}  ${peer}  ${isThere ? 'is there' : 'is nearest'}, ${took}`,
  ]
}
