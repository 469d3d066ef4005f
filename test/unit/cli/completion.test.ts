import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { scripts } from '../../../src/cli/completion-scripts.ts'
import { buildProgram } from '../../../src/cli/run.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

const program = buildProgram(
  new FakeTerminal(),
  () => async () => {},
  () => Promise.reject(new Error('no node')),
)

function pathsUnder(command: Command, path: string[] = []): string[][] {
  return command.commands.flatMap((child) => [[...path, child.name()], ...pathsUnder(child, [...path, child.name()])])
}

function commandAt(path: readonly string[]): Command {
  return path.reduce((command, name) => command.commands.find((each) => each.name() === name)!, program)
}

async function suggested(shell: string, words: string[]): Promise<string[]> {
  const { exitCode, out, err } = await kith(['completion', shell, '--', ...words])
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  return out.split('\n').slice(0, -1)
}

describe('of the program', () => {
  test.each(pathsUnder(program).map((path) => [path.join(' '), path] as const))('suggests %s', async (_name, path) => {
    const name = path.at(-1)!
    expect(await suggested('bash', [...path.slice(0, -1), ''])).toContain(name)
    expect(await suggested('bash', [...path.slice(0, -1), name.slice(0, 2)])).toContain(name)
    expect(await suggested('bash', ['--json', '--profile', 'bob', 'help', ...path.slice(0, -1), ''])).toContain(name)
    const flags = commandAt(path).options.map(({ long }) => long)
    expect(await suggested('bash', [...path, '--'])).toEqual(
      expect.arrayContaining([...flags, '--json', '--profile', '--data', '--help']),
    )
  })

  test.each([
    [
      ['share-policy', 'Kitchen', ''],
      ['share', 'accept', 'none'],
    ],
    [['share-policy', 'Kitchen', '--mode', 'b'], ['batch']],
    [['share-policy', 'Kitchen', '--mode', 'batch', 'sh'], ['share']],
    [['completion', 'z'], ['zsh']],
    [['frobnicate', ''], []],
    [['send', 'Kitchen', '--', '--'], []],
    [['id', ''], []],
  ])('after %j suggests %j', async (words, expected) => {
    expect(await suggested('bash', words)).toEqual(expected)
  })

  test.each([
    [['--data', '']],
    [['--data', '=', 'd']],
    [['file', 'add', 'Kitchen', './so']],
    [['file', 'add', 'Kitchen', 'a', 'b']],
    [['file', 'get', 'Kitchen', 'soup.pdf', '-o', '']],
    [['simulate', '']],
    [['simulate', 'life.yaml', '--report', '']],
    [['start', '--config', '']],
  ])('after %j leaves paths to the shell', async (words) => {
    expect(await suggested('bash', words)).toEqual([':paths'])
  })

  test('describes each suggestion, if the shell shows descriptions', async () => {
    expect(await suggested('fish', ['gc', '--dr'])).toEqual(['--dry-run\tonly show how much would be removed'])
    expect(await suggested('zsh', ['gc', '--dr'])).toEqual(['--dry-run:only show how much would be removed'])
  })
})

describe('of names that the node knows', () => {
  let node: FakeNode
  let dataDir: string
  let api: ApiServer

  beforeEach(async () => {
    node = new FakeNode()
    dataDir = mkdtempSync(join(tmpdir(), 'kith-completion-'))
    api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
  })

  afterEach(async () => {
    await api.close()
    rmSync(dataDir, { recursive: true })
  })

  test('suggests rooms', async () => {
    node.add('Kitchen', 'chat')
    node.add('Attic', 'map')
    const here = ['--data', dataDir]
    expect(await suggested('bash', [...here, 'send', ''])).toEqual(['Kitchen', 'Attic'])
    expect(await suggested('bash', ['send', ...here, 'Ki'])).toEqual(['Kitchen'])
    expect(await suggested('bash', [...here, 'want', 'bafkrei', '--room', 'A'])).toEqual(['Attic'])
  })

  test('suggests members of a room, but not oneself', async () => {
    const room = node.add('Family', 'chat')
    const [self] = room.members()
    vi.spyOn(room, 'members').mockReturnValue([self!, { ...self!, peer: '12D3KooWBob', name: 'Bob', self: false }])
    for (const command of ['verify', 'role', 'remove']) {
      expect(await suggested('bash', ['--data', dataDir, command, 'Family', ''])).toEqual(['Bob'])
    }
  })

  test('suggests files and keys of a room', async () => {
    const kitchen = node.add('Kitchen', 'chat')
    await kitchen.files.add('/tmp/soup.pdf')
    await kitchen.files.add('/tmp/soup.pdf')
    expect(await suggested('bash', ['--data', dataDir, 'file', 'get', 'Kitchen', ''])).toEqual(['soup.pdf'])
    const stock = node.add('Stock', 'map')
    await stock.put('apples', 3)
    expect(await suggested('bash', ['--data', dataDir, 'get', 'Stock', ''])).toEqual(['apples'])
  })

  test('suggests peers', async () => {
    const peer = {
      ...{ connected: true, addresses: [], direction: null, network: null, connectedSinceMs: null, roundTripMs: null },
      ...{ rooms: [], lastSeenMs: 0, sending: [], blocksAwaited: 0, introduced: [] },
    }
    node.known = [
      { ...peer, peer: '12D3KooWAnna', name: 'Anna', refused: 0 },
      { ...peer, peer: '12D3KooWZoe', name: null, refused: 0 },
    ]
    const here = ['--data', dataDir]
    expect(await suggested('bash', [...here, 'peer', ''])).toEqual(['Anna', '12D3KooWZoe'])
    expect(await suggested('bash', [...here, 'share-policy', 'Kitchen', '--peer', 'A'])).toEqual(['Anna'])
    node.add('Attic', 'map')
    expect(await suggested('bash', [...here, 'doctor', 'A'])).toEqual(['Anna', 'Attic'])
  })

  test('suggests the ids of others whose names commands take for options', async () => {
    const room = node.add('-f', 'chat')
    const [self] = room.members()
    vi.spyOn(room, 'members').mockReturnValue([self!, { ...self!, peer: '12D3KooWBob', name: '--json', self: false }])
    expect(await suggested('bash', ['--data', dataDir, 'send', ''])).toEqual([room.id])
    expect(await suggested('bash', ['--data', dataDir, 'remove', room.id, ''])).toEqual(['12D3KooWBob'])
  })

  test('suggests names whether they are typed composed or not', async () => {
    node.add('Z\u00fcrich', 'chat')
    expect(await suggested('bash', ['--data', dataDir, 'send', 'Zu\u0308'])).toEqual(['Z\u00fcrich'])
  })

  test('a name of another user cannot be more than a word', async () => {
    node.add('Our $(rm -rf ~)\u001b[2J', 'chat')
    const [inBash] = await suggested('bash', ['--data', dataDir, 'send', 'Our\\ $'])
    expect(inBash).toBe('Our\\ \\$\\(rm\\ -rf\\ \\~\\)\\[2J')
    expect(execFileSync('bash', ['-c', `printf %s ${inBash}`], { encoding: 'utf8' })).toBe('Our $(rm -rf ~)[2J')
  })

  test('suggests nothing, and says nothing, without a node', async () => {
    await api.close()
    expect(await suggested('bash', ['--data', dataDir, 'send', ''])).toEqual([])
    expect(await suggested('bash', ['--profile', '../up', 'send', ''])).toEqual([])
  })
})

describe('the script of bash', () => {
  /** What bash suggests for some words, where `kith` prints some lines. */
  function replies(words: string[], printed: string[]): string[] {
    const code = `${scripts.bash}
      kith() { printf '%s\\n' "$*" >&2; printf '%s\\n' ${printed.map((line) => `'${line}'`).join(' ')}; }
      exec 2>/dev/null
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
      COMP_CWORD=${words.length - 1}
      _kith
      printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['--norc', '-c', code], { encoding: 'utf8' }).split('\n').slice(0, -1)
  }

  test('gives what it is told, a word for each line', () => {
    expect(replies(['kith', 'send', ''], ['Kitchen', 'Our\\ house', '*'])).toEqual(['Kitchen', 'Our\\ house', '*'])
  })

  test('gives paths where it is told so', () => {
    const manifest = join(import.meta.dirname, '../../../package.js')
    expect(replies(['kith', 'simulate', manifest], [':paths'])).toEqual([`${manifest}on`])
  })
})

test.each(Object.entries(scripts))('the script of %s is what is printed', async (shell, script) => {
  expect(await kith(['completion', shell])).toEqual({ exitCode: 0, out: script, err: '' })
})
