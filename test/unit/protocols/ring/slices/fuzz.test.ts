/** Random worlds: items come and go, slices move, records get lost, and in the end all hold the same where they should. */
import { expect, it } from 'vitest'
import { COMPARE_MS, SETTLED_MS } from '../../../../../protocols/ring/slices/constants.ts'
import { contains } from '../../../../../protocols/ring/slices/parts.ts'
import { pick, randomInteger, seededRandom } from '../../../../../src/simulate/random.ts'
import { timeout, withSeeds } from '../../fuzz-seeds.ts'
import { toHex } from '../../vectors.ts'
import { packedOf, partOf, World } from './world.ts'

const NAMES = ['a', 'b', 'c', 'd']

function run(seed: number): void {
  const random = seededRandom(seed)
  const world = new World(NAMES.slice(0, randomInteger(random, 2, 4)))
  const share = random() * 0.3
  world.tampers = (_from, _to, record) => (random() < share ? undefined : record)
  let part = partOf(random(), random())
  world.share(1, part)
  for (let step = 0; step < 40; step++) {
    const node = pick(random, world.nodes)
    const chance = random()
    if (chance < 0.6) world.add(node, packedOf(`${seed} ${step}`))
    else if (chance < 0.7 && node.items.size > 0) world.remove(node, pick(random, [...node.items.values()]).item)
    else if (chance < 0.8) world.share(1, (part = partOf(random(), random())))
    else world.pass(randomInteger(random, 100, 90_000))
  }
  world.tampers = (_from, _to, record) => record
  world.pass(SETTLED_MS + 3 * COMPARE_MS)
  // What was lost everywhere but at one of them came back by then.
  const held = world.nodes.map(({ items }) =>
    [...items.values()].flatMap(({ item }) => (contains(part, item.place) ? toHex(item.id) : [])).toSorted(),
  )
  for (const ids of held) expect(ids).toEqual(held[0])
}

it('holders of a part become equal', { timeout }, () => {
  expect(withSeeds(20, 1, run)).toBeGreaterThan(0)
})
