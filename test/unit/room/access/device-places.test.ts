/** How many devices a person may have: places that a stolen one uses up become free again, and nobody gets more by that. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../../protocols/document/document.ts'
import { actOf, isOfType, type Saying } from '../../../../src/room/access/acts.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { deliveryOf, signerOf } from '../history.ts'
import { deliverAll } from './delivery.ts'
import { NaiveAccess } from './naive.ts'
import { counts, nodeWith } from './node-with.ts'
import { deviceOf, membersRoot, MembersWriter } from './random-members.ts'

/** So few that a test can use them all up in many ways. */
const PLACES = 3

vi.mock(import('../../../../protocols/access/constants.ts'), async (original) => ({
  ...(await original()),
  MAX_DEVICES: 3 as 32,
}))

const OWNER = 0
const [BOB, PHONE, LAPTOP] = [1, 2, 3] as const

/** KITH_SEEDS=N looks at N histories. */
const RUNS = Number(process.env['KITH_SEEDS'] ?? 20)

const removalOf = (member: number): Saying => ({ type: 'role', member: signerOf(member).author, role: 'none' })

/** A room in which Bob writes, and his stolen phone has added as many devices as there may be. */
function withThief() {
  const writer = new MembersWriter(membersRoot(seededRandom(7)))
  const bob = writer.act(OWNER, [writer.root], { type: 'role', member: signerOf(BOB).author, role: 'writer' })
  const phone = writer.act(BOB, [bob], deviceOf(BOB, PHONE))
  const thieves = Array.from({ length: PLACES - 1 }, (_, i) => 10 + i)
  const act = (author: number, saying: Saying, after = writer.heads()): Document => writer.act(author, after, saying)
  for (const thief of thieves) act(PHONE, deviceOf(PHONE, thief, { person: BOB }))
  return { writer, act, phone, thieves }
}

describe('when a stolen phone has used up all places', () => {
  it('whoever removes what it added has them again', () => {
    const { writer, act, thieves } = withThief()
    const early = act(BOB, deviceOf(BOB, LAPTOP))
    for (const thief of [PHONE, ...thieves]) act(BOB, removalOf(thief))
    const late = act(BOB, deviceOf(BOB, LAPTOP))
    const graph = nodeWith([...writer.documents, writer.say(OWNER, [late])])
    expect([counts(graph, early), counts(graph, late)]).toEqual([false, true])
  })

  it('an admin gives them back too', () => {
    const { writer, act, thieves } = withThief()
    act(OWNER, removalOf(thieves[0]!))
    const late = act(BOB, deviceOf(BOB, LAPTOP))
    expect(counts(nodeWith(writer.documents), late)).toBe(true)
  })

  it('a removal that does not know what it is about gives none back, nor one that does not count', () => {
    const { writer, act, phone, thieves } = withThief()
    const all = writer.heads()
    // A stranger's, and one of a thief who was removed beside.
    act(5, removalOf(thieves[0]!), all)
    act(BOB, removalOf(PHONE), all)
    act(PHONE, removalOf(thieves[0]!), [phone])
    const again = deviceOf(PHONE, thieves[0]!, { person: BOB })
    act(PHONE, again, all)
    const late = act(BOB, deviceOf(BOB, LAPTOP))
    const graph = nodeWith(writer.documents)
    // That of the phone itself does: it was one of the first.
    expect(counts(graph, late)).toBe(true)
    expect(counts(graph, act(BOB, deviceOf(BOB, 50)))).toBe(false)
  })

  it('whoever has its place from a removal gives none back', () => {
    const { writer, act, thieves } = withThief()
    for (const thief of [PHONE, ...thieves]) act(BOB, removalOf(thief))
    const late = [LAPTOP, 51, 52].map((device) => act(BOB, deviceOf(BOB, device)))
    act(LAPTOP, removalOf(51))
    const other = act(BOB, deviceOf(BOB, 53))
    act(OWNER, removalOf(52))
    const last = act(BOB, deviceOf(BOB, 54))
    const graph = nodeWith(writer.documents)
    expect([...late, other, last].map((document) => counts(graph, document))).toEqual([true, true, true, false, true])
  })
})

describe('a member whose devices add and remove each other as long as they can', () => {
  /** Whoever may do something does it, each beside some others. */
  function greedy(seed: number) {
    const random = seededRandom(seed)
    const { writer } = withThief()
    const keys = [BOB, PHONE, 10, 11]
    for (let i = 0; i < 60; i++) {
      const pick = (): number => keys[Math.floor(random() * keys.length)]!
      const after = random() < 0.8 ? writer.heads() : [writer.documents.at(-1 - Math.floor(random() * 5))!]
      const author = pick()
      if (random() < 0.5) writer.act(author, after, removalOf(pick()))
      else {
        keys.push(100 + i)
        writer.act(author, after, deviceOf(author, 100 + i, { person: BOB }))
      }
    }
    writer.say(OWNER, writer.heads())
    return writer.documents
  }

  it('has no more than what the first ones may free, on all nodes the same', () => {
    let freed = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const documents = greedy(seed)
        const naive = new NaiveAccess(documents)
        const counting = naive.counting()
        const deliver = (restartEvery?: number) =>
          deliverAll(documents, (missing, round) => deliveryOf(missing, seed + round), restartEvery)
        for (const { counting: here } of [deliver(), deliver(3)]) {
          expect(new Set(here)).toEqual(counting)
        }
        const devices = documents.filter(({ id }) => counting.has(id)).flatMap((document) => actOf(document) ?? [])
        const members = devices.flatMap((act) => (isOfType(act, 'device') ? [act.saying.member] : []))
        const different = new Set(members).size
        if (different > PLACES + 1) freed++
        // The first key and the first of its devices remove so many each.
        expect(different).toBeLessThanOrEqual(1 + PLACES + (1 + PLACES) * PLACES)
      }),
      { numRuns: RUNS },
    )
    expect(freed).toBeGreaterThan(0)
  })
})
