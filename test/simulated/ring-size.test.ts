/** Nodes of whole rings count how many there are. */
import { expect, it } from 'vitest'
import type { CountedNodes, RingSizes } from '../../protocols/ring/index.ts'
import { joinStorm } from '../../src/simulate/ring/scenarios.ts'
import type { RingNetwork } from '../../src/simulate/ring/network.ts'

function countsOf(network: RingNetwork, counting: number): CountedNodes[] {
  return network.up.slice(0, counting).map((node) => {
    const result = network.ask(node, { type: 'size' })
    const size: RingSizes | undefined = result.type === 'sized' ? result.size : undefined
    if (size?.nodes === undefined) throw new Error(`${node.peer} counted nothing`)
    return size.nodes
  })
}

it.each([1, 2, 3, 5, 8, 9, 10])('in a ring of %i nodes, each counts exactly so many', (nodes) => {
  for (const count of countsOf(joinStorm({ seed: 1, nodes }), nodes)) {
    expect(count).toEqual({ count: nodes, standardError: 0, known: nodes, inCommon: 0 })
  }
})

it.each([
  [100, 0.15],
  [1_000, 0.1],
])(
  'in a ring of %i nodes, the mean error is at most %f, and what the count says of it is right',
  (nodes, maxError) => {
    const counts = countsOf(joinStorm({ seed: 1, nodes }), 60)
    const mean = (of: (count: CountedNodes) => number): number =>
      counts.reduce((sum, count) => sum + of(count), 0) / counts.length
    expect(mean(({ count }) => Math.abs(count / nodes - 1))).toBeLessThanOrEqual(maxError)
    expect(
      mean(({ count, standardError }) => Number(Math.abs(count - nodes) <= 2 * standardError)),
    ).toBeGreaterThanOrEqual(0.85)
  },
  120_000,
)

it('in a ring of 60 nodes, some are met twice, which is part of the estimate', () => {
  const counts = countsOf(joinStorm({ seed: 1, nodes: 60 }), 60)
  const withCommon = counts.filter(({ inCommon }) => inCommon > 0)
  expect(withCommon.length).toBeGreaterThan(0)
  const errors = withCommon.map(({ count }) => Math.abs(count / 60 - 1))
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThanOrEqual(0.15)
})
