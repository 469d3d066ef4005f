/** What guests of a node write, by the key of that node. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chat } from '../../../src/apps/chat/index.ts'
import { FileRoom } from './file-room.ts'

let here: FileRoom

beforeEach(async () => {
  here = await FileRoom.open()
})

afterEach(() => here.close())

describe('a guest of a member', () => {
  it('is shown with whose guest it is, and as new to that member', async () => {
    const created = await here.rooms.create({ name: 'Kitchen', app: 'chat' })
    const room = created.as(chat)
    await room.send('hello')
    await room.send('hello, too', { guest: 'Kim' })
    await room.send('and I', { guest: '  Author\u00a00 ' })
    expect([...room.messages()].map(({ name, guest, text }) => [name, guest, text])).toEqual([
      ['Author 0', undefined, 'hello'],
      ['Kim (guest of Author 0)', 'Kim', 'hello, too'],
      ['Author 0 (guest of Author 0)', 'Author 0', 'and I'],
    ])
    expect(room.summary().newMessages).toBe(2)
    await expect(room.send('x', { guest: 'Kim\u202e' })).rejects.toMatchObject({ code: 'bad-name' })
  })

  it('answers and mentions members, also the one whose guest it is', async () => {
    const room = (await here.rooms.create({ name: 'Kitchen', app: 'chat' })).as(chat)
    const { id } = await room.send('soup?')
    await room.send('yes', { guest: 'Kim', replyTo: id })
    expect([...room.messages()].at(-1)).toMatchObject({
      ...{ guest: 'Kim', text: 'yes', replyTo: { id, message: { text: 'soup?' } } },
      mentions: [{ name: 'Author 0', self: true }],
    })
    expect(room.summary()).toMatchObject({ newMessages: 1, newMentions: 1 })
  })

  it('shares files, which say so in lists and messages', async () => {
    const content = async function* () {
      yield Buffer.from('hello')
    }
    const by = { guest: 'Kim', authorName: 'Kim (guest of Author 0)' }
    expect(await here.files.addBytes(content(), { name: 'a.txt', sizeBytes: 5, guest: 'Kim' })).toMatchObject(by)
    expect(here.files.list()).toMatchObject([by])
    const entries = [{ path: ['b.txt'], sizeBytes: 5 }]
    expect(await here.files.addFolder(entries, content(), { name: 'folder', guest: 'Kim' })).toMatchObject(by)
    const [message] = here.rooms.get(here.id).messagePage().messages
    expect(message).toMatchObject({ name: 'Kim (guest of Author 0)', guest: 'Kim', file: { name: 'a.txt' } })
  })
})
