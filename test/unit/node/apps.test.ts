/** Rooms of a node with apps that library users brought, and of apps that it does not have. */
import { describe, expect, it } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { defineApp } from '../../../src/apps/define-app.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import { json, text } from '../../../src/apps/kinds.ts'
import { KithError, type App, type AppFault } from '../../../src/kith.ts'
import { appRegistry } from '../../../src/node/app-registry.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, NOW_MS, peerA, rootOf, Writer } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'

/** Numbers that are added up; of 13 it wants to know nothing. */
const sum = defineApp({
  name: 'sum',
  initial: () => 0,
  kinds: { add: json((value) => (typeof value === 'number' ? value : undefined)), note: text() },
  reduce(state, { kind, value }) {
    if (value === 13) throw new RangeError('unlucky')
    return kind === 'add' ? state + value : state
  },
  commands: {
    add: (room, count: number) => room.update('add', count),
    async addUpTo(room, limit: number, count = 1) {
      if (room.state + count > limit) throw new KithError('sum/over', `the sum would be over ${limit}`)
      return room.update('add', count)
    },
    total: (room) => room.state,
    secret: () => 42,
  },
  offers: {
    add: { summary: 'add a number', args: [{ name: 'count', description: 'which', type: 'number' }] },
    addUpTo: {
      summary: 'add a number, if there is space',
      args: [
        { name: 'limit', description: 'how much is too much', type: 'number' },
        { name: 'count', description: 'which number', type: 'number', isOptional: true },
      ],
    },
    total: { summary: 'what it comes to' },
  },
  message: ({ kind, value }) => (kind === 'add' ? `adds ${value}` : undefined),
})

function nodeWith(apps: readonly App[], store: Store = memoryStore()) {
  const core = coreOf(0, store, byName([...builtInApps, ...apps]))
  const faults: AppFault[] = []
  core.machine.onFault = (fault) => faults.push(fault)
  const rooms = new LocalRooms(core, servicesOf(core))
  const receive = (room: string, ...documents: Document[]) =>
    core.machine.rooms.receive(
      room as RoomId,
      documents.map(({ block }) => block),
      peerA,
      at(NOW_MS),
    )
  return { core, rooms, faults, receive }
}

const refused = (code: string, message = '') =>
  expect.objectContaining({ name: 'KithError', code, message: expect.stringContaining(message) as string }) as Error

describe("a room of an app of one's own", () => {
  it('has its state and its commands', async () => {
    const { rooms } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    expect([room.app, room.state]).toEqual(['sum', 0])
    await room.add(2)
    await room.update('add', 3)
    expect([room.state, room.total(), room.stateJson()]).toEqual([5, 5, 5])
    await expect(room.addUpTo(5)).rejects.toThrow(refused('sum/over'))
    await expect(room.update('add', 'x' as never)).rejects.toThrow(refused('bad-value'))
    await expect(room.update('note', 'x'.repeat(20_000))).rejects.toThrow(refused('too-large', 'a note has at most'))
    expect(room.self).toBe([...room.documents()].at(-1)?.author)
  })

  it('has messages for its updates', async () => {
    const { rooms } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    await room.add(2)
    await room.update('note', 'of no interest')
    expect(Array.from(room.messages(), ({ text: said }) => said)).toEqual(['adds 2'])
  })

  it('is one object, however it is reached, and has the commands once it was asked for with its app', async () => {
    const { rooms } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    for (const same of [rooms.get('Sums'), rooms.get('Sums', sum), await rooms.join(room.id), room.as(sum)]) {
      expect(same).toBe(room)
    }
    const other = nodeWith([sum])
    const joined = await other.rooms.join(room.id, { app: sum })
    await expect(joined.add(1)).rejects.toThrow(refused('waiting'))
    expect(() => joined.total()).toThrow(refused('waiting'))
  })

  it('refuses its commands if it turns out to belong to another app', async () => {
    const { rooms, receive } = nodeWith([sum])
    const root = rootOf('map')
    const room = await rooms.join(root.id, { app: sum })
    receive(root.id, root)
    expect(() => room.add(1)).toThrow(refused('wrong-app', "'Kitchen' is a map room, but this is for sum rooms"))
    expect(room.state).not.toBe(0)
    expect(() => room.total()).toThrow(refused('wrong-app'))
    expect(() => rooms.get(root.id, sum)).toThrow(refused('wrong-app'))
    await rooms.get(root.id, map).put('a', 1)
    expect(rooms.get(root.id).stateJson()).toEqual({ a: 1 })
  })
})

describe('the commands that an app offers', () => {
  it('are run by name, with their arguments by name', async () => {
    const { rooms } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    expect(Object.keys(room.commands())).toEqual(['add', 'addUpTo', 'total'])
    expect(await room.do('add', { count: 2 })).toMatchObject({ room: room.id })
    expect(await room.do('addUpTo', { limit: 10 }, { app: 'sum' })).toMatchObject({ room: room.id })
    expect(await room.do('total')).toBe(3)
    await expect(room.do('addUpTo', { limit: 3, count: 1 })).rejects.toThrow(refused('sum/over'))
  })

  it('refuse invalid arguments, and there are no others', async () => {
    const { rooms } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    for (const [command, args, error] of [
      ['add', {}, refused('bad-value', "'count' is missing")],
      ['add', { count: '2' }, refused('bad-value', "'count' must be a number")],
      ['add', { count: null }, refused('bad-value', "'count' must be a number")],
      ['add', { count: 2, more: 1 }, refused('bad-value', "'more' is not an argument of add")],
      ['secret', {}, refused('no-such-command', "no command 'secret'; its commands: add, addUpTo, total")],
      ['toString', {}, refused('no-such-command')],
    ] as const) {
      await expect(room.do(command, args), command).rejects.toThrow(error)
    }
    await expect(room.do('total', {}, { app: 'map' })).rejects.toThrow(refused('wrong-app'))
    expect(room.state).toBe(0)
    const kitchen = await rooms.create({ name: 'Stock', app: map })
    await expect(kitchen.do('put', { key: 1, value: 2 })).rejects.toThrow(refused('bad-value', "'key' must be a text"))
  })
})

it('the entries of a map say who wrote them', async () => {
  const { core, rooms } = nodeWith([])
  const room = await rooms.create({ name: 'Stock', app: map })
  await room.put('pears', { green: 2 })
  await room.put('apples', 3)
  await room.put('plums', 1)
  await room.delete('plums')
  const by = { name: 'Author 0', author: core.self }
  expect(await room.do('entries')).toEqual([
    { key: 'apples', value: 3, ...by },
    { key: 'pears', value: { green: 2 }, ...by },
  ])
})

describe('a room of an app that the node does not have', () => {
  /** The store of a node that wrote in a room of the app, and then started without it. */
  async function forgotten() {
    const store = memoryStore()
    const before = nodeWith([sum], store)
    const room = await before.rooms.create({ name: 'Sums', app: sum })
    await room.add(2)
    await room.add(3)
    before.core.machine.rooms.persistStates()
    const stateHash = room.details().stateHash
    return { store, id: room.id, stateHash, before: room }
  }

  it('is stored, relayed and shown as documents, and says so', async () => {
    const { store, id } = await forgotten()
    const { rooms, receive } = nodeWith([], store)
    const room = rooms.get('Sums')
    expect(room.details()).toMatchObject({ app: 'sum', isAppKnown: false, status: 'open', stateHash: '' })
    expect(Array.from(room.documents(), ({ kind }) => kind)).toEqual(['room', 'profile', 'add', 'add'])
    expect(room.stateJson()).toBeNull()
    const message = "does not have the app 'sum' of 'Sums'"
    for (const use of [() => room.state, () => room.messages(), () => room.commands(), () => room.pendingMessages()]) {
      expect(use).toThrow(refused('wrong-app', message))
    }
    await expect(room.do('total')).rejects.toThrow(refused('wrong-app', message))
    expect(() => room.as(sum)).toThrow(refused('unknown-app'))
    const root = store.document(id as RoomId)
    const writer = new Writer({ ...rootOf(), ...root, room: null })
    receive(id, writer.say(3, 'from another'))
    expect(room.summary().documents).toBe(5)
    await room.write('add', sum.body('add', 4))
    expect(room.summary().documents).toBe(6)
  })

  it('is folded from its documents once the node has the app again, whatever was kept meanwhile', async () => {
    const { store, stateHash } = await forgotten()
    const without = nodeWith([], store)
    const unknown = without.rooms.get('Sums')
    await unknown.write('add', sum.body('add', 4))
    expect(unknown.stateJson()).toBeNull()
    without.core.machine.rooms.persistStates()
    const again = nodeWith([sum], store).rooms.get('Sums', sum)
    expect([again.state, again.details().isAppKnown]).toEqual([9, true])
    expect(again.details().stateHash).toMatch(/^[0-9a-f]{64}$/)
    expect(again.details().stateHash).not.toBe(stateHash)
  })

  it('cannot be made', async () => {
    const { rooms } = nodeWith([])
    await expect(rooms.create({ name: 'Sums', app: sum })).rejects.toThrow(
      refused('unknown-app', 'known apps: chat, map'),
    )
  })
})

describe('an app that throws at an update', () => {
  it('ignores it, on every node alike, and the node reports it and continues', async () => {
    const { rooms, faults, core } = nodeWith([sum])
    const room = await rooms.create({ name: 'Sums', app: sum })
    await room.add(2)
    const { id } = await room.add(13)
    await room.add(3)
    expect(room.state).toBe(5)
    expect(faults).toEqual([{ app: 'sum', room: room.id, id, error: expect.objectContaining({ message: 'unlucky' }) }])
    const other = nodeWith([sum])
    const copy = await other.rooms.join(room.id, { app: sum })
    const blocks = core.store.documents(room.id as RoomId, { limit: 100 }).map(({ block }) => block)
    other.core.machine.rooms.receive(room.id as RoomId, blocks, peerA, at(NOW_MS))
    expect([copy.state, copy.details().stateHash]).toEqual([5, room.details().stateHash])
    expect(other.faults).toHaveLength(1)
  })
})

describe('the apps of a node', () => {
  it('are those that every node has, and its own', () => {
    expect([...appRegistry().keys()]).toEqual(['chat', 'map', 'directory'])
    expect([...appRegistry([sum]).keys()]).toEqual(['chat', 'map', 'directory', 'sum'])
  })

  it('have names of their own, and no command that would hide something of the room', () => {
    const app = (name: string, command: string) =>
      defineApp({ name, initial: () => 0, kinds: {}, reduce: (state) => state, commands: { [command]: () => 1 } })
    expect(() => appRegistry([sum, sum])).toThrow(refused('bad-config', "two apps have the name 'sum'"))
    expect(() => appRegistry([app('chat', 'talk')])).toThrow(refused('bad-config', "'chat'"))
    for (const command of ['write', 'state', 'on', 'id', 'files', 'then', 'toString', 'constructor']) {
      expect(() => appRegistry([app('app', command)]), command).toThrow(refused('bad-config', `'${command}'`))
    }
  })
})
