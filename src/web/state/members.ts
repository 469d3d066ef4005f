/** Who is in a room, for what is typed there. */
import { useEffect, useState } from 'preact/hooks'
import type { Member } from '../../kith.ts'
import { call } from '../connection/call.ts'
import { isForGuests } from '../connection/served-for.ts'

/** The members of a room, asked for each time that they are wanted anew; none until the node has answered. */
export function useMembers(room: string, areWanted: boolean): readonly Member[] {
  const [members, setMembers] = useState<readonly Member[]>([])
  useEffect(() => {
    // Guests are told of nobody but those who say something.
    if (!areWanted || isForGuests) return
    call('rooms.members', { room }).then(setMembers, () => undefined)
  }, [room, areWanted])
  return members
}
