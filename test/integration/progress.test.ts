/** A newcomer to a long history sees how much of it is missing, until nothing is. */
import { expect, test, vi } from 'vitest'
import type { NodeStatus, RoomDetails, RoomProgress } from '../../src/kith.ts'
import { createNode } from '../../src/node.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

/** Several MESSAGEs, but no more events than may wait for a slow reader of them. */
const DOCUMENTS = 4_000
const TEXT_BYTES = 150

/** Written together, so that they share a flush. */
const AT_ONCE = 500

const kith = useKith()

/** The data folder of a node with a long history in a room, and the id of the room. */
async function longHistory(): Promise<{ dataDir: string; room: string }> {
  const dataDir = kith.folder()
  const node = await createNode({ dataDir, name: 'Writer', offline: true })
  const room = await node.rooms.create({ name: 'Kitchen' })
  const text = 'x'.repeat(TEXT_BYTES)
  for (let sent = 0; sent < DOCUMENTS; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => room.send(`${sent + index} ${text}`)))
  }
  await node.stop()
  return { dataDir, room: room.id }
}

const progressOf = ({ events }: NodeProcess): RoomProgress[] =>
  events.flatMap((record) => (record.event === 'progress' ? [record.progress] : []))

test('joining a room with a long history tells how much is missing, and ends with nothing missing', async () => {
  const { dataDir, room } = await longHistory()
  const writer = await kith.start({ dataDir, name: 'Writer' })
  const reader = await kith.start({ name: 'Reader', peers: [writer.address] })
  const lines = await kith.json<{ progress: RoomProgress } | RoomDetails>(reader.dataDir, 'join', room)
  const shown = lines.flatMap((line) => ('progress' in line ? [line.progress] : []))
  expect(lines.at(-1)).toMatchObject({ id: room, name: 'Kitchen', status: 'open' })
  await vi.waitFor(() => expect(progressOf(reader).at(-1)).toMatchObject({ missing: 0, remainingMs: 0 }), POLL)
  for (const progress of [...shown, ...progressOf(reader)]) {
    const { known, have, missing } = progress
    expect(progress).toMatchObject({ room, what: 'history' })
    expect(known).toBe(have + missing)
    expect(known).toBeGreaterThan(DOCUMENTS)
  }
  expect(progressOf(reader).map(({ have }) => have)).toEqual(
    progressOf(reader)
      .map(({ have }) => have)
      .toSorted((a, b) => a - b),
  )
  expect((await reader.api.call('rooms.show', { room })).documents).toBeGreaterThan(DOCUMENTS)
  const [status] = await kith.json<NodeStatus>(reader.dataDir, 'status')
  expect(status).toMatchObject({ progress: [] })
  expect(progressOf(writer), 'nothing was missing there').toEqual([])
  await Promise.all([writer.stop(), reader.stop()])
})
