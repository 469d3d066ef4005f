/** A room with a long history, for tests of those who join it. */
import { createNode } from '../../src/node.ts'

const TEXT_BYTES = 150

/** Written together, so that they share a flush. */
const AT_ONCE = 500

interface LongHistory {
  /** Of the room. */
  name: string
  access: 'open' | 'private'
  /** What all messages say behind their number. */
  text: string
}

/** Writes the messages `0 xxx…`, `1 xxx…` and so on in a room of a new node; its data folder, and the id of the room. */
export async function writeLongHistory(
  dataDir: string,
  messages: number,
  { name = 'Kitchen', access = 'open', text = 'x'.repeat(TEXT_BYTES) }: Partial<LongHistory> = {},
): Promise<{ dataDir: string; room: string }> {
  const node = await createNode({ dataDir, name: 'Writer', offline: true })
  const room = await node.rooms.create({ name, access })
  for (let sent = 0; sent < messages; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => room.send(`${sent + index} ${text}`)))
  }
  await node.stop()
  return { dataDir, room: room.id }
}
