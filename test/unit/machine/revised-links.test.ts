/** Which files are those of a room is not decided by what the disk has changed. */
import { expect, test } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { reviseLinks } from '../../../src/machine/ensure-map/revised-links.ts'
import { documentReader } from '../../../src/room/document-reader.ts'
import { Writer } from '../room/history.ts'
import { storeWith } from './nodes.ts'

test('a damaged document is told, and neither links nor releases anything', () => {
  const writer = new Writer()
  const { id } = writer.write({ author: 1, parents: [0], isFork: false, signing: 'signed' })
  const { room } = writer
  const store = storeWith(writer.documents)
  const link = blockIdOf('raw', Buffer.from('a file'))
  store.apply({ type: 'put-linking', room, row: { id, clock: 2, links: [link] } })
  const told: RoomId[] = []
  const reader = { ...documentReader, foundDamage: (damaged: RoomId) => told.push(damaged) }
  const read: string[] = []
  const counts = ({ id: asked }: { id: string }): boolean => read.push(asked) < 0
  const links = { room, store, reader, counts, linked: () => expect.fail(), release: () => undefined }
  const documents = store.documents.bind(store)
  store.documents = (...given) =>
    documents(...given).map((row) => (row.id === id ? { ...row, block: new Uint8Array(9) } : row))
  reviseLinks({ left: [], ruledFrom: 0 }, links)
  expect([read, told]).toEqual([[], [room]])
  expect(store.linking(room)).toHaveLength(1)
  store.documents = documents
  reviseLinks({ left: [], ruledFrom: 0 }, links)
  expect(read).toEqual([id])
  expect(store.linking(room)).toEqual([])
})
