/** Files of which blocks are gone, whoever found that: they are fetched again, and told until they are whole. */
import { grouped } from '../grouped.ts'
import { shownName } from '../names.ts'
import type { EnsuredRow } from '../store/blocks.ts'
import type { LostBlock } from '../store/lost-blocks.ts'
import type { NodeCore } from './core.ts'

/** Told one by one: a status with more of them would hide what it says. */
const MAX_TOLD = 20

type Place = Pick<EnsuredRow, 'room' | 'id'>

export class LostFiles {
  readonly #core: Pick<NodeCore, 'store' | 'machine' | 'command'>
  /** How many blocks of a root were gone, where a check has counted them. */
  readonly #gone = new Map<string, number>()

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
    const before = new Set(this.#losing().map(keyOf))
    for (const key of this.#gone.keys()) if (!before.has(key)) this.#gone.delete(key)
    const roots: Place[] = []
    for (const [key, blocks] of Map.groupBy(gone, ({ room, root: id }) => keyOf({ room, id }))) {
      this.#gone.set(key, blocks.length)
      roots.push(...blocks.slice(0, 1).map(({ room, root: id }) => ({ room, id })))
    }
    for (const { room, id } of roots) await this.#core.command({ type: 'recheck', room, id })
    return roots.map((root) => this.#lineOf(root))
  }

  /** Of files that are not whole again. */
  list(): string[] {
    const losing = this.#losing()
    const lines = losing.slice(0, MAX_TOLD).map((row) => this.#lineOf(row))
    const others = losing.length - MAX_TOLD
    return others > 0 ? [...lines, `blocks of ${grouped(others)} other files were lost on this disk, too`] : lines
  }

  /** Those that were complete once. */
  #losing(): EnsuredRow[] {
    return this.#core.store.ensuredRows({ incomplete: true }).filter(({ blocks }) => blocks > 0)
  }

  #lineOf({ room, id: root }: Place): string {
    const blocks = this.#gone.get(keyOf({ room, id: root }))
    const { store, machine } = this.#core
    const [file] = room === undefined ? [] : store.files(room, { root })
    const record = room === undefined ? undefined : machine.rooms.get(room)?.record
    const name = file === undefined ? root : `'${shownName(file.file.name) || root}'`
    const where = record === undefined || record.name === '' ? '' : ` in '${shownName(record.alias ?? record.name)}'`
    const what = blocks === undefined ? 'blocks' : blocks === 1 ? 'a block' : `${grouped(blocks)} blocks`
    const lost = `${blocks === 1 ? 'was' : 'were'} lost on this disk`
    return `${what} of ${name}${where} ${lost}: what is gone is fetched again from whoever has it`
  }
}

function keyOf({ room, id }: Place): string {
  return `${room ?? ''}/${id}`
}
