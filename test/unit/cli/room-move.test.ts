import { beforeEach, expect, test } from 'vitest'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

const PEER = '12D3KooWGpEuX7QqGpEuX7QqGpEuX7QqGpEuX7QqGpEuX7QqGpEu'
const elsewhere = { room: null, by: { peer: PEER, name: 'Anna' } }

test('making a room private says what it means, and does nothing where nobody can be asked', async () => {
  node.add('Kitchen', 'chat')
  node.add('Stock', 'map')
  const refused = await run(['room', 'make-private', 'Kitchen'])
  expect(refused.exitCode).toBe(2)
  for (const said of [
    'can go on reading it',
    'Nobody can take that back',
    'invited anew',
    'nothing of what was said',
  ]) {
    expect(refused.err).toContain(said)
  }
  expect(refused.err).toContain('Give --yes to do it.')
  expect((await run(['room', 'make-private', 'Stock'])).err).toContain('nothing but the entries of the map is copied')
})

test('tells the new id, the old one, and how to invite', async () => {
  const room = node.add('Kitchen', 'chat')
  const { out, exitCode } = await run(['room', 'make-private', 'Kitchen', '--yes'])
  expect(exitCode).toBe(0)
  expect(out).toContain('Kitchen goes on in a private room.')
  expect(out).toMatch(/Id +bafy/)
  expect(out).toMatch(/Old room +bafy/)
  expect(out).toContain('Invite everybody anew:  kith invite Kitchen')
  expect(out).not.toContain('Copied')
  const [made] = (await run(['room', 'make-private', 'Kitchen', '--yes', '--json'])).out.trim().split('\n')
  expect(JSON.parse(made!)).toMatchObject({ room: { id: room.id }, copied: 0, notCopied: [] })
})

test('names some of the keys that do not fit', async () => {
  node.add('Stock', 'map').misfits = ['a', 'b', 'c', 'd', 'e', 'f\u202e', 'g']
  const { out } = await run(['room', 'make-private', 'Stock', '--yes'])
  expect(out).toMatch(/Copied +0 keys/)
  expect(out).toMatch(/Too large +a, b, c, d, e, 2 more/)
})

test('a room that has moved is shown as that', async () => {
  const room = node.add('Kitchen', 'chat')
  room.moved = elsewhere
  expect((await run(['room', 'list'])).out).toMatch(/^Kitchen +chat +moved /m)
  expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(
    /^ +Moved +to another room; ask Anna \(…\w{8}\) for an invite$/m,
  )
  room.moved = { ...elsewhere, room: 'bafyreiother' }
  expect((await run(['room', 'show', 'Kitchen'])).out).toMatch(/^ +Moved +to bafyreiother$/m)
  const [listed] = JSON.parse((await run(['room', 'list', '--json'])).out) as [{ moved: unknown }]
  expect(listed.moved).toEqual(room.moved)
  // Nothing is asked where nothing can be done any more, or where only the rest is copied.
  expect((await run(['room', 'make-private', 'Kitchen'])).exitCode).toBe(0)
})
