/** Answers and mentions in a terminal. */
import { beforeEach, expect, test } from 'vitest'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

test('send --reply answers a message, which read shows with its id, and a mark where it is for the user', async () => {
  const room = node.add('Kitchen', 'chat')
  const { id } = room.say('Bob', 'Has anybody\nseen the \u001b[31mbig pot?')
  expect(await run(['send', 'Kitchen', '--reply', id, 'in', 'the garden'])).toMatchObject({ exitCode: 0 })
  const self = { peer: 'me', name: 'Anna', self: true }
  room.say('Bob', 'thank you @Anna', Date.now(), {
    mentions: [self],
    replyTo: { id: `bafyrei${'x'.repeat(52)}`, message: null },
  })
  const { out } = await run(['read', 'Kitchen'])
  expect(out.split('\n').slice(2)).toEqual([
    expect.stringMatching(/^\d\d:\d\d  \S+ +↪ Bob: Has anybody seen the \[31mbig pot\?$/),
    expect.stringMatching(/^ +in the garden$/),
    expect.stringMatching(/^@ \d\d:\d\d  Bob +↪ a message that is not here \(…xxxxxxxx\)$/),
    expect.stringMatching(/^ +thank you @Anna$/),
    '',
  ])
  expect((await run(['read', 'Kitchen', '--last', '1', '--ids'])).out).toMatch(/^\S+  @ \d\d:\d\d/)
  room.newMessages = 3
  room.newMentions = 1
  expect((await run(['room', 'list'])).out).toMatch(/ 3 @1 /)
  expect((await run(['room', 'show', 'Kitchen'])).out).toContain('3 messages of others, 1 of them for you')
})
