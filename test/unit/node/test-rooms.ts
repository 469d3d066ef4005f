/** The rooms of a node without a host, for tests. */
import type { Document } from '../../../protocols/document/document.ts'
import { KithError } from '../../../src/kith.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { at, NOW_MS, peerA } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'

export const setUp = (index = 0) => {
  const core = coreOf(index)
  const rooms = new LocalRooms(core, servicesOf(core))
  const receive = (room: string, documents: readonly Document[]) => {
    const blocks = documents.map(({ block }) => block)
    core.machine.rooms.receive(room as Document['id'], blocks, peerA, at(NOW_MS))
  }
  return { core, rooms, receive }
}

/** The error with which something fails. */
export async function failure(act: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof KithError) || error.message.includes('\n')) throw error
    return { code: error.code, message: error.message }
  }
  throw new Error('nothing failed')
}
