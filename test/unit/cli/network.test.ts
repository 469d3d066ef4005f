/** The picture of a network: what it says, whatever the names, and that everything is within it. */
import { describe, expect, it } from 'vitest'
import { drawNetwork } from '../../../src/cli/network-picture.ts'
import type { RoomNeighbour, RoomNetwork } from '../../../src/kith.ts'

function neighbour(index: number, more: Partial<RoomNeighbour> = {}): RoomNeighbour {
  const root = { peer: 'root', name: 'Root' }
  return {
    ...{ peer: `peer ${index}`, name: `Name ${index}`, claim: { keeps: 'all', root, distance: 2 } },
    ...{ place: 'other', isLinked: true },
    ...more,
  }
}

function networkOf(count: number, more: Partial<RoomNetwork> = {}): RoomNetwork {
  return {
    ...{ keeps: 'all', root: { peer: 'root', name: 'Root' }, distance: 3, subscribers: 5, copies: 1, isSplit: false },
    neighbours: Array.from({ length: count }, (_, index) => neighbour(index)),
    ...more,
  }
}

const numbersIn = (svg: string, attribute: string): number[] =>
  [...svg.matchAll(new RegExp(` ${attribute}="([\\d.-]+)"`, 'g'))].map(([, number]) => Number(number))

describe('a picture of', () => {
  it.each([0, 1, 2, 8, 50])('%d neighbours has them all, within its bounds, no two at one place', (count) => {
    const svg = drawNetwork('Kitchen', networkOf(count))
    const [height = 0] = numbersIn(svg, 'height')
    const at = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => `${x} ${y}`)
    // This node and a root that is no neighbour, too.
    expect(new Set(at).size).toBe(count + 2)
    expect(Math.max(...numbersIn(svg, 'cy'))).toBeLessThan(height - 50)
    expect(Math.min(...numbersIn(svg, 'cy'))).toBeGreaterThan(0)
  })

  it('more neighbours than fit says how many are left out', () => {
    expect(drawNetwork('Kitchen', networkOf(53))).toContain('and 3 more neighbours')
  })

  it('names that are markup, long, or control a terminal has them as text', () => {
    const names = ['<script>alert(1)</script>', 'a'.repeat(500), 'red \u001b[31m "and" \u0000 more']
    const neighbours = names.map((name, index) => neighbour(index, { name }))
    const svg = drawNetwork('<b>&', networkOf(0, { neighbours }))
    expect(svg).not.toMatch(/<script|<b>|\p{Cc}(?<!\n)/u)
    expect(svg).toContain('&lt;script&gt;')
    expect(svg.length).toBeLessThan(8_000)
  })

  it('says how many nodes there are, and how far the root is', () => {
    const root = { peer: 'root', name: 'Root' }
    const claim = { keeps: 'all', root, distance: 1 } as const
    const svg = drawNetwork(
      'Kitchen',
      networkOf(0, { subscribers: 1, copies: 0, neighbours: [neighbour(1, { claim })] }),
    )
    expect(svg).toContain('about 1 node that follows it, and 0 with a copy only')
    expect(svg).toContain('>1 link from Root<')
  })

  it('a network in parts, with a neighbour that says nothing, says so', () => {
    const svg = drawNetwork('Kitchen', networkOf(0, { isSplit: true, neighbours: [neighbour(1, { claim: null })] }))
    expect(svg).toContain('in several parts')
    expect(svg).toContain('says nothing')
  })
})
