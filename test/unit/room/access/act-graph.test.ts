/** What acts that are refused leave behind. */
import { expect, it } from 'vitest'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import { ActGraph } from '../../../../src/room/access/act-graph.ts'
import type { Act } from '../../../../src/room/access/acts.ts'
import { NO_BITS } from '../../../../src/room/access/bits.ts'
import { NOW_MS, rootOf, signerOf } from '../history.ts'

const room = rootOf().id
const [founder, member] = [signerOf(0).author, signerOf(1).author]
const actOf = (name: string, role: 'none' | 'writer'): Act => ({
  ...{ id: name as DocumentId, clock: 2, author: founder, timeMs: NOW_MS },
  saying: { type: 'role', member, role },
})

it('gives the index of an act that was never part of the room to the next one', () => {
  const graph = new ActGraph(room, founder)
  const first = graph.add(actOf('first', 'writer'), NO_BITS)
  for (let i = 0; i < 3; i++) {
    const refused = graph.add(actOf(`refused ${i}`, 'none'), graph.all)
    expect([refused, graph.lowers(refused)]).toEqual([1, true])
    graph.drop(refused)
  }
  const second = graph.add(actOf('second', 'writer'), graph.all)
  expect([first, second, graph.size, graph.lowers(second)]).toEqual([0, 1, 2, false])
  expect(graph.settingsOf(member, graph.all)).toEqual([0, 1])
})

it('keeps the index of one that was', () => {
  const graph = new ActGraph(room, founder)
  graph.remove(graph.add(actOf('gone', 'writer'), NO_BITS))
  expect(graph.add(actOf('next', 'writer'), NO_BITS)).toBe(1)
})
