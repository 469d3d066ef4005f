import { expect, it, vi } from 'vitest'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { MAX_WALKED, NameHistory } from '../../../src/node/name-history.ts'
import { shortNameOf } from '../../../src/node/short-name.ts'
import { profileBody } from '../../../src/room/roster.ts'
import { signerOf, Writer } from '../room/history.ts'
import { setUp } from './test-rooms.ts'

/** A room in which authors take names and say them. */
async function roomOf() {
  const { core, rooms, receive } = setUp()
  const writer = new Writer()
  const room = await rooms.join(writer.room)
  let arrived = 0
  const write = (author: number, kind: string, body: Uint8Array): void =>
    void writer.write({ author, parents: [0], isFork: false, signing: 'signed', kind, body })
  return {
    core,
    call: (author: number, name: string) => write(author, 'profile', profileBody(name)),
    say: (author: number, text: string) => write(author, 'message', encodeText(text)),
    said: (): string[] => {
      receive(writer.room, writer.documents.slice(arrived))
      arrived = writer.documents.length
      return Array.from(room.messages(), ({ name, text }) => `${name}: ${text}`)
    },
  }
}

const short = (author: number): string => shortNameOf(signerOf(author).author)

it('old messages keep the name of their time', async () => {
  const { call, say, said } = await roomOf()
  for (const name of ['Anna', 'Berta', 'Anna', 'Carla']) {
    call(1, name)
    say(1, `as ${name}`)
  }
  const all = ['Anna: as Anna', 'Berta: as Berta', 'Anna: as Anna', 'Carla: as Carla']
  expect(said()).toEqual(all)
  call(1, 'Dora')
  say(1, 'as Dora')
  expect(said()).toEqual([...all, 'Dora: as Dora'])
})

it('a message from before the first name has the present one', async () => {
  const { call, say, said } = await roomOf()
  say(1, 'hello')
  call(1, 'Anna')
  expect(said()).toEqual(['Anna: hello'])
})

it('an old name that another member has, or had, is told from that', async () => {
  const { call, say, said } = await roomOf()
  call(1, 'Anna')
  say(1, 'one')
  call(1, 'Berta')
  expect(said()).toEqual(['Anna: one'])
  call(2, '\u0410nna')
  say(2, 'two')
  expect(said()).toEqual([`Anna ${short(1)}: one`, '\u0410nna: two'])
  call(2, 'Carla')
  const [one, two] = said()
  expect([one, two].map((line) => line?.includes('…'))).toEqual([false, true])
})

it('an old name without anything to see, or with an id in it, is no better than a present one', async () => {
  const { call, say, said } = await roomOf()
  call(1, '\u3164')
  say(1, 'one')
  call(1, `Carla ${short(2)}`)
  say(1, 'two')
  call(1, 'Anna')
  expect(said()).toEqual([`${short(1)}: one`, `Carla ${short(2)} ${short(1)}: two`])
})

it('names are looked for once, and only where the name has changed', async () => {
  const { core, call, say, said } = await roomOf()
  call(1, 'Anna')
  for (let i = 0; i < 20; i++) say(1, 'a')
  said()
  const read = vi.spyOn(core.store, 'document')
  said()
  expect(read).not.toHaveBeenCalled()
  call(1, 'Berta')
  said()
  read.mockClear()
  expect(said()).toEqual(Array.from({ length: 20 }, () => 'Anna: a'))
  expect(read).not.toHaveBeenCalled()
})

it('names are looked for no further than to a limit, beyond which the present one stands', () => {
  const writer = new Writer()
  const write = (kind: string, body: Uint8Array) =>
    writer.write({ author: 1, parents: [0], isFork: false, signing: 'unsigned', kind, body })
  write('profile', profileBody('Anna'))
  const message = write('message', encodeText('one'))
  for (let i = 0; i < MAX_WALKED; i++) write('message', encodeText('a'))
  const late = write('message', encodeText('two'))
  const writtenAt = write('profile', profileBody('Berta'))
  const rows = new Map(
    writer.documents.map(({ id, room, clock, author, seq, block }) => [
      id,
      { id, room: room ?? id, clock, author, seq, block },
    ]),
  )
  const document = vi.fn((id: DocumentId) => rows.get(id))
  const history = new NameHistory({ document }, (read) => read, expect.unreachable)
  const { author } = signerOf(1)
  for (const position of [message, late]) {
    expect(history.nameAt(author, position, { name: 'Berta', writtenAt })).toBeUndefined()
  }
  expect(document).toHaveBeenCalledTimes(1 + MAX_WALKED)
})

it('what the disk has damaged on the way is told, and the present name stands', async () => {
  const { core, call, say, said } = await roomOf()
  call(1, 'Anna')
  say(1, 'one')
  say(1, 'between')
  call(1, 'Berta')
  const read = core.store.document.bind(core.store)
  vi.spyOn(core.store, 'document').mockImplementation((id) => {
    const row = read(id)
    const text = Buffer.from(row?.block ?? []).toString('latin1')
    return row && { ...row, block: Buffer.from(text.replace('between', 'betwixt'), 'latin1') }
  })
  expect(said()).toEqual(['Berta: one', 'Berta: between'])
  expect(core.isDamaged).toBe(true)
})
