/** What docs/ring.md shows is what happens. */
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { blocksOf, commandsOf, installInto } from './documented.ts'
import { POLL, useKith, type Ended, type NodeProcess } from './kith-process.ts'

const DOCUMENT = 'docs/ring.md'
const kith = useKith()
const run = promisify(execFile)

async function pair() {
  const anna = await kith.start()
  const ben = await kith.start({ peers: [anna.address] })
  for (const { api } of [anna, ben])
    await vi.waitFor(async () => expect(await api.call('ring.status', {})).toMatchObject({ connected: 1 }), POLL)
  return { anna, ben }
}

/** Presses Ctrl-C once there is nothing to do but to wait. */
async function watch({ dataDir }: NodeProcess, argv: readonly string[]): Promise<Ended> {
  const command = kith.begin(dataDir, ...argv)
  await vi.waitFor(() => {
    if (!command.out.includes('Ctrl-C ends this.')) throw new Error(command.out)
  }, POLL)
  return command.end('SIGINT')
}

test('the commands do what is said', async () => {
  const { anna, ben } = await pair()
  const folder = kith.folder()
  const [copy, file] = [join(folder, 'copy.txt'), join(folder, 'notes.txt')]
  writeFileSync(file, 'soup on Friday')
  await anna.api.call('rooms.create', { name: 'Family', access: 'private' })
  const [block = ''] = blocksOf(DOCUMENT, 'sh')
  let key = ''
  const outputs = new Map<string, string>()
  for (const words of commandsOf(block)) {
    const [, sub = ''] = words
    const isCopied = words.includes('-o')
    const argv = words.map(
      (word) => ({ 'notes.txt': isCopied ? copy : file, KEY: key, '12D3KooW…': ben.peer })[word] ?? word,
    )
    const { exitCode, out, err } = argv.includes('--watch')
      ? await watch(anna, argv)
      : await kith.run(anna.dataDir, ...argv)
    expect({ words, exitCode, err }).toEqual({ words, exitCode: 0, err: '' })
    if (sub === 'put' && key === '') key = out.slice(0, 64)
    outputs.set(words.join(' '), out)
  }
  const said = (start: string): string => [...outputs].find(([line]) => line.startsWith(start))?.[1] ?? ''
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  expect(said('ring')).toContain(ben.peer)
  expect(said('ring put notes.txt --copies 8')).toContain('of 8 that shall')
  expect(readFileSync(copy, 'utf8')).toBe('soup on Friday')
  expect(said('ring where')).toContain('yes')
  expect(said('ring put notes.txt --name')).toContain('Version 1.')
  expect(said('ring put KEY')).toContain(key)
  expect(said('ring ping')).toContain('is there')
  expect(said('ring slice 40..80')).toContain('Equal with 1 of 1 node.')
  expect(said('ring slice own --watch')).toContain('Closed: 0 items came.')
  expect(said('ring load')).toMatch(/^100 operations .*\n\nOPERATION/)
  expect(said('room ring Family on')).not.toBe('')
  expect(said('size')).toMatch(/Nodes +2 nodes, all known/)
  await Promise.all([anna.stop(), ben.stop()])
})

test('the program runs', async () => {
  const { anna, ben } = await pair()
  const [block = ''] = blocksOf(DOCUMENT, 'ts')
  const folder = kith.folder()
  installInto(folder)
  writeFileSync(
    join(folder, 'example.ts'),
    [
      "import { createNode } from '@kith-p2p/kith'",
      "const node = await createNode({ dataDir: ':memory:', listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false })",
      'const peer = await node.connect(process.argv[2]!)',
      "const room = await node.rooms.create({ name: 'Family', access: 'private' })",
      block,
      'await slice.compared()',
      'console.log(Buffer.from(item!.value).toString(), known.length, slice.holders.length > 0, nodes !== null, items !== null)',
      'await node.stop()',
    ].join('\n'),
  )
  const { stdout } = await run(process.execPath, ['example.ts', anna.address], { cwd: folder })
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^hello 64 true /)
  await Promise.all([anna.stop(), ben.stop()])
})
