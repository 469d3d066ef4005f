/** What the writer process of the SQLite tests puts into a store, and what is wrong with it afterwards. */
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../protocols/wire/ids.ts'
import type { StoredBlock } from '../../../src/store/blocks.ts'
import type { Store, Write } from '../../../src/store/store.ts'
import { blockOf, contentOf, documentRow, ensuredRow, idOf, putDocument } from '../../acceptance/store-rows.ts'

/** Documents of one transaction. */
export const DOCUMENTS_EACH = 10

/** Large enough that the log is taken over into the file, and the disk of a test filled, in short time. */
const DOCUMENT_BYTES = 4_096

const room = idOf('room')

const documentBlockOf = (clock: number): Uint8Array => Buffer.alloc(DOCUMENT_BYTES, clock % 256)

/** Of many sizes, so that now the database and now a block is the first for which there is no space. */
function leafOf(transaction: number): { id: BlockId; block: Uint8Array } {
  const block = Buffer.alloc(8 + ((transaction * 77_017) % 200_000))
  block.writeDoubleBE(transaction)
  return { id: blockIdOf('raw', block), block }
}

/** The root of a transaction, which is put durably before it. */
export function rootOf(transaction: number): StoredBlock {
  const label = `root ${transaction}`
  return { id: blockOf(label), block: contentOf(label) }
}

/** One transaction: documents, and a root that is complete with two blocks; one of these is put in it. */
export function writesOf(transaction: number): Write[] {
  const documents = Array.from({ length: DOCUMENTS_EACH }, (_, i) => {
    const clock = transaction * DOCUMENTS_EACH + i
    return putDocument(documentRow(clock, { clock, block: documentBlockOf(clock) }))
  })
  const root = `root ${transaction}`
  const leaf = leafOf(transaction)
  return [
    ...documents,
    { type: 'put-ensured', row: ensuredRow(root, { state: 'complete', blocks: 2 }) },
    { type: 'put-needs', room, root: blockOf(root), needs: [{ id: blockOf(root) }, { id: leaf.id }] },
    { type: 'put-block', ...leaf },
  ]
}

/** What a store has of the transactions from 0 on. */
export interface Kept {
  documents: number
  roots: number
  /** Rows and blocks that are not as they were written, or lack what was written with them. */
  wrong: string[]
}

export function keptIn(store: Store): Kept {
  const { documents } = store.totals(room)
  const wrong: string[] = []
  store.documents(room, { limit: Infinity }).forEach(({ clock, block }, i) => {
    if (clock !== i || Buffer.compare(block, documentBlockOf(clock)) !== 0) wrong.push(`document ${clock}`)
  })
  const roots = store.ensuredRows({})
  if (documents !== roots.length * DOCUMENTS_EACH) wrong.push(`${documents} documents with ${roots.length} roots`)
  roots.forEach(({ id }, transaction) => {
    const root = `root ${transaction}`
    const leaf = leafOf(transaction)
    if (id !== blockOf(root) || !isHere(store, id, contentOf(root))) wrong.push(root)
    if (!store.isNeeded(room, leaf.id) || !isHere(store, leaf.id, leaf.block)) wrong.push(`leaf ${transaction}`)
  })
  return { documents, roots: roots.length, wrong }
}

function isHere(store: Store, id: BlockId, expected: Uint8Array): boolean {
  const block = store.block(id)
  return block !== undefined && Buffer.compare(block, expected) === 0
}
