/** Names of invented authors, so many that they would fill a room's state if they counted. */
import { PROFILE_KIND } from '../../../protocols/room/constants.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import type { Attack } from './attack.ts'
import { documentAfterRoot, enterRoom, inventedAuthor } from './room-entrance.ts'

/** More than a room keeps. */
export const INVENTED_PROFILES = 1_200

export const profiles: Attack = {
  name: 'profiles',
  async run(target) {
    const { peer, send } = await enterRoom(target)
    const blocks: Uint8Array[] = []
    // One after another, so that the room has one head: it is names that are many here.
    let parent: DocumentId = target.room
    for (let index = 0; index < INVENTED_PROFILES; index++) {
      const fields = { kind: PROFILE_KIND, body: Buffer.from(`Invented ${index}`), parents: [parent], clock: index + 2 }
      const { id, block } = documentAfterRoot(target.room, inventedAuthor(), fields)
      blocks.push(block)
      parent = id
    }
    await send(blocks)
    await peer.stop()
  },
}
