/** Files of which a check found blocks to be gone: they are fetched again, and told until they are whole. */
import { grouped } from '../grouped.ts'
import { shownName } from '../names.ts'
import type { LostBlock } from '../store/lost-blocks.ts'
import type { NodeCore } from './core.ts'

/** A root, and how many of its blocks were gone. */
interface Losing extends Pick<LostBlock, 'room' | 'root'> {
  blocks: number
}

export class LostFiles {
  readonly #core: Pick<NodeCore, 'store' | 'machine' | 'command'>
  #losing: Losing[] = []

  constructor(core: Pick<NodeCore, 'store' | 'machine' | 'command'>) {
    this.#core = core
  }

  /** Fetches again what is really gone, and returns what to say about it. */
  async found(lost: readonly LostBlock[]): Promise<string[]> {
    const { store } = this.#core
    // The check may have seen the database as it was a moment ago.
    const gone = lost.filter(
      ({ room, root, id }) => store.ensured(room, root)?.state === 'complete' && store.blockSizeBytes(id) === undefined,
    )
    const byRoot = Map.groupBy(gone, ({ room, root }) => `${room ?? ''}/${root}`)
    const losing = [...byRoot.values()].flatMap((blocks) =>
      blocks.slice(0, 1).map(({ room, root }) => ({ room, root, blocks: blocks.length })),
    )
    for (const { room, root } of losing) await this.#core.command({ type: 'recheck', room, id: root })
    this.#losing = [...this.#losing.filter((one) => this.#isLosing(one)), ...losing]
    return losing.map((one) => this.#lineOf(one))
  }

  /** Of files that are not whole again. */
  list(): string[] {
    this.#losing = this.#losing.filter((one) => this.#isLosing(one))
    return this.#losing.map((one) => this.#lineOf(one))
  }

  #isLosing({ room, root }: Losing): boolean {
    return this.#core.store.ensured(room, root)?.state === 'searching'
  }

  #lineOf({ room, root, blocks }: Losing): string {
    const { store, machine } = this.#core
    const [file] = room === undefined ? [] : store.files(room, { root })
    const record = room === undefined ? undefined : machine.rooms.get(room)?.record
    const name = file === undefined ? root : `'${shownName(file.file.name) || root}'`
    const where = record === undefined || record.name === '' ? '' : ` in '${shownName(record.alias ?? record.name)}'`
    const what = blocks === 1 ? 'a block' : `${grouped(blocks)} blocks`
    const lost = `${blocks === 1 ? 'was' : 'were'} lost on this disk`
    return `${what} of ${name}${where} ${lost}: what is gone is fetched again from whoever has it`
  }
}
