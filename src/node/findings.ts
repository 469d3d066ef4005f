/** What is wrong with the store of a running node, in words. */
import { grouped } from '../grouped.ts'
import { join } from 'node:path'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { shownName } from '../names.ts'
import type { Room } from '../room/room.ts'
import type { Store } from '../store/store.ts'
import type { LostBlock } from '../store/lost-blocks.ts'
import { BLOCKS_FOLDER } from '../store/sqlite-blocks.ts'
import { marksPath } from '../store/room-marks.ts'
import { SqliteStore } from '../store/sqlite.ts'
import type { NodeCore } from './core.ts'
import { STORE_FILE } from './data-folder.ts'
import { forgetRoomListLost, isRoomListLost } from './lost-room-list.ts'
import { LostFiles } from './lost-files.ts'
import { StoreCheck } from './store-check.ts'

export class Findings {
  readonly #core: NodeCore
  readonly #tell: (finding: string) => void
  readonly #check: StoreCheck | undefined
  readonly #lost: LostFiles
  /** Whether the list of rooms was lost: found at this start, or at an earlier one. */
  readonly #lostList: 'now' | 'before' | undefined

  /** `tell` is called with what is found later. */
  constructor(core: NodeCore, store: Store, tell: (finding: string) => void) {
    this.#core = core
    this.#lost = new LostFiles(core)
    this.#tell = tell
    if (!(store instanceof SqliteStore)) return
    this.#lostList = store.found.hadNoMarks ? 'now' : isRoomListLost(core.dataDir) ? 'before' : undefined
    const onDamage = (finding: string): void => {
      core.log.error('%s', finding)
      tell(finding)
    }
    const onLost = (lost: readonly LostBlock[]): void => {
      // Where the node stops meanwhile, the next check finds it again.
      this.#lost.found(lost).then(
        (findings) => findings.forEach(onDamage),
        () => undefined,
      )
    }
    const [path, blocksFolder] = [join(core.dataDir, STORE_FILE), join(core.dataDir, BLOCKS_FOLDER)]
    this.#check = new StoreCheck({ path, blocksFolder, store, onDamage, onLost, signal: core.stopped })
  }

  /** Checks the store in the background. */
  begin(): void {
    for (const finding of this.list()) this.#core.log.error('%s', finding)
    this.#forgetLostList()
    void this.#check?.begin()
  }

  /** A document was read that is not what its id says. */
  damaged(): void {
    this.#check?.met('a document is not what its id says')
  }

  list(): string[] {
    const heldBack = this.#heldBack()
    const damage = this.#check?.finding
    const isListLost = this.#lostList === 'now' || (this.#lostList === 'before' && heldBack.length > 0)
    return [
      ...(isListLost ? [lostListLine(join(this.#core.dataDir, STORE_FILE))] : []),
      ...(damage === undefined ? [] : [damage]),
      ...this.#lost.list(),
      ...(heldBack.length === 0 ? [] : [heldBackLine(heldBack)]),
    ]
  }

  /** The node began or ceased to hold back what it writes in a room. */
  holding(id: RoomId, holding: 'begun' | 'ended'): void {
    const room = this.#core.machine.rooms.get(id)
    if (room === undefined || room.isCarried) return
    const finding =
      holding === 'begun' ? heldBackLine([room]) : `${nameOf(room)} can be written in again: what was missing is back`
    this.#core.log('%s', finding)
    this.#tell(finding)
    if (holding === 'ended') this.#forgetLostList()
  }

  /** Once all that this node wrote is back, nothing but a room that is missing tells of the list. */
  #forgetLostList(): void {
    if (this.#lostList === undefined || this.#heldBack().length > 0) return
    try {
      forgetRoomListLost(this.#core.dataDir)
    } catch {
      // The disk does not take it: the next start tries again.
    }
  }

  #heldBack(): Room[] {
    return this.#core.machine.rooms.list().filter((room) => room.isHeldBack && !room.isCarried)
  }
}

/** Told at least until the next start: which rooms were lost cannot be told from those that never were. */
function lostListLine(path: string): string {
  return `${marksPath(path)}, which tells what rooms are here, was missing or damaged: if rooms are missing in kith room list, join them again (or restore a backup of the whole folder)`
}

/** Rooms that a line names: more of them would hide what it says. */
const MAX_NAMED = 10

/** One line for all of them: a lost store is one reason for every room. */
function heldBackLine(rooms: readonly Room[]): string {
  const others = rooms.length > MAX_NAMED ? ` and ${grouped(rooms.length - MAX_NAMED)} other rooms` : ''
  return `nothing can be written in ${rooms.slice(0, MAX_NAMED).map(nameOf).join(', ')}${others}: documents that this node once wrote there are missing here (an older copy of the store, a repaired one, a lost list of rooms, or a restored key) or follow what nobody here has. It goes on by itself once a member who has them is connected; if nobody can have them: kith stop, kith repair --write-anyway, kith start`
}

function nameOf({ record }: Room): string {
  return record.name === '' ? record.id : `'${shownName(record.name)}'`
}
