/** A script of a hostile peer: the tests run it against a node, and the bench measures the node meanwhile. */
import type { RoomId } from '../../../protocols/wire/ids.ts'

export interface Target {
  /** Multiaddr of the node, with its peer id. */
  address: string
  /** An open room that the node is in. */
  room: RoomId
  /** Ends the attack early. */
  signal: AbortSignal
}

export interface Attack {
  /** As `npm run bench -- --only hostile` names it. */
  name: string
  /** Resolves once its bounded script is done, or soon after the signal. */
  run(target: Target): Promise<void>
}
