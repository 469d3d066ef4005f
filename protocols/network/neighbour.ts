/** What one node knows of one neighbour in the network of a room. */
import type { Said } from './records.ts'

export interface Neighbour {
  /** Its last claim; undefined before the first. */
  said: Said | undefined
  /** The serial of that. */
  theirSerial: number
  /** Since when it names another root than this node, or a better one than this node can take; undefined if it does not. */
  apartMs: number | undefined
  /** Whether this node wants to exchange documents with it at once. */
  isChosen: boolean
  /** The last claim that was sent to it, its serial, and the one it acknowledged. */
  told: Said | undefined
  serial: number
  ackedSerial: number
  /** When unacknowledged claims are sent again, and how long it is until then. */
  resendAtMs: number
  resendMs: number
}

/** One that has said nothing yet. */
export function newNeighbour(): Neighbour {
  return {
    ...{ said: undefined, theirSerial: 0, apartMs: undefined, isChosen: false, told: undefined },
    ...{ serial: 0, ackedSerial: 0, resendAtMs: Infinity, resendMs: 0 },
  }
}

/** Whether both exchange documents at once, as far as is known: whoever says nothing may not speak this protocol. */
export function isLinked({ isChosen, said }: Pick<Neighbour, 'isChosen' | 'said'>): boolean {
  return isChosen && said?.declines !== true
}

/** Whether it names this node as its parent. */
export function isChild(neighbour: Pick<Neighbour, 'isChosen' | 'said'>): boolean {
  return isLinked(neighbour) && neighbour.said?.isParent === true
}
