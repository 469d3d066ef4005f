/** Checkpoints of states to which no node has come. */
import { decodeDocument } from '../../../protocols/document/document.ts'
import { CHECKPOINT_KIND } from '../../../protocols/room/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, checkpointOf, stateBlocks, type Checkpoint } from '../../../src/room/checkpoint.ts'
import { sealState } from '../../../src/room/sealing/sealed-states.ts'
import type { StoredBlock } from '../../../src/store/blocks.ts'
import type { TestNode } from './nodes.ts'

/** Vouches for a checkpoint, whether the node came to its state or not. */
function vouch(room: RoomId, node: TestNode, checkpoint: Checkpoint, blocks: readonly StoredBlock[]): void {
  node.command({ type: 'put-blocks', blocks })
  node.command({ type: 'ensure', room, id: checkpoint.root, maxBytes: 1_000_000 })
  node.machine.rooms.require(room).keepCheckpoint({ ...checkpoint, isVouched: true })
}

/** A checkpoint of a state that the node has not come to, written as members write them. */
export function writeFalse(room: RoomId, node: TestNode, encoded: Uint8Array, sizeBytes?: number): void {
  const { keys } = node.machine.rooms.require(room)
  const sealing = keys.isPrivate ? sealState(keys, room, encoded) : undefined
  const state = stateBlocks(sealing?.sealed ?? encoded)
  const body = checkpointBody(node.documents(room).length, { ...state, ...(sizeBytes && { sizeBytes }) }, sealing)
  const { id } = node.command({ type: 'write', room, kind: CHECKPOINT_KIND, body }).document!
  const document = node.machine.rooms.require(room).read(decodeDocument(node.store.document(id)!.block))
  vouch(room, node, checkpointOf(document)!, state.blocks)
}
