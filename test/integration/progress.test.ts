/** A newcomer to a long history sees how much of it is missing, until nothing is. */
import { expect, test, vi } from 'vitest'
import type { NodeStatus, RoomDetails, RoomProgress } from '../../src/kith.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'
import { writeLongHistory } from './long-history.ts'

/** Several MESSAGEs, but no more events than may wait for a slow reader of them. */
const DOCUMENTS = 4_000

const kith = useKith()

const progressOf = ({ events }: NodeProcess): RoomProgress[] =>
  events.flatMap((record) => (record.event === 'progress' ? [record.progress] : []))

test('joining a room with a long history tells how much is missing, and ends with nothing missing', async () => {
  const { dataDir, room } = await writeLongHistory(kith.folder(), DOCUMENTS)
  const writer = await kith.start({ dataDir, name: 'Writer' })
  const reader = await kith.start({ name: 'Reader', peers: [writer.address] })
  const lines = await kith.json<{ progress: RoomProgress } | RoomDetails>(reader.dataDir, 'join', room)
  const shown = lines.flatMap((line) => ('progress' in line ? [line.progress] : []))
  expect(lines.at(-1)).toMatchObject({ id: room, name: 'Kitchen', status: 'open' })
  await vi.waitFor(() => expect(progressOf(reader).at(-1)).toMatchObject({ missing: 0, remainingMs: 0 }), POLL)
  for (const progress of [...shown, ...progressOf(reader)]) {
    const { known, have, missing } = progress
    expect(progress).toMatchObject({ room })
    expect(known).toBe(have + missing)
  }
  const ofHistory = progressOf(reader).filter(({ what }) => what === 'history')
  expect(ofHistory.at(-1)?.known).toBeGreaterThan(DOCUMENTS)
  expect(ofHistory.map(({ have }) => have)).toEqual(ofHistory.map(({ have }) => have).toSorted((a, b) => a - b))
  expect((await reader.api.call('rooms.show', { room })).documents).toBeGreaterThan(DOCUMENTS)
  const [status] = await kith.json<NodeStatus>(reader.dataDir, 'status')
  expect(status).toMatchObject({ progress: [] })
  expect(progressOf(writer), 'nothing was missing there').toEqual([])
  await Promise.all([writer.stop(), reader.stop()])
})
