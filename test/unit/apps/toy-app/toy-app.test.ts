/** An app is added by its folder and its place in a list of apps; nothing else knows of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openApi, type ApiClient } from '../../../../src/api/client.ts'
import { serveApi } from '../../../../src/api/server.ts'
import { createNode, type KithNode } from '../../../../src/node.ts'
import { loadScenario } from '../../../../src/simulate/load-scenario.ts'
import { simulate } from '../../../../src/simulate/simulate.ts'
import { testApp } from '../../../../src/testing.ts'
import { kith } from '../../cli/fake-terminal.ts'
import { poll } from './poll.ts'

let node: KithNode

beforeEach(async () => {
  const listen = ['/ip4/127.0.0.1/tcp/0']
  node = await createNode({ dataDir: ':memory:', name: 'Anna', apps: [poll], mdns: false, listen })
  onTestFinished(() => node.stop())
})

/** A folder through which the terminal finds the node's API. */
async function servedFolder(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'kith-toy-app-'))
  const api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
  onTestFinished(async () => {
    await api.close()
    rmSync(dataDir, { recursive: true })
  })
  return dataDir
}

test('it keeps the promises of an app', () => {
  testApp(poll)
})

test('a program has its rooms, with their state, commands and messages', async () => {
  const room = await node.rooms.create({ name: 'Lunch', app: poll })
  const heard: string[] = []
  room.on('message', ({ name, text }) => heard.push(`${name} ${text}`))
  await room.vote('soup')
  await expect(room.vote('soup')).rejects.toMatchObject({ code: 'poll/voted' })
  expect([room.app, room.state, room.winner()]).toEqual(['poll', { [node.peer]: 'soup' }, 'soup'])
  expect(heard).toEqual(['Anna is for soup'])
})

test('the API lists its commands and runs them', async () => {
  const api: ApiClient = openApi(await servedFolder())
  const { id: room } = await api.call('rooms.create', { name: 'Lunch', app: 'poll' })
  expect(await api.call('rooms.commands', { room })).toEqual({ app: 'poll', commands: poll.offers })
  expect(await api.call('rooms.do', { room, command: 'winner' })).toEqual({})
  await api.call('rooms.do', { room, command: 'vote', args: { choice: 'soup' } })
  expect(await api.call('rooms.do', { room, command: 'winner' })).toEqual({ value: 'soup' })
  expect(await api.call('rooms.do', { room, command: 'count' })).toEqual({ value: [{ choice: 'soup', votes: 1 }] })
  const again = api.call('rooms.do', { room, command: 'vote', args: { choice: 'soup' } })
  await expect(again).rejects.toMatchObject({ code: 'poll/voted', message: 'you are for soup already' })
})

test('the terminal runs its commands, and says what there are', async () => {
  const dataDir = await servedFolder()
  const run = (...argv: string[]) => kith([...argv, '--data', dataDir])
  const done = (out = '') => ({ exitCode: 0, out, err: '' })
  expect(await run('room', 'create', 'Lunch', '--app', 'poll')).toMatchObject({ exitCode: 0 })
  expect(await run('do', 'Lunch')).toEqual(
    done(
      [
        'vote <choice...>  say what you are for',
        'count             show what people are for',
        'winner            what most people are for',
        '',
      ].join('\n'),
    ),
  )
  expect(await run('do', 'Lunch', 'winner')).toEqual({ exitCode: 1, out: '', err: 'kith: Lunch has no votes.\n' })
  expect(await run('do', 'Lunch', 'vote', 'apple', 'pie')).toEqual(done())
  expect(await run('do', 'Lunch', 'winner')).toEqual(done('apple pie\n'))
  expect(await run('do', 'Lunch', 'count')).toEqual(done('CHOICE     VOTES\napple pie  1\n'))
  expect((await run('read', 'Lunch')).out).toMatch(/ Anna +is for apple pie\n$/)
  expect(await run('do', 'Lunch', 'vote', 'apple pie')).toMatchObject({
    ...{ exitCode: 1, err: 'kith: you are for apple pie already\n' },
  })
})

test('a scenario names its file, and simulated nodes come to the same state', async () => {
  const text = `
duration: 1h
nodes: [A, B, C]
links: { loss: 0.2, delay: [5ms, 3s] }
workload:
  app: ./poll.ts
  writes: [{ count: 5, every: 5m }]
`
  const scenario = await loadScenario(text, join(import.meta.dirname, 'lunch.yaml'), 'lunch')
  expect(scenario.app).toBe(poll)
  const { violations, deliveries } = simulate(scenario, 1)
  expect(violations).toEqual([])
  expect(deliveries.filter(({ kind }) => kind === 'vote')).toHaveLength(3 * 5 * 2)
})
