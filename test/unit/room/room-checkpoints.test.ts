import { expect, it } from 'vitest'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { RoomCheckpoints } from '../../../src/room/room-checkpoints.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { rootOf } from './history.ts'

it('a checkpoint is due as soon where old documents were dropped as where all are here', () => {
  const everyDocuments = CHECKPOINT_DOCUMENTS
  const view = { sizeBytes: () => 20_000 }
  const dueWith = (dropped: number): boolean => {
    const init = {
      store: memoryStore(),
      reader: documentReader,
      everyDocuments,
      keys: { isPrivate: false } as never,
      dropped: () => dropped,
    }
    const totals = { documents: 1_000, sizeBytes: (1_000 - dropped) * 100 }
    return new RoomCheckpoints(rootOf().id, init).isDue({ documents: 744 } as never, view, totals)
  }
  expect([dueWith(0), dueWith(900)]).toEqual([true, true])
})
