/** Names of invented authors, so many that they would fill a room's state if they counted. */
import { PROFILE_KIND } from '../../../protocols/room/constants.ts'
import type { Attack } from './attack.ts'
import { documentAfterRoot, enterRoom, inventedAuthor } from './room-entrance.ts'

/** More than a room keeps. */
export const INVENTED_PROFILES = 1_500

export const profiles: Attack = {
  name: 'profiles',
  async run(target) {
    const { peer, send } = await enterRoom(target)
    const blocks = Array.from({ length: INVENTED_PROFILES }, (_, index) => {
      const body = Buffer.from(`Invented ${index} `.padEnd(64, 'x'))
      return documentAfterRoot(target.room, inventedAuthor(), { kind: PROFILE_KIND, body }).block
    })
    await send(blocks)
    await peer.stop()
  },
}
