/** What a node tells, as the lines that `kith start` prints. */
import type { EventRecord } from '../api/event-record.ts'
import type { EnsureStatus, KithNode } from '../kith.ts'
import { accessLine } from './access-lines.ts'
import { diskLine } from './commands/node.ts'
import { reachableAddress } from './commands/peer.ts'
import { clean, counted, fileSize, shortId } from './text.ts'

/** Undefined for what is of no interest in a terminal. */
export function eventLine(record: EventRecord, node: KithNode): string | undefined {
  switch (record.event) {
    case 'peer':
      return peerLine(record.peer, node)
    case 'room':
      return `${clean(record.room.name) || record.room.id} is ${record.room.status}`
    case 'joined':
      return `The state of ${clean(record.joined.name)} is here`
    case 'access': {
      const line = accessLine(record.access)
      return line && `${clean(node.rooms.get(record.access.room).name) || record.access.room}: ${line}`
    }
    case 'refuted':
      return `${record.refuted.author} wrote a checkpoint in ${record.refuted.room} that says another state than its history leads to`
    case 'fork':
      return `${record.fork.author} has two histories in ${record.fork.room}: its key was copied, or a backup restored`
    case 'refused':
      return `The state of ${record.refused.room} is full: ${record.refused.id} is stored but has no effect`
    case 'fault':
      return faultLine(record.fault)
    case 'finding':
      return clean(findingLine(record.finding))
    case 'disk':
      return `Disk: ${diskLine(record.disk)}`
    case 'ensured':
      return ensuredLine(record.ensured)
    default:
      return undefined
  }
}

export function findingLine(finding: string): string {
  return `Attention: ${finding}`
}

function peerLine({ peer, connected }: { peer: string; connected: boolean }, node: KithNode): string {
  const info = node.peers().find((known) => known.peer === peer)
  const name = info?.name ?? ''
  const short = shortId(peer)
  const who = name.endsWith(short) ? clean(name) : `${clean(name)} ${short}`.trim()
  if (!connected) return `${who} disconnected`
  const address = info && reachableAddress(info)
  return `${who} connected${address === undefined ? '' : ` at ${clean(address)}`}`
}

function faultLine({ app, room, id, message }: Extract<EventRecord, { event: 'fault' }>['fault']): string {
  return `The app ${clean(app)} failed at ${id} in ${room}, which has no effect: ${clean(message)}`
}

function ensuredLine({ id, failure, have, bytes }: EnsureStatus): string {
  if (failure !== null) return `${id} cannot be fetched: ${clean(failure)}`
  return `${id} is complete: ${counted(have, 'block')}, ${fileSize(bytes)}`
}
