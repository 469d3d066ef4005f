import { expect, onTestFinished, test } from 'vitest'
import { serveFakeNode } from './served-node.ts'

test('room ring keeps files there, shows which, and ends that', async () => {
  const { node, run, close } = await serveFakeNode()
  onTestFinished(close)
  const room = node.add('Kitchen', 'chat')
  expect((await run(['room', 'ring', 'Kitchen'])).out).toContain('kith room ring Kitchen on')
  expect((await run(['room', 'ring', 'Kitchen', 'on'])).out).toContain('there is none yet')
  expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(/In the ring +files that this node has/)
  const file = { id: 'bafy1', sizeBytes: 2_048, isAnnounced: true, left: null }
  room.ring.files = [
    { ...file, name: 'so\u001bup.pdf' },
    { ...file, name: 'film', isAnnounced: false, left: 'waiting' },
    ...(['too-large', 'too-many', 'not-sealed'] as const).map((left) => ({ ...file, name: left, left })),
  ]
  const { out } = await run(['room', 'ring', 'Kitchen'])
  expect(out).toMatch(/^soup.pdf +2.0 KiB +yes +yes$/m)
  expect(out).toMatch(/^film +2.0 KiB +soon +soon$/m)
  expect(out).toMatch(/^too-large .* no: too large$/m)
  expect(out).toMatch(/^too-many .* no: newer files take the space$/m)
  expect(out).toMatch(/^not-sealed .* no: not sealed$/m)
  expect((await run(['room', 'ring', 'Kitchen', 'off'])).out).toContain('puts nothing of the room')
  expect(room.ring.isOn).toBe(false)
  expect((await run(['room', 'ring', 'Kitchen', '--anyone'])).exitCode).toBe(2)
  expect((await run(['room', 'ring', 'Kitchen', 'maybe'])).exitCode).toBe(2)
})
