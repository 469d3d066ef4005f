/** Peers that offer what they never send keep it from nobody who has honest neighbours. */
import { expect, it } from 'vitest'
import { decodeDocument } from '../../../protocols/document/document.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { LAZY_AFTER, MAX_OFFERERS, OFFER_ABOVE_BYTES } from '../../../protocols/batch-sync/constants.ts'
import { Nodes, RawPeer } from './nodes.ts'

/** Twice the patience with an offer, and some. */
const SOON_MS = 5_000

/**
 * Anna writes, Carl passes it on to Bob, and so do liars that are linked with Anna and Bob: faster than Carl, until he only
 * offers it, and then they only offer it, too, and before him.
 */
function withheld(text: string): boolean[] {
  const nodes = new Nodes()
  nodes.frameMs = 1
  const [anna, carl, bob] = [nodes.add('anna', 0), nodes.add('carl', 1), nodes.add('bob', 2)]
  const room = anna.create()
  for (const node of [carl, bob]) node.command({ type: 'join', room })
  const liars = Array.from({ length: MAX_OFFERERS }, (_, i) => new RawPeer(nodes, `liar${i}`))
  for (const liar of liars) {
    for (const node of [anna, bob]) {
      nodes.link(liar, node)
      liar.enter(node, room, [room])
    }
  }
  nodes.link(anna, carl)
  nodes.link(carl, bob)
  nodes.run(SOON_MS)
  let isGiving = true
  for (const liar of liars) {
    const take = liar.take.bind(liar)
    liar.take = (from, batch) => {
      take(from, batch)
      if (from !== anna.peer) return
      for (const record of batch.records) {
        if (record.type !== 'message' && record.type !== 'offer') continue
        const documents = record.type === 'message' ? record.blocks.map((block) => decodeDocument(block)) : []
        const ids = record.type === 'message' ? documents.map(({ id }) => id) : record.ids
        if (isGiving && liar === liars[0]) liar.sendDocuments(bob, room, documents)
        if (!isGiving) liar.send(bob, { type: 'offer', topic: topicKeyOf(room), ids })
      }
    }
  }
  for (let i = 0; i < 2 * LAZY_AFTER; i++) {
    anna.say(room, `before ${i}`)
    nodes.run(200)
  }
  isGiving = false
  return [1, 2, 3].map((i) => {
    const id = anna.say(room, `after ${i} ${text}`)
    nodes.run(SOON_MS)
    return bob.has(id)
  })
}

it('comes from whoever offers it, too, though that is not asked', () => {
  expect(withheld('')).toEqual([true, true, true])
})

it('also if it is large, and so offered by everybody', () => {
  expect(withheld('x'.repeat(OFFER_ABOVE_BYTES))).toEqual([true, true, true])
})
