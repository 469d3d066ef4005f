/** What the README shows is what happens; package.test.ts has its examples of the library. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { blocksOf, commandsOf, installInto } from './documented.ts'
import { POLL, useKith } from './kith-process.ts'

const README = 'README.md'
const processes = useKith()

test('the commands do what the README says', { timeout: 120_000 }, async () => {
  const [, conversation = '', join = '', map = '', look = '', help = '', page = '', add = '', fetch = '', ...others] =
    blocksOf(README, 'sh')
  const simulate = others.find((block) => block.startsWith('npx kith simulate')) ?? ''
  const anna = await processes.start({ name: 'Anna' })
  const bob = await processes.start({ name: 'Bob', peers: [anna.address] })
  const files = processes.folder()
  const [soup, copy, first] = ['soup.pdf', 'copy.pdf', 'first.pdf'].map((name) => joinPath(files, name)) as [
    string,
    string,
    string,
  ]
  let [id, cid] = ['', '']
  const places = (): Record<string, string> => ({
    'bafyrei…': id,
    'bafkrei…': cid,
    '12D3KooW…': bob.peer,
    './soup.pdf': soup,
    './copy.pdf': copy,
    './first.pdf': first,
    './bake.sh': 'true',
    'kitchen.svg': joinPath(files, 'kitchen.svg'),
  })
  const run = async (dataDir: string, block: string): Promise<string[]> => {
    const outputs: string[] = []
    for (const argv of commandsOf(block)) {
      const { exitCode, out, err } = await processes.run(dataDir, ...argv.map((word) => places()[word] ?? word))
      expect({ argv, exitCode, err }).toMatchObject({ argv, exitCode: 0 })
      outputs.push(out)
    }
    return outputs
  }

  const [created = ''] = await run(anna.dataDir, conversation)
  id = /bafyrei[a-z2-7]{52}/.exec(created)?.[0] ?? ''
  await run(bob.dataDir, join)
  // The room opens with its root document; what was said may come a moment later.
  await vi.waitFor(
    async () => expect((await processes.run(bob.dataDir, 'read', 'Kitchen')).out).toContain('hello'),
    POLL,
  )
  const [, , apples, keys] = await run(anna.dataDir, map)
  expect([apples?.trim(), keys?.trim()]).toEqual(['3', 'apples'])
  const [link = ''] = await run(anna.dataDir, page)
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#link=\S+\n$/)
  const [status, watched, peers, peer, present, shown, synced] = await run(anna.dataDir, look)
  expect(status).toContain('Anna')
  expect(watched).toContain('Documents')
  expect(peers).toContain(bob.peer)
  expect(peer).toContain(bob.peer)
  expect(present).toContain(bob.peer)
  expect(shown).toContain(id)
  expect(synced).toContain('of 1 peer')

  writeFileSync(soup, 'carrots, leeks, time')
  const [added = ''] = await run(anna.dataDir, add)
  cid = /bafkrei[a-z2-7]{52}/.exec(added)?.[0] ?? ''
  await vi.waitFor(
    async () => expect(await bob.api.call('files.list', { room: id })).toMatchObject([{ id: cid, name: 'soup.pdf' }]),
    POLL,
  )
  const [listed, saved, older, pinned, limits, wanted, wants, garbage] = await run(bob.dataDir, fetch)
  expect(listed).toContain(cid)
  expect(saved).toContain(copy)
  expect(readFileSync(copy, 'utf8')).toBe('carrots, leeks, time')
  expect(older).toContain(first)
  expect(readFileSync(first, 'utf8')).toBe('carrots, leeks, time')
  expect(pinned).toContain('Pinned soup.pdf; it is here.')
  expect(limits).toContain('5.0 GiB')
  expect(wanted).toContain(`${cid} is complete`)
  expect(wants).toContain(cid)
  expect(garbage).toContain('nothing to remove')

  const carol = await processes.start({ name: 'Carol', peers: [anna.address] })
  const [carry = '', ...decide] = help.split('\n')
  await run(carol.dataDir, carry)
  await vi.waitFor(
    async () => expect(await carol.api.call('rooms.show', { room: id })).toMatchObject({ name: 'Kitchen' }),
    POLL,
  )
  const [taking, , offering, joined] = await run(carol.dataDir, decide.join('\n'))
  expect(taking).toMatch(new RegExp(`${bob.peer} +accept`))
  expect(offering).toContain('interactive')
  expect(joined).toContain('Joined Kitchen')

  const members = others.find((block) => block.includes('--public-read')) ?? ''
  const [, invited, invites, roles] = await run(anna.dataDir, members)
  expect(invited).toMatch(/kith:bafyrei[a-z2-7]{52}\?invite=/)
  expect(invites).toMatch(/writer +open +0 of 1/)
  expect(roles).toMatch(/Anna +owner/)

  const together = others.find((block) => block.includes('kith lock create')) ?? ''
  const [, , locked, , , found] = await run(anna.dataDir, together)
  expect(locked).toContain('nobody')
  expect(found).toContain('soup, tomato')
  expect(readFileSync(joinPath(files, 'kitchen.svg'), 'utf8')).toContain('<svg')

  const [command = []] = commandsOf(simulate)
  const report = joinPath(processes.folder(), 'report.html')
  const { exitCode } = await processes.run(
    anna.dataDir,
    ...command.map((word) => (word === 'report.html' ? report : word)),
  )
  expect(exitCode).toBe(0)
  expect(readFileSync(report, 'utf8')).toContain('<svg')
})

test('the commands of the app do what is said', async () => {
  const app = blocksOf(README, 'ts').find((block) => block.includes('export const shopping'))
  const commands = blocksOf(README, 'sh').find((block) => block.includes('--app ./shopping.ts'))
  const folder = processes.folder()
  installInto(folder)
  writeFileSync(joinPath(folder, 'shopping.ts'), app ?? '')

  const [start, ...others] = commandsOf(commands ?? '')
  expect(start).toEqual(['start', '--app', './shopping.ts'])
  const { dataDir } = await processes.start({ apps: [joinPath(folder, 'shopping.ts')] })
  const outputs: string[] = []
  for (const argv of others) {
    const { exitCode, out, err } = await processes.run(dataDir, ...argv)
    expect({ argv, exitCode, err }).toEqual({ argv, exitCode: 0, err: '' })
    outputs.push(out)
  }
  expect(outputs).toEqual([expect.stringContaining('Created the room Home'), '', 'oat milk\n'])
  expect((await processes.run(dataDir, 'do', 'Home')).out).toBe(
    'add <what...>  add something\nlist           show the list\n',
  )
  expect((await processes.run(dataDir, 'read', 'Home', '--documents')).out).toContain('  add  ')
})

test('the forum is one', async () => {
  const forum = blocksOf(README, 'ts').find((block) => block.includes('const forum')) ?? ''
  const folder = processes.folder()
  installInto(folder)
  const local = "{ dataDir: ':memory:', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, name }"
  const nodes = `const [anna, bob] = await Promise.all(['Anna', 'Bob'].map((name) => createNode(${local})))`
  const end = "bob.on('message', () => setImmediate(() => process.exit()))"
  const program = ["import { createNode } from '@kith-p2p/kith'", nodes, end, forum].join('\n')
  writeFileSync(joinPath(folder, 'forum.ts'), program)
  const { stdout } = await promisify(execFile)(process.execPath, ['forum.ts'], { cwd: folder })
  expect(stdout).toBe('Soup by Anna\nAnna: with or without salt?\n')
})
