/** Commands about the node itself: `kith status`, `id`, `stop`. */
import { setTimeout as delay } from 'node:timers/promises'
import { Option } from 'commander'
import type { Command } from 'commander'
import { readApiFile } from '../../api/api-file.ts'
import { grouped } from '../../grouped.ts'
import type { DiskStatus, NodeStatus } from '../../kith.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../exit.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { describeRoomProgress, roomProgressLine } from '../room-progress.ts'
import { shortBar } from '../progress.ts'
import { removedLine } from '../removed.ts'
import { withProgress } from '../terminal.ts'
import { watchProgress } from '../watch-progress.ts'
import { clean, clockTime, counted, fields, fileSize } from '../text.ts'
import { healthLine } from './doctor.ts'
import { unansweredLine } from './peer.ts'

/** A node closes its connections and store in well under this. */
const STOP_DEADLINE_MS = 20_000
const STOP_POLL_MS = 50

export function addNodeCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'status',
    description: 'show how the node is doing',
    examples: [
      ['kith status', ''],
      ['kith status --watch', 'then see the histories of rooms come in'],
    ],
  })
    .addOption(new Option('--watch', 'then show what still comes in, until nothing is missing or Ctrl-C'))
    .action(run(showStatus))
  addCommand(program, {
    name: 'id',
    description: "print the node's peer id",
    examples: [
      ['kith id', ''],
      ['kith id --json', 'with name and addresses'],
    ],
  }).action(run(showId))
  addCommand(program, {
    name: 'name',
    description: "print the node's name, or give it another one, also while it runs",
    examples: [
      ['kith name', ''],
      ['kith name "Anna Bell"', 'in all of its rooms, from now on'],
    ],
    notes: ['If the node is one of several devices of yours, it becomes the name of all of them.'],
  })
    .argument('[name]', 'what others are to see (default: print it)')
    .action(run(showName))
  addCommand(program, {
    name: 'stop',
    description: 'stop the node; nothing is lost',
    examples: [
      ['kith stop', ''],
      ['kith stop --profile alice', 'one of several on this machine'],
    ],
  }).action(run(stop))
}

async function showName(context: Context, name: string | undefined): Promise<void> {
  const identity =
    name === undefined
      ? await context.call('id', {}, 'Asking the node')
      : await context.call('rename', { name }, 'Renaming')
  context.output.result(identity, () => (name === undefined ? [clean(identity.name)] : []))
}

async function showStatus(context: Context, { watch }: { watch?: true }): Promise<void> {
  const status = await context.call('status', {}, 'Asking the node')
  const hasBars = context.terminal.stdout.isTTY === true
  context.output.result(status, () => fields(describeStatus(context, status, Date.now(), hasBars)))
  if (watch === true) await watchProgress(context)
}

/** For example `120 of 300 (strangers 64 of 64: full)`. */
function describeConnections({ open, max, ...load }: NodeStatus['connections']): string {
  const { strangers, maxStrangers, handshakes, maxHandshakes } = load
  const places = (count: number, limit: number): string =>
    `${grouped(count)} of ${grouped(limit)}${count < limit ? '' : ': full'}`
  const unfinished = handshakes < maxHandshakes ? '' : `, unfinished handshakes ${places(handshakes, maxHandshakes)}`
  return `${places(open, max)} (strangers ${places(strangers, maxStrangers)}${unfinished})`
}

function describeStatus(context: Context, status: NodeStatus, nowMs: number, hasBars: boolean): [string, string][] {
  const pairs: [string, string][] = [
    ['Name', clean(status.name)],
    ['Peer id', status.peer],
    ...addressFields(status.addresses),
    ['Data', clean(status.dataDir)],
    ['Version', status.version],
    ['Running', `since ${clockTime(status.startedAtMs, nowMs)}`],
    ['Rooms', grouped(status.rooms)],
    ['Documents', grouped(status.documents)],
    ['Connected', `to ${counted(status.connectedPeers, 'peer')}`],
    ['Connections', describeConnections(status.connections)],
    ['Health', healthLine(status.health, context)],
    ['Memory', fileSize(status.memoryBytes)],
    ...(status.disk === null ? [] : [['Disk', diskLine(status.disk)] satisfies [string, string]]),
  ]
  for (const [index, progress] of status.progress.entries()) {
    const bar = hasBars ? `${shortBar(describeRoomProgress([progress]))}  ` : ''
    pairs.push([index === 0 ? 'Catching up' : '', `${bar}${roomProgressLine(progress)}`])
  }
  for (const [index, unanswered] of status.unanswered.entries()) {
    pairs.push([index === 0 ? 'No answer' : '', unansweredLine(unanswered, nowMs)])
  }
  for (const [index, [reason, times]] of Object.entries(status.refused).entries()) {
    pairs.push([index === 0 ? 'Refused' : '', `${grouped(times)} × ${clean(reason)}`])
  }
  for (const [index, { kind, peer, atMs, error }] of status.faults.entries()) {
    const sender = peer === null ? '' : ` from ${peer}`
    const line = `${clockTime(atMs, nowMs)} at ${clean(kind)}${sender}: ${clean(error)}`
    pairs.push([index === 0 ? 'Errors' : '', line])
  }
  for (const [index, { room: id, ...removed }] of status.removed.entries()) {
    const { name, ...removal } = removed
    pairs.push([index === 0 ? 'Removed' : '', removedLine({ id, name, removed: removal }) ?? ''])
  }
  for (const [index, finding] of status.findings.entries()) pairs.push([index === 0 ? 'Attention' : '', clean(finding)])
  return pairs
}

/** What is free, and what pauses for lack of it. */
export function diskLine({ freeBytes, paused, overcounted }: DiskStatus): string {
  const free = overcounted
    ? `a write found no space, though the system counts ${fileSize(freeBytes)} as free`
    : `${fileSize(freeBytes)} free`
  if (paused === 'nothing') return free
  const what = {
    files: 'no files are fetched',
    documents: 'no files are fetched, and no documents accepted from others',
    all: 'nothing is fetched, accepted or written; kith file unpin, kith unwant and kith gc free space',
  }[paused]
  return `${free}: ${what} until there is more`
}

/** Addresses as fields, one per line. */
export function addressFields(addresses: readonly string[]): [string, string][] {
  const shown = addresses.length === 0 ? ['none: the node is not listening'] : addresses
  return shown.map((address, index) => [index === 0 ? 'Addresses' : '', clean(address)])
}

async function showId(context: Context): Promise<void> {
  const identity = await context.call('id', {}, 'Asking the node')
  context.output.result(identity, () => [identity.peer])
}

async function stop(context: Context): Promise<void> {
  const answer = await context.call('stop', {}, 'Stopping')
  await withProgress(context.terminal, 'Stopping', untilStopped(context.dataDir))
  context.output.result({ stopped: answer.stopping }, () => ['Stopped.'])
}

/** Waits until the node has removed `api.json`: from then on its data folder is free for another node. */
async function untilStopped(dataDir: string): Promise<void> {
  const deadlineMs = performance.now() + STOP_DEADLINE_MS
  for (let api = readApiFile(dataDir); api !== undefined; api = readApiFile(dataDir)) {
    if (performance.now() > deadlineMs) {
      throw new FailedError(
        `The node has not stopped within ${STOP_DEADLINE_MS / 1000} s; its process id is ${api.pid}.`,
      )
    }
    await delay(STOP_POLL_MS)
  }
}
