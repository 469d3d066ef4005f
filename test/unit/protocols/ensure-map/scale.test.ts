/** A hundred thousand wants at once: the work grows with their number, not with its square. */
import { describe, expect, it } from 'vitest'
import { Asking } from '../../../../protocols/ensure-map/asking.ts'
import {
  ASK_BURST,
  ASK_PAUSE_MS,
  LOOK_AHEAD,
  MAX_IDS,
  RETRY_MS,
  RETRY_STEP_MS,
  WANTS_PER_SECOND,
} from '../../../../protocols/ensure-map/constants.ts'
import { Root } from '../../../../protocols/ensure-map/root.ts'
import { Wants } from '../../../../protocols/ensure-map/wants.ts'
import { Effects } from '../../../../protocols/wire/effects.ts'
import type { RoomId } from '../../../../protocols/wire/ids.ts'
import { Neighbours } from '../../../../protocols/wire/neighbours.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { anna, bob, carol, leaf, leaves, room } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'
import { World } from './world.ts'

const COUNT = 100_000
const blocks = leaves(COUNT, '', 20)

describe(`a node that wants ${COUNT} blocks`, () => {
  it('that nobody has, then one peer has none of, then another has all of, does little for each', () => {
    const world = new World(seededRandom(1))
    world.weather.latencyMs = 1
    const a = world.add(anna)
    const b = world.add(bob)
    const c = world.add(carol)

    for (const block of blocks) a.ensure(room, block)
    expect(a.events).toHaveLength(COUNT)
    expect(a.held.reads, 'each is looked for once').toBe(COUNT)
    expect(a.timersSet).toBeLessThan(100)

    world.connect(a, b)
    const askingMs = (1_000 * (COUNT - ASK_BURST)) / WANTS_PER_SECOND
    world.pass(2 * askingMs)
    const asked = a.idsSentTo(bob, 'want').length
    expect(new Set(a.idsSentTo(bob, 'want')).size, 'all are asked for').toBe(COUNT)
    expect(asked, 'some of them again, no faster than the peer takes it').toBeLessThanOrEqual(
      ASK_BURST + (world.nowMs * WANTS_PER_SECOND) / 1_000,
    )
    expect(a.sentTo(bob, 'want').length, 'in few records').toBeLessThan((8 * asked) / MAX_IDS)
    expect(a.timersSet).toBeLessThan(100 + world.nowMs / ASK_PAUSE_MS + (2 * world.nowMs) / RETRY_STEP_MS)
    expect([...a.faults, ...b.faults]).toEqual([])

    c.held.hold(room, blocks)
    world.connect(a, c)
    const fetchingMs = world.passUntil(() => a.machine.searching === 0, 60_000)
    expect(fetchingMs).toBeLessThan(2 * askingMs)
    expect(a.held.written.size).toBe(COUNT)
    expect(a.held.reads).toBeLessThanOrEqual(2 * COUNT)
    expect(a.idsSentTo(carol, 'want')).toHaveLength(COUNT)
    expect([...a.faults, ...c.faults]).toEqual([])
    world.pass(60_000)
    expect(world.isAtRest).toBe(true)
  })
})

describe(`${COUNT} wants`, () => {
  it('are examined about once per answer', () => {
    const wants = new Wants(seededRandom(1))
    let looks = 0
    let pumps = 0
    const neighbours = new (class extends Neighbours<true> {
      override of(inRoom: RoomId) {
        looks++
        return super.of(inRoom)
      }
    })()
    for (const peer of [bob, carol]) neighbours.set(room, peer, true)
    const asking = new Asking({
      ...{ wants, neighbours, openRoom: () => undefined, afterClock: () => 0 },
      effects: new Effects(),
      onAbsent: () => undefined,
    })
    const root = new Root(
      {
        ...{ room, id: leaf('root').id, state: 'searching', failure: undefined, pinned: false, maxBytes: undefined },
        ...{ jobs: [], addedAtMs: 0, blocks: 0, sizeBytes: 0 },
      },
      new HeldBlocks().ports,
    )
    for (const { id } of blocks) wants.need(room, id, { root, depth: 1 })
    for (const peer of [bob, carol]) asking.peerUp(peer, 1, 0)
    let nowMs = 0
    let answers = 0
    for (; wants.hasQueued || answers < 2 * COUNT; nowMs += 1) {
      asking.pump(nowMs)
      pumps++
      for (const each of [bob, carol]) {
        const peer = asking.peer(each)!
        for (const id of [...peer.asks.keys()]) {
          asking.lacks(peer, peer.answered(id, 0)!)
          answers++
        }
      }
    }
    expect(answers).toBe(2 * COUNT)
    // Once for each peer, once more to find that nobody is left, and in vain when both are busy.
    expect(looks).toBeLessThan(3 * COUNT + 2 * LOOK_AHEAD * pumps)
    expect(2 * LOOK_AHEAD * pumps, 'which is not often').toBeLessThan(100 * COUNT)
    wants.due(nowMs + RETRY_MS, () => 0)
    expect(wants.hasQueued).toBe(true)
  })
})
