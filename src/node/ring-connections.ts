/** What the ring of a node needs of the host's connections. */
import type { DialledConnection } from '../../protocols/ring/index.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NodeMachine } from '../machine/node-machine.ts'

type Machine = { wings: Pick<NodeMachine['wings'], 'ring'> }

const NOBODY: ReadonlySet<PeerId> = new Set()

export class RingConnections {
  #machine: Machine | undefined

  /** The host starts first; until then, the ring needs nobody and lets go of nobody. */
  readFrom(machine: Machine): void {
    this.#machine = machine
  }

  needed(): ReadonlySet<PeerId> {
    return this.#machine?.wings.ring.needed() ?? NOBODY
  }

  /**
   * Of connections that this node has dialled, those that it closes. None on this machine or in its local network, where
   * announced rooms are found by them.
   */
  spare(dialled: readonly DialledConnection[], isNear: (peer: PeerId) => boolean, nowMs: number): PeerId[] {
    const far = dialled.filter(({ peer }) => !isNear(peer))
    return this.#machine?.wings.ring.spare(far, nowMs) ?? []
  }
}
