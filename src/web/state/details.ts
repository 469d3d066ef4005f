/** What is known of a room beyond a list of rooms. */
import { useState } from 'preact/hooks'
import type { RoomOverview } from '../../api/page-calls.ts'
import type { RoomDetails } from '../../kith.ts'
import { call } from '../connection/call.ts'
import { useReload } from '../parts/reload.ts'

/** Everything about a room that is shown, kept current; undefined until the node has told. */
export function useDetails(room: RoomOverview): RoomDetails | undefined {
  const [details, setDetails] = useState<RoomDetails | undefined>(undefined)
  const load = async (): Promise<void> => {
    const told = await call('rooms.show', { room: room.id }).catch(() => undefined)
    if (told !== undefined) setDetails(told)
  }
  useReload(load, [room])
  return details
}
