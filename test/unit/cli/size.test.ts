/** `kith size`, and the size in `kith ring`. */
import { beforeEach, expect, test } from 'vitest'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

test('says how many there are, from what, and how sure that is', async () => {
  expect((await run(['size'])).out.split('\n')).toEqual([
    expect.stringMatching(/^ *Nodes +about 1,040 ± 113, from how close together 84 of them lie$/),
    expect.stringMatching(/^ *Items +about 320 ± 40, from 64 in 20 % of the ring$/),
    '',
  ])
  expect(JSON.parse((await run(['size', '--json'])).out)).toEqual(node.ring.estimate)
  expect((await run(['ring'])).out).toMatch(/Nodes in the ring +about 1,040 ± 113, /)
})

test('says how many were met twice, where that is enough to say something', async () => {
  node.ring.estimate = { nodes: { count: 104, standardError: 9.2, known: 84, inCommon: 12 }, items: null }
  expect((await run(['size'])).out).toMatch(
    /about 104 ± 10, from how close together 84 of them lie, and from 12 that were met twice\n/,
  )
})

test('says that all are known, or that nothing is', async () => {
  node.ring.estimate = {
    nodes: { count: 3, standardError: 0, known: 3, inCommon: 0 },
    items: { count: 7, standardError: 0, known: 7, share: 1 },
  }
  expect((await run(['size'])).out).toMatch(/^ *Nodes +3 nodes, all known\n *Items +7, all of them here\n$/)
  node.ring.estimate = { nodes: null, items: null }
  expect((await run(['size'])).out).toMatch(/^ *Nodes +not known yet: .*\n *Items +not known\n$/)
})
