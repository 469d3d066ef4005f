/** One author with hundreds of documents at one place of its chain, and many authors with two. */
import type { Attack } from './attack.ts'
import { documentAfterRoot, enterRoom, inventedAuthor } from './room-entrance.ts'

/** Forks of the one author. */
export const FORKS = 300
/** Authors that fork once. */
export const FORKING_AUTHORS = 50

export const forks: Attack = {
  name: 'forks',
  async run(target) {
    const { peer, send } = await enterRoom(target)
    const signer = inventedAuthor()
    const ofOne = Array.from({ length: FORKS + 1 }, () => documentAfterRoot(target.room, signer, {}).block)
    const ofMany = Array.from({ length: FORKING_AUTHORS }, inventedAuthor).flatMap((each) => {
      return [documentAfterRoot(target.room, each, {}).block, documentAfterRoot(target.room, each, {}).block]
    })
    await send([...ofOne, ...ofMany])
    await peer.stop()
  },
}
