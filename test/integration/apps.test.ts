/** Apps of one's own: the examples, as scripts and on nodes that have them, and nodes that do not. */
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { game } from '../../examples/game.ts'
import type { RoomSummary } from '../../src/kith.ts'
import { expectSameView, joinRoom, POLL, useKith } from './kith-process.ts'
import type { Ended, NodeProcess } from './kith-process.ts'

const PROJECT = join(import.meta.dirname, '../..')
const LIST_APP = join(PROJECT, 'examples/todo.ts')
const GAME_APP = join(PROJECT, 'examples/game.ts')

const kith = useKith()

/** Runs a command that must succeed, and gives the lines that it prints. */
async function linesOf({ dataDir }: NodeProcess, ...argv: string[]): Promise<string[]> {
  const { exitCode, out, err } = await kith.run(dataDir, ...argv)
  expect({ argv, exitCode, err }).toEqual({ argv, exitCode: 0, err: '' })
  return out.split('\n').slice(0, -1)
}

function failed(message: string): Ended {
  return { exitCode: 1, out: '', err: `kith: ${message}\n` }
}

async function documentsOf(node: NodeProcess, room: string): Promise<number> {
  return (await node.api.call('rooms.show', { room })).documents
}

/** Waits until all nodes have the same of a room. */
async function agreed(nodes: readonly NodeProcess[], room: string): Promise<void> {
  await vi.waitFor(() => expectSameView(nodes, room), POLL)
}

/** Two nodes that have some apps, in a room of one of them. */
async function pairIn(app: string): Promise<{ anna: NodeProcess; bob: NodeProcess; room: string }> {
  const apps = [LIST_APP, GAME_APP]
  const anna = await kith.start({ name: 'Anna', apps })
  const bob = await kith.start({ name: 'Bob', apps, peers: [anna.address] })
  await linesOf(anna, 'room', 'create', 'Room', '--app', app)
  const { id: room } = await anna.api.call('rooms.show', { room: 'Room' })
  await joinRoom(bob, room)
  await agreed([anna, bob], room)
  return { anna, bob, room }
}

describe('the examples run as scripts', () => {
  const PRINTED: Readonly<Record<string, string>> = {
    'forum.ts':
      'Bob sees Soup (by Anna), Bread (by Anna)\n' +
      'Anna sees Soup (1 new), Bread (0 new)\n' +
      'Anna reads Anna: With or without salt? / Bob: With a lot of it!\n' +
      'Bob sees Soup (by Anna), Bread (by Anna)\n',
    'game.ts': '. . .\n. X .\n. . .\n',
    'todo.ts': '[x] buy milk\n[ ] water the plants\n',
    // A service for nodes; services.test.ts has it at work.
    'who-has.ts': '',
  }
  /** Runs under a lock; locks.test.ts has it at work. */
  const UNDER_LOCK = 'guarded-file.ts'

  test.each(globSync('*.ts', { cwd: join(PROJECT, 'examples') }).filter((name) => name !== UNDER_LOCK))(
    '%s',
    async (name) => {
      const run = promisify(execFile)(process.execPath, [`examples/${name}`], { cwd: PROJECT })
      expect(await run).toEqual({ stdout: PRINTED[name], stderr: '' })
    },
  )
})

describe('two nodes that have an app', () => {
  test('share a list, which each of them changes and both see', async () => {
    const { anna, bob, room } = await pairIn('todo')
    await linesOf(anna, 'do', room, 'add', 'buy', 'milk')
    await linesOf(anna, 'do', room, 'add', 'water the plants')
    await agreed([anna, bob], room)
    expect(await linesOf(bob, 'do', room, 'list')).toEqual(['[ ] buy milk', '[ ] water the plants'])
    await linesOf(bob, 'do', room, 'done', 'buy milk')
    await agreed([anna, bob], room)
    expect(await linesOf(anna, 'do', room, 'list')).toEqual(['[x] buy milk', '[ ] water the plants'])
    expect(await kith.run(anna.dataDir, 'do', room, 'done', 'buy milk')).toEqual(failed("'buy milk' is not to be done"))
    const said = await linesOf(bob, 'read', room)
    expect(said.map((line) => line.replace(/^\S+ +/, ''))).toEqual([
      'Anna      adds buy milk',
      'Anna      adds water the plants',
    ])
  })

  test('play a game, and ignore the moves that its rules do not allow', async () => {
    const { anna, bob, room } = await pairIn('noughts-and-crosses')
    const play = async (node: NodeProcess, cell: number): Promise<void> => {
      await linesOf(node, 'do', room, 'play', `${cell}`)
      await agreed([anna, bob], room)
    }
    await play(anna, 5)
    await play(bob, 1)
    const board = ['O . .', '. X .', '. . .']
    for (const node of [anna, bob]) expect(await linesOf(node, 'do', room, 'board')).toEqual(board)

    // The app refuses to write such moves; another program of a player may write them all the same.
    expect(await kith.run(bob.dataDir, 'do', room, 'play', '2')).toEqual(failed('you cannot play 2 now'))
    const before = await documentsOf(anna, room)
    const move = (cell: number) => ({ kind: 'move', body: Buffer.from(game.body('move', cell)).toString('base64') })
    await bob.api.call('documents.write', { room, ...move(1) })
    await anna.api.call('documents.write', { room, ...move(0) })
    await anna.api.call('documents.write', { room, kind: 'move', body: '' })
    await vi.waitFor(async () => expect(await documentsOf(bob, room)).toBe(before + 3), POLL)
    await agreed([anna, bob], room)
    for (const node of [anna, bob]) expect(await linesOf(node, 'do', room, 'board')).toEqual(board)

    await play(anna, 4)
    await play(bob, 2)
    expect(await kith.run(bob.dataDir, 'do', room, 'winner')).toEqual(
      failed(`${room} is still played, or has no winner.`),
    )
    await play(anna, 6)
    for (const node of [anna, bob]) expect(await linesOf(node, 'do', room, 'winner')).toEqual(['X'])
    expect(await linesOf(bob, 'do', room, 'board')).toEqual(['O O .', 'X X X', '. . .'])
  })
})

describe('a node that does not have the app', () => {
  test('carries a room to those who have it', async () => {
    const anna = await kith.start({ name: 'Anna', apps: [LIST_APP] })
    const { id: room } = await anna.api.call('rooms.create', { name: 'Home', app: 'todo' })
    await anna.do(room, 'add', { what: 'buy milk' })
    const carrier = await kith.start({ name: 'Carrier', peers: [anna.address] })
    await carrier.api.call('rooms.carry', { room })
    const inRoom = await documentsOf(anna, room)
    await vi.waitFor(async () => expect(await documentsOf(carrier, room)).toBe(inRoom), POLL)
    await anna.kill()
    const bob = await kith.start({ name: 'Bob', apps: [LIST_APP], peers: [carrier.address] })
    await joinRoom(bob, room)
    await vi.waitFor(async () => expect(await linesOf(bob, 'do', room, 'list')).toEqual(['[ ] buy milk']), POLL)
  })

  test('joins a room, shows its documents and says what it lacks; with the app, the state is there', async () => {
    const anna = await kith.start({ name: 'Anna', apps: [LIST_APP] })
    const { id: room } = await anna.api.call('rooms.create', { name: 'Home', app: 'todo' })
    await anna.do(room, 'add', { what: 'buy milk' })
    let carol = await kith.start({ name: 'Carol', peers: [anna.address] })
    await joinRoom(carol, room)
    const sameDocuments = () =>
      vi.waitFor(async () => {
        const [ofAnna, ofCarol] = await Promise.all([anna.view(room), carol.view(room)])
        expect(ofAnna.order).toHaveLength(4)
        expect(ofCarol).toEqual({ ...ofAnna, stateHash: '' })
      }, POLL)
    await sameDocuments()

    const documents = await linesOf(carol, 'read', room, '--documents')
    expect(documents.map((line) => line.split('  ')[2])).toEqual(['room', 'profile', 'add', 'profile'])
    expect(await linesOf(carol, 'room', 'show', room)).toContainEqual(
      expect.stringMatching(/^ +App +todo, unknown to this node: it stores and passes on the documents/),
    )
    expect(await kith.json<RoomSummary[]>(carol.dataDir, 'room', 'list')).toMatchObject([
      [{ app: 'todo', isAppKnown: false }],
    ])
    const message = "kith: this node does not have the app 'todo' of 'Home': it stores and relays the room's documents"
    for (const argv of [
      ['read', room],
      ['do', room],
      ['do', room, 'list'],
    ]) {
      const ended = await kith.run(carol.dataDir, ...argv)
      expect(ended).toMatchObject({ exitCode: 1, out: '', err: expect.stringContaining(message) as string })
    }

    await carol.stop()
    carol = await kith.restart(carol, { name: 'Carol', apps: [LIST_APP], peers: [anna.address] })
    expect(await linesOf(carol, 'do', room, 'list')).toEqual(['[ ] buy milk'])
    await agreed([anna, carol], room)
    await linesOf(carol, 'do', room, 'done', 'buy milk')
    await agreed([anna, carol], room)
    expect(await linesOf(anna, 'do', room, 'list')).toEqual(['[x] buy milk'])
  })
})

test('a node does not start with an app that cannot be had', async () => {
  const missing = join(PROJECT, 'examples/missing.ts')
  expect(await kith.run(kith.folder(), 'start', '--app', missing)).toEqual({
    ...{ exitCode: 2, out: '', err: `kith: there is no file ${missing}: name one that exports an app\n` },
  })
  expect(await kith.run(kith.folder(), 'start', '--app', LIST_APP, '--app', LIST_APP)).toEqual({
    ...{ exitCode: 2, out: '', err: "kith: two apps have the name 'todo': rename one of them\n" },
  })
})
