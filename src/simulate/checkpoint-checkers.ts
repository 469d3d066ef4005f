/** What must hold for the checkpoints of a network's rooms in the end. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { statesOf } from '../store/store.ts'
import { encodedState } from '../room/checkpoint.ts'
import type { SimulatedNetwork } from './network.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { SimulatedRoom } from './simulated-room.ts'

/** Violations, one line each; empty if there are none. */
export function checkpointFaults(network: SimulatedNetwork, rooms: readonly SimulatedRoom[]): string[] {
  return [
    ...rooms.flatMap(({ id, nodes }) => nodes.flatMap((node) => [...unfinished(node, id), ...lost(node, id)])),
    ...rooms.flatMap(({ id, nodes }) => nodes.flatMap((node) => leftBehind(node, id))),
    ...refuted(network),
    ...network.nodes.flatMap(({ name, joined }) =>
      joined > 1 ? [`${name} was told ${joined} times that it joined`] : [],
    ),
  ]
}

/** A node that has the history counts on no checkpoint. */
function unfinished({ name, machine }: SimulatedNode, id: RoomId): string[] {
  const room = machine.rooms.get(id)
  if (room?.isBeginning !== true && room?.isPreview !== true) return []
  return [`${name} still begins with the checkpoint ${room.record.checkpoint?.position.id}`]
}

/** Whoever vouches for a checkpoint gives its state. */
function lost({ name, machine, store }: SimulatedNode, id: RoomId): string[] {
  const { checkpoint } = machine.rooms.get(id)?.record ?? {}
  if (checkpoint === undefined || encodedState(checkpoint, (block) => store.block(block)) !== undefined) return []
  return [`${name} lacks the state of the checkpoint ${checkpoint.position.id} that it vouches for`]
}

/** States that nobody asks for any longer take no space. */
function leftBehind({ name, machine, store }: SimulatedNode, id: RoomId): string[] {
  const kept = new Set<string>(store.linking(id).flatMap(({ links }) => links))
  const record = machine.rooms.get(id)?.record
  const states = record === undefined ? [] : statesOf(record)
  return store
    .ensuredRows({ room: id })
    .flatMap((row) =>
      kept.has(row.id) || states.includes(row.id) ? [] : [`${name} keeps the state ${row.id} of no checkpoint`],
    )
}

function refuted({ refutedCheckpoints, wrongCheckpoints }: SimulatedNetwork): string[] {
  return refutedCheckpoints.flatMap(({ node, id }) =>
    wrongCheckpoints.has(id) ? [] : [`${node.name} refutes the checkpoint ${id}, which is right`],
  )
}
