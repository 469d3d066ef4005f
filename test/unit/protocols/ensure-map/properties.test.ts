/**
 * Random DAGs, needed by random roots in several scopes, among peers that come and go, lie, refuse and
 * fall silent, and whose frames are duplicated and overtake one another. With one honest holder up for
 * long enough, everything arrives, once, and nothing is left of what was released.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Scope } from '../../../../protocols/ensure-map/ports.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { pick, seededRandom } from '../../../../src/simulate/random.ts'
import { anna, leaf, node, otherRoom, room, type Block } from './dags.ts'
import type { TestNode } from './test-node.ts'
import { World } from './world.ts'

const ROOMS = [room, otherRoom]
const SCOPES: readonly Scope[] = [room, otherRoom, undefined]
const HOUR_MS = 3_600_000

type Manner = 'honest' | 'lying' | 'refusing' | 'silent' | 'forgetful'

/** A block, given by what it links to: indexes of earlier ones. */
interface BlockPlan {
  links: readonly number[]
  sizeBytes: number
}

interface Plan {
  blocks: readonly BlockPlan[]
  roots: readonly { block: number; scope: number; atMs: number; releasedMs: number | undefined }[]
  holders: readonly { manner: Manner; share: number; meetings: readonly number[] }[]
  isRough: boolean
  restartMs: number | undefined
  seed: number
}

const timeMs = fc.nat(120_000)

const plans: fc.Arbitrary<Plan> = fc.record({
  blocks: fc.array(
    fc.record({ links: fc.array(fc.nat(100), { maxLength: 5 }), sizeBytes: fc.oneof(fc.nat(2_000), fc.nat(300_000)) }),
    { minLength: 1, maxLength: 40 },
  ),
  roots: fc.array(
    fc.record({
      ...{ block: fc.nat(100), scope: fc.nat(2), atMs: timeMs },
      releasedMs: fc.option(timeMs, { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  holders: fc.array(
    fc.record({
      manner: fc.constantFrom('honest', 'lying', 'refusing', 'silent', 'forgetful'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      meetings: fc.array(timeMs, { maxLength: 6 }),
    }),
    { maxLength: 5 },
  ),
  isRough: fc.boolean(),
  restartMs: fc.option(timeMs, { nil: undefined }),
  seed: fc.nat(),
})

function blocksOf(plan: Plan): Block[] {
  const blocks: Block[] = []
  for (const [index, { links, sizeBytes }] of plan.blocks.entries()) {
    const parts = [
      ...new Set(links.map((link) => blocks[link % Math.max(1, index)]).filter((part) => part !== undefined)),
    ]
    blocks.push(parts.length > 0 ? node(parts, index) : leaf(index, 10 + sizeBytes))
  }
  return blocks
}

/** Everything that a block depends on, including itself, by how it was made. */
function closureOf(plan: Plan, block: number): Set<number> {
  const found = new Set<number>()
  const open = [block]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    if (next > 0) open.push(...(plan.blocks[next]?.links ?? []).map((link) => link % next!))
  }
  return found
}

/** What a peer says instead of the truth. */
function tampering(manner: Manner, random: Random): TestNode['tamper'] {
  const lie = (record: EnsureMapRecord): EnsureMapRecord[] => {
    if (record.type !== 'block' || manner === 'honest') return [record]
    if (manner === 'lying') return random() < 0.7 ? [{ ...record, data: record.data.subarray(1) }] : [record]
    if (manner === 'refusing') return [{ type: 'dont-have', topic: record.topic, ids: [record.id] }]
    return manner === 'silent' || random() < 0.5 ? [] : [record]
  }
  return (_to, record) => lie(record)
}

class Life {
  readonly plan: Plan
  readonly random: Random
  readonly world: World
  readonly blocks: readonly Block[]
  readonly holders: readonly TestNode[]
  /** Roots that were not released, by scope and index. */
  readonly wanted = new Map<string, { scope: Scope; block: number }>()
  anna: TestNode

  constructor(plan: Plan) {
    this.plan = plan
    this.random = seededRandom(plan.seed)
    this.world = new World(this.random)
    if (plan.isRough) this.world.weather = { latencyMs: 30, jitterMs: 200, doubled: 0.1 }
    this.blocks = blocksOf(plan)
    this.anna = this.world.add(anna, ROOMS)
    this.holders = plan.holders.map(({ manner, share }, index) => {
      const holder = this.world.add(`holder ${index}` as PeerId, ROOMS)
      for (const each of ROOMS)
        holder.held.hold(
          each,
          this.blocks.filter(() => this.random() < share),
        )
      holder.tamper = tampering(manner, this.random)
      return holder
    })
  }

  /** The two minutes in which everything happens. */
  live(): void {
    for (const [index, { meetings }] of this.plan.holders.entries()) {
      for (const atMs of meetings) this.world.at(atMs, () => this.#comeOrGo(this.holders[index]!))
    }
    for (const { block, scope: place, atMs, releasedMs } of this.plan.roots) {
      const root = { scope: SCOPES[place], block: block % this.blocks.length }
      const key = `${place} ${root.block}`
      this.world.at(atMs, () => {
        this.wanted.set(key, root)
        this.anna.ensure(root.scope, this.blocks[root.block]!)
      })
      if (releasedMs === undefined) continue
      this.world.at(releasedMs, () => {
        this.wanted.delete(key)
        this.anna.release(root.scope, this.blocks[root.block]!)
      })
    }
    if (this.plan.restartMs !== undefined) this.world.at(this.plan.restartMs, () => this.#restart())
    this.world.pass(120_000)
  }

  meetHonest(): void {
    const zoe = this.world.add('zoe' as PeerId, ROOMS)
    for (const each of ROOMS) zoe.held.hold(each, this.blocks)
    this.world.connect(this.anna, zoe, ROOMS)
  }

  /** Everything is released, and all peers disconnect. */
  end(): void {
    for (const { scope, block } of this.wanted.values()) this.anna.release(scope, this.blocks[block]!)
    for (const peer of this.world.nodes.values()) this.world.disconnect(this.anna, peer)
    this.anna.takeSent()
    this.world.pass(HOUR_MS)
  }

  #comeOrGo(holder: TestNode): void {
    if (this.world.isConnected(anna, holder.key)) this.world.disconnect(this.anna, holder)
    else this.world.connect(this.anna, holder, pick(this.random, [[room], [otherRoom], ROOMS]))
  }

  #restart(): void {
    for (const holder of this.holders) this.world.disconnect(this.anna, holder)
    this.anna = this.world.add(anna, ROOMS, this.anna.held)
  }
}

it('everything that is needed arrives, and nothing stays of what is not', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const life = new Life(plan)
      life.live()
      life.meetHonest()
      life.world.passUntil(() => life.anna.machine.searching === 0, HOUR_MS)
      const { held } = life.anna
      for (const { scope, block } of life.wanted.values()) {
        const closure = [...closureOf(plan, block)].map((place) => life.blocks[place]!)
        const sizeBytes = closure.reduce((sum, { data }) => sum + data.length, 0)
        expect(held.row(scope, life.blocks[block]!)).toMatchObject({
          ...{ state: 'complete', failure: undefined },
          ...{ blocks: new Set(closure.map(({ id }) => id)).size, sizeBytes },
        })
        for (const { id, data } of closure) {
          expect(Buffer.compare(held.blocks.get(id) ?? new Uint8Array(), data)).toBe(0)
        }
      }
      expect(held.rows.size).toBe(life.wanted.size)
      expect(
        [...held.written.values()].every((times) => times === 1),
        'each is written once',
      ).toBe(true)
      for (const { key } of life.world.nodes.values()) expect(life.anna.askedOf(key)).toBe(0)
      life.end()
      expect(held.needed).toBe(0)
      expect(held.rows.size).toBe(0)
      expect(life.anna.sent).toEqual([])
      expect(life.world.isAtRest).toBe(true)
      life.meetHonest()
      expect(life.anna.sent, 'nothing is wanted any more').toEqual([])
    }),
    { numRuns: 150 },
  )
})
