/** The order in which wants are requested, and when they are requested again. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  MAX_RETRY_MS,
  PRIORITY,
  RETRY_JITTER,
  RETRY_MS,
  RETRY_STEP_MS,
} from '../../../../protocols/ensure-map/constants.ts'
import { Root } from '../../../../protocols/ensure-map/root.ts'
import { LEVELS, Wants, type Want } from '../../../../protocols/ensure-map/wants.ts'
import { bob, kitchen, leaf, leaves, node, otherRoom, room, type Block } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'

let random: number
let wants: Wants

beforeEach(() => {
  random = 0
  wants = new Wants(() => random)
})

const root = new Root(
  {
    ...{ room, id: leaf('root').id, state: 'searching', failure: undefined, pinned: false, maxBytes: undefined },
    ...{ jobs: [], addedAtMs: 0, blocks: 0, sizeBytes: 0 },
  },
  new HeldBlocks().ports,
)

const need = ({ id }: Block): Want => wants.need(room, id, { root, depth: 0 })
const everybodyTalks = (): number => 0

/** What is to be requested, if all of it can be. */
function askAll(): Want[] {
  const asked: Want[] = []
  for (const level of LEVELS) {
    for (const want of wants.queued(level)) {
      asked.push(want)
      wants.ask(want)
    }
  }
  return asked
}

describe('the queue', () => {
  it('has ancestors first, then nodes, then leaves, each in order of arrival', () => {
    const [a, b] = leaves(2)
    const nodes = [node([a!]), node([b!])]
    const leafWants = [need(a!), need(b!)]
    const nodeWants = nodes.map((each) => need(each))
    const ancestor = wants.missing(room, kitchen.id, bob)
    expect(askAll()).toEqual([ancestor, ...nodeWants, ...leafWants])
    expect([ancestor, nodeWants[0]!, leafWants[0]!].map(({ priority }) => priority)).toEqual([
      PRIORITY.ancestor,
      PRIORITY.node,
      PRIORITY.leaf,
    ])
    expect(askAll()).toEqual([])
  })

  it('has one want per block and scope, with all that need it', () => {
    const page = leaf('page')
    const want = need(page)
    expect(need(page)).toBe(want)
    expect(want.needs).toHaveLength(2)
    const others = [otherRoom, undefined].map((scope) => wants.need(scope, page.id, { root, depth: 0 }))
    expect(wants.of(page.id)).toEqual([want, ...others])
    expect(wants.get(undefined, page.id)).toBe(others[1])
    for (const each of [want, ...others]) wants.remove(each)
    expect(wants.size).toBe(0)
    expect(askAll()).toEqual([])
  })

  it('gives each want once, and moves those given in vain behind the others', () => {
    const all = leaves(10).map((each) => need(each))
    let looks = 0
    for (const want of wants.queued(PRIORITY.leaf)) {
      expect(want).toBe(all[looks])
      if (++looks > 4) break
    }
    expect([...wants.queued(PRIORITY.leaf)]).toEqual([...all.slice(4), ...all.slice(0, 4)])
  })

  it('keeps stalled wants apart, until there is nobody to wait for', () => {
    const all = leaves(3).map((each) => need(each))
    for (const want of all) wants.stall(want)
    expect(wants.hasQueued).toBe(true)
    expect(wants.stalledCount(PRIORITY.leaf)).toBe(3)
    expect(askAll()).toEqual([])
    wants.remove(all[1]!)
    expect([...wants.stalled(PRIORITY.leaf)]).toEqual([all[0], all[2]])
    wants.queueStalled()
    expect(askAll()).toEqual([all[0], all[2]])
    expect(wants.hasQueued).toBe(false)
  })
})

describe('a waiting want', () => {
  it(`waits for ${RETRY_MS} ms, then doubling up to ${MAX_RETRY_MS} ms`, () => {
    const want = need(leaf('page'))
    const waits: number[] = []
    for (let nowMs = 0, i = 0; i < 10; i++) {
      expect(wants.retryLater(want, nowMs)).toBe(true)
      expect(wants.nextDueMs).toBe(want.dueMs)
      wants.due(want.dueMs - 1, everybodyTalks)
      expect(want.state).toBe('waiting')
      wants.due(want.dueMs, everybodyTalks)
      expect(want.state).toBe('queued')
      waits.push(want.dueMs - nowMs)
      nowMs = want.dueMs
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600, 600].map((seconds) => seconds * 1_000))
  })

  it('waits for a random part longer, rounded so that many are due together', () => {
    const waits = leaves(1_000).map((each, index) => {
      random = index / 1_000
      const want = need(each)
      wants.retryLater(want, 0)
      return want.dueMs
    })
    expect(Math.min(...waits)).toBe(RETRY_MS)
    const longestMs = RETRY_MS * (1 + RETRY_JITTER)
    expect(Math.max(...waits)).toBeGreaterThan(longestMs - 2 * RETRY_STEP_MS)
    expect(Math.max(...waits)).toBeLessThanOrEqual(longestMs)
    expect(new Set(waits).size).toBe((RETRY_MS * RETRY_JITTER) / RETRY_STEP_MS)
  })

  it('is requested early when a peer connects, and waits on as before', () => {
    const want = need(leaf('page'))
    wants.retryLater(want, 0)
    wants.retryNow()
    expect(askAll()).toEqual([want])
    expect(wants.retryLater(want, 1_000)).toBe(false)
    expect(want).toMatchObject({ state: 'waiting', dueMs: RETRY_MS, attempts: 1 })
  })

  it('forgets all absences once it is due', () => {
    const want = need(leaf('page'))
    want.absentAt = [{ peer: bob, term: 1, home: 0, next: 0 }]
    wants.retryLater(want, 0)
    wants.due(RETRY_MS, everybodyTalks)
    expect(want.absentAt).toEqual([])
  })

  it('is examined when it is due, and not before', () => {
    const all = leaves(1_000).map((each) => need(each))
    for (const [index, want] of all.entries()) wants.waitUntil(want, index)
    let looks = 0
    for (const want of all) want.isPatient = true
    wants.due(99, () => {
      looks++
      return 0
    })
    expect(looks).toBe(100)
    expect(wants.nextDueMs).toBe(100)
    expect(askAll()).toHaveLength(100)
  })

  it('that is patient waits for its room to be quiet, whoever connects', () => {
    const want = wants.missing(room, kitchen.id, bob)
    want.isPatient = true
    wants.waitUntil(want, 1_000)
    wants.retryNow()
    expect(want.state).toBe('waiting')
    wants.due(1_000, () => 1_500)
    expect(want).toMatchObject({ state: 'waiting', dueMs: 1_500 })
    expect(wants.nextDueMs).toBe(1_500)
    wants.due(1_500, () => 1_500)
    expect(want).toMatchObject({ state: 'queued', isPatient: false })
    expect(wants.nextDueMs).toBe(Infinity)
  })
})

describe('a document that arrived', () => {
  it('is requested again if it was not accepted for long', () => {
    const want = wants.missing(room, kitchen.id, bob)
    wants.validating(want, 0)
    expect(want.state).toBe('validating')
    wants.retryNow()
    expect(want.state).toBe('validating')
    wants.due(RETRY_MS, everybodyTalks)
    expect(want.state).toBe('queued')
  })

  it('is no longer due once it is forgotten', () => {
    const want = wants.missing(room, kitchen.id, bob)
    wants.validating(want, 0)
    wants.remove(want)
    wants.due(RETRY_MS, everybodyTalks)
    expect(askAll()).toEqual([])
    expect(wants.nextDueMs).toBe(Infinity)
  })
})
