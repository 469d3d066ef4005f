/** Verifies the blocks of files. Damaged ones are removed, so that they are fetched again. */
import { Root } from '../../../protocols/ensure-map/root.ts'
import type { Ensured } from '../../../protocols/ensure-map/index.ts'
import type { BlockId, PeerId } from '../../../protocols/wire/ids.ts'
import type { RepairReport } from '../../kith.ts'
import { documentReader } from '../../room/document-reader.ts'
import { ensureMapPorts } from '../../machine/ensure-map/ports.ts'
import type { EnsuredRow } from '../../store/blocks.ts'
import type { Store } from '../../store/store.ts'

/** Blocks read at a time, after which others get their turn. */
const BLOCKS_AT_ONCE = 64

/** Wants what belongs to a shared file, is here, and nothing wants: otherwise it would be collected as garbage. */
export function wantSharedAgain(store: Store, self: PeerId, nowMs: number): void {
  for (const { id: room } of store.rooms()) {
    for (const { links, file } of store.linking(room)) {
      for (const id of links) {
        if (store.ensured(room, id) !== undefined || store.blockSizeBytes(id) === undefined) continue
        store.apply({
          type: 'put-ensured',
          row: {
            ...{ room, id, state: 'searching', failure: undefined, maxBytes: undefined, jobs: [], addedAtMs: nowMs },
            // It may exist nowhere else.
            pinned: file?.author === self,
            ...{ blocks: 0, sizeBytes: 0 },
          },
        })
      }
    }
  }
  store.commit()
}

/** Reads all blocks that something wants, and notes what needs them. Yields what it has found so far. */
export function* checkBlocks(store: Store): Generator<RepairReport['blocks']> {
  const ports = ensureMapPorts(store, () => false, documentReader)
  const sizeBytes = (id: BlockId): number | undefined => ports.block(id)?.length // reading it verifies it
  const report: RepairReport['blocks'] = { checked: 0, lost: 0 }
  for (const row of store.ensuredRows({})) {
    const root = new Root(row as Ensured, { ...ports, sizeBytes })
    let missing = 0
    while (root.canWalk) {
      const walked = root.walk(BLOCKS_AT_ONCE)
      store.apply({ type: 'put-needs', room: row.room, root: row.id, needs: walked.needs })
      report.checked += walked.held.length
      missing += walked.missing.length
      yield report
    }
    if (!wasComplete(row)) continue
    if (missing > 0 && row.state === 'complete') store.apply({ type: 'put-ensured', row: searching(row) })
    report.lost += missing
  }
  store.commit()
  yield report
}

/** Otherwise it was never all here. */
function wasComplete({ state, blocks }: EnsuredRow): boolean {
  return state === 'complete' || blocks > 0
}

function searching(row: EnsuredRow): EnsuredRow {
  return { ...row, state: 'searching' }
}
