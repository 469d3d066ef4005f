/** Whether a room is shared in the ring, and what of it is there. */
import { KithError, type RoomInRing as InRing, type RoomRing } from '../kith.ts'
import type { NodeRoom } from './node-room.ts'
import { isInRing, type RingSharing } from './ring-sharing.ts'

export class RoomInRing implements InRing {
  readonly #room: NodeRoom
  readonly #sharing: Pick<RingSharing, 'isOn' | 'files' | 'roomChanged'>

  constructor(room: NodeRoom, sharing: Pick<RingSharing, 'isOn' | 'files' | 'roomChanged'>) {
    this.#room = room
    this.#sharing = sharing
  }

  inRing(): RoomRing {
    const { core, id } = this.#room
    const isOn = isInRing(core.machine, id)
    return { isOn, files: isOn ? this.#sharing.files(id) : [] }
  }

  async shareInRing({ anyone = false }: { anyone?: boolean } = {}): Promise<void> {
    const { name, open, isCarried } = this.#room
    this.#room.requireOpen()
    if (isCarried) throw new KithError('carried', `this node only carries '${name}': its members share it in the ring`)
    if (!this.#sharing.isOn)
      throw new KithError('no-ring', 'this node takes no part in the ring: start it without --no-ring')
    if (open.record.access !== 'private' && !anyone) {
      throw new KithError(
        'bad-value',
        `the files of '${name}' are not sealed, and whoever keeps a part of them for the ring can read it: say that anyone may (kith room ring ROOM on --anyone)`,
      )
    }
    await this.#note(true)
  }

  async endSharingInRing(): Promise<void> {
    if (isInRing(this.#room.core.machine, this.#room.id)) await this.#note(undefined)
  }

  async #note(inRing: true | undefined): Promise<void> {
    const { core, id } = this.#room
    await core.command({ type: 'note', room: id, personal: { inRing } })
    this.#sharing.roomChanged()
  }
}
