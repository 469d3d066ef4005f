/** What messages answer, and whom they concern, as they are sent and read. */
import { expect, test } from 'vitest'
import { contextHash, contextKind } from '../../../src/apps/chat/context.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import type { Message, Room, SendOptions } from '../../../src/kith.ts'
import { deviceNode, exchange } from './devices/device-nodes.ts'
import { failure } from './test-rooms.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

async function twoInARoom() {
  const [anna, bob] = [deviceNode(0), deviceNode(1)]
  const ofAnna = await anna.rooms.create({ name: 'Kitchen', app: chat })
  const ofBob = (await bob.rooms.join(ofAnna.id)).as(chat)
  exchange(anna, bob)
  // Both have said who they are.
  await ofBob.send('hello')
  exchange(anna, bob)
  const nameOf = (peer: string) => ofAnna.members().find((member) => member.peer === peer)?.name ?? ''
  return { anna, bob, ofAnna, ofBob, nameOf }
}

const lastOf = (room: Room): Message | undefined => [...room.messages({ last: 1 })][0]

test('an answer quotes what it answers, and concerns whoever wrote that', async () => {
  const { anna, bob, ofAnna, ofBob, nameOf } = await twoInARoom()
  const { id } = await ofAnna.send('x'.repeat(500))
  exchange(anna, bob)
  await ofBob.send('I have seen it', { replyTo: id })
  exchange(anna, bob)
  const quoted = { author: ofAnna.self, name: nameOf(ofAnna.self), text: 'x'.repeat(200) }
  const mention = { peer: ofAnna.self, name: nameOf(ofAnna.self), self: true }
  expect(lastOf(ofAnna)).toMatchObject({
    text: 'I have seen it',
    replyTo: { id, message: quoted },
    mentions: [mention],
  })
  // Whether one reads forwards or backwards.
  expect(ofAnna.messagePage({ limit: 1 }).messages).toEqual([lastOf(ofAnna)])
  expect(lastOf(ofBob)).toMatchObject({ mentions: [{ ...mention, self: false }] })
  expect(ofAnna.summary()).toMatchObject({ newMessages: 2, newMentions: 1 })
  await ofAnna.markRead()
  expect(ofAnna.summary()).toMatchObject({ newMessages: 0, newMentions: 0 })
  expect((await ofBob.send('short', { replyTo: `…${id.slice(-8)}` })).id).toMatch(/^bafy/)
  expect(lastOf(ofBob)).toMatchObject({ replyTo: { id } })
})

test('a name behind an @ is a mention, and a message without one is a single document', async () => {
  const { anna, bob, ofAnna, ofBob, nameOf } = await twoInARoom()
  const before = ofBob.summary().documents
  await ofBob.send('nobody in particular')
  expect(ofBob.summary().documents).toBe(before + 1)
  await ofBob.send(`@${nameOf(ofAnna.self)} look`)
  expect(ofBob.summary().documents).toBe(before + 3)
  exchange(anna, bob)
  expect(ofAnna.summary().newMentions).toBe(1)
  expect([...ofAnna.messages({ last: 2 })].map(({ mentions }) => mentions?.length)).toEqual([undefined, 1])
  await ofBob.send('look', { mentions: [ofAnna.self] })
  expect(lastOf(ofBob)).toMatchObject({ mentions: [{ peer: ofAnna.self }] })
})

test('what cannot be answered or mentioned is refused, and nothing is written', async () => {
  const { ofBob } = await twoInARoom()
  const other = await deviceNode(2).rooms.create({ name: 'Elsewhere' })
  const { id: far } = await other.send('far')
  const { id: silent } = await ofBob.write('reaction', new Uint8Array(1))
  const before = ofBob.summary().documents
  const refused: [SendOptions, string][] = [
    [{ replyTo: far }, 'no-such-document'],
    [{ replyTo: silent }, 'no-such-document'],
    [{ replyTo: ofBob.id }, 'no-such-document'],
    [{ replyTo: 'nonsense' }, 'no-such-document'],
    [{ mentions: ['Nobody at all'] }, 'no-such-peer'],
  ]
  for (const [options, code] of refused) {
    expect(await failure(() => ofBob.send('text', options))).toMatchObject({ code })
  }
  expect(ofBob.summary().documents).toBe(before)
})

test('a context belongs to the next message of its author with that text, and to no other', async () => {
  const { anna, bob, ofAnna, ofBob } = await twoInARoom()
  const { id } = await ofAnna.send('a question')
  const contextFor = (text: string) => contextKind.encode({ body: contextHash(bytes(text)), replyTo: id as never })
  await ofBob.write('context', contextFor('an answer'))
  await ofBob.write('message', bytes('something else'))
  await ofBob.write('context', contextFor('late'))
  await ofBob.write('reaction', new Uint8Array(1))
  await ofBob.write('message', bytes('late'))
  await ofBob.write('context', Uint8Array.of(0xa0))
  await ofBob.write('message', bytes('after nonsense'))
  exchange(anna, bob)
  expect([...ofBob.messages({ last: 3 })].filter(({ replyTo }) => replyTo !== undefined)).toEqual([])
  await ofBob.write('context', contextFor('an answer'))
  await ofBob.write('message', bytes('an answer'))
  expect(lastOf(ofBob)).toMatchObject({ replyTo: { id } })
})

test('what is not here, or counts no more, is not quoted', async () => {
  const { anna, bob, ofAnna, ofBob } = await twoInARoom()
  const context = (replyTo: string) => contextKind.encode({ body: contextHash(bytes('so')), replyTo: replyTo as never })
  const other = await deviceNode(2).rooms.create({ name: 'Elsewhere' })
  const { id: far } = await other.send('far')
  await ofAnna.write('context', context(far))
  await ofAnna.write('message', bytes('so'))
  expect(lastOf(ofAnna)).toMatchObject({ replyTo: { id: far, message: null } })
  const { id: said } = await ofBob.send('soon gone')
  exchange(anna, bob)
  await ofAnna.send('an answer', { replyTo: said })
  expect(lastOf(ofAnna)).toMatchObject({ replyTo: { message: { text: 'soon gone' } } })
  await ofAnna.dropAuthor(ofBob.self)
  expect(lastOf(ofAnna)).toMatchObject({ replyTo: { id: said, message: null } })
})
