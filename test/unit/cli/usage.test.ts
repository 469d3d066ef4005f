import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../../../src/cli/run.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

const home = mkdtempSync(join(tmpdir(), 'kith-usage-'))
afterAll(() => rmSync(home, { recursive: true }))

const run = () => async () => {}
const noNode = () => Promise.reject(new Error('no node'))
const program = buildProgram(new FakeTerminal(), run, noNode)

function commandsUnder(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  return command.commands.flatMap((child) => {
    const childPath = [...path, child.name()]
    return [{ path: childPath, command: child }, ...commandsUnder(child, childPath)]
  })
}

const commands = commandsUnder(program)

test('the commands are these', () => {
  expect(commands.map(({ path }) => path.join(' ')).toSorted()).toEqual(
    [
      ...[
        'start',
        'stop',
        'status',
        'size',
        'id',
        'name',
        'network',
        'open',
        'repair',
        'peers',
        'peer',
        'connect',
        'doctor',
      ],
      ...['room', 'room create', 'room alias', 'room drop', 'room keep', 'room limit', 'room list', 'room show'],
      ...['room make-private', 'room announce', 'room nearby', 'room ring', 'room tree'],
      ...['join', 'leave', 'members', 'invite', 'invites', 'invite-withdraw', 'role', 'rekey', 'remove', 'verify'],
      ...['guests', 'guests allow', 'guests invite', 'guests list', 'guests remove', 'guests withdraw'],
      ...['send', 'read', 'chat', 'thread', 'thread list', 'thread start', 'follow', 'unfollow'],
      ...['dir', 'dir add', 'dir find', 'dir remove'],
      ...['put', 'get', 'keys', 'entries', 'changes', 'delete', 'do'],
      ...['sync', 'share-policy', 'carry'],
      ...['file', 'file add', 'file list', 'file get', 'file pin', 'file unpin', 'file limits'],
      ...['want', 'wants', 'unwant', 'gc'],
      ...['lock', 'lock bench', 'lock create', 'lock list', 'lock run', 'lock status'],
      ...['ring', 'ring get', 'ring load', 'ring ping', 'ring put', 'ring slice', 'ring where'],
      ...['device', 'device add', 'device join', 'device leave', 'device list', 'device remove', 'device rename'],
      ...['key', 'key show', 'key backup', 'key restore', 'key protect', 'key unprotect', 'key seal', 'key unseal'],
      ...['simulate', 'completion'],
    ].toSorted(),
  )
})

describe('help', () => {
  test.each(commands.map(({ path, command }) => [path.join(' '), path, command] as const))(
    'of %s describes it, its arguments and options, and gives an example that parses',
    async (_name, path, command) => {
      const { exitCode, out, err } = await kith([...path, '--help'])
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
      expect(out).toContain(`Usage: kith ${path.join(' ')}`)
      expect(command.description()).not.toBe('')
      expect(out.replaceAll(/\s+/g, ' ')).toContain(command.description())
      for (const argument of command.registeredArguments) expect(argument.description).not.toBe('')
      for (const option of command.options) expect(option.description).not.toBe('')
      for (const option of ['--json', '--profile <name>', '--data <dir>']) expect(out).toContain(option)
      const examples = out.split('Examples:\n')[1]?.split('\n').filter(Boolean) ?? []
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) expect(example).toMatch(new RegExp(`kith ${path.join(' ')}\\b`))
    },
  )

  test('without a command, shows the help as a usage error', async () => {
    const { exitCode, out, err } = await kith([])
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain('Usage: kith')
  })

  test('works as a command of its own', async () => {
    expect(await kith(['help', 'send'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('kith send') })
  })

  test('fits a terminal of 100 columns', async () => {
    const { out } = await kith(['--help'])
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

test('--version prints the version of the package', async () => {
  expect(await kith(['--version'])).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

describe('a usage error exits with 2 and one line', () => {
  test.each([
    [['sned', 'Kitchen', 'hi'], "unknown command 'sned'. Did you mean send?"],
    [['room', 'craete', 'x'], "unknown command 'craete'. Did you mean create?"],
    [['frobnicate'], "unknown command 'frobnicate'. See kith --help."],
    [['room', 'frobnicate'], "unknown command 'frobnicate'. See kith room --help."],
    [['room', 'show'], "missing required argument 'room'. See kith room show --help."],
    [['send', 'Kitchen', '--urgent'], "unknown option '--urgent'"],
    [['send', 'Kitchen', '-no way'], 'Put -- before text'],
    [['read', 'Kitchen', '--folow'], 'Did you mean --follow?'],
    [['send', 'Kitchen'], "missing required argument 'text'"],
    [['send', 'Kitchen', '  '], 'the text is empty'],
    [['id', 'extra'], 'too many arguments'],
    [
      ['read', 'Kitchen', '--last', 'ten'],
      'kith: --last must be a whole number from 0, not "ten". See kith read --help.',
    ],
    [['read', 'Kitchen', '--last', '-1'], '--last must be a whole number from 0, not "-1".'],
    [['start', '--api', '70000'], 'from 0 to 65535'],
    [['start', '--config', '/nowhere/kith.json'], 'There is no config file /nowhere/kith.json.'],
    [['status', '--profile', '../up'], '"../up" is not a valid profile name'],
    [['status', '--profile', ''], '"" is not a valid profile name'],
    [['status', '--profile', 'a', '--data', '/b'], 'use only one of them'],
    [['file', 'add', 'Kitchen'], "missing required argument 'path'"],
    [['file', 'add', 'Kitchen', ''], 'A path is empty.'],
    [['file', 'add', 'Kitchen', 'a', 'b', '--name', 'c'], '--name works with a single path only'],
    [['file', 'get', 'Kitchen', 'a', '-o', ''], 'A path is empty.'],
    [['file', 'limits', 'Kitchen', '--max', 'much'], '--max must be a size such as 500MiB or 2GiB, not "much".'],
    [['share-policy', 'Kitchen', 'all'], 'The policy must be share, accept or none, not "all".'],
    [['share-policy', 'Kitchen', '--mode', 'fa\nst'], '--mode must be batch, interactive or auto, not "fa st".'],
    [['share-policy', 'Kitchen', 'none', '--default'], '--default ends what was set'],
    [['status', '--profile'], "option '--profile <name>' argument missing"],
  ])('%j', async (argv, message) => {
    const { exitCode, out, err } = await kith(argv, new FakeTerminal({ KITH_HOME: home }))
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toMatch(/^kith: [^\n]+\n$/)
    expect(err).toContain(message)
  })

  test('as JSON with --json', async () => {
    const { exitCode, out, err } = await kith(['sned', '--json'])
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(JSON.parse(err)).toEqual({ error: { code: 'usage', message: "unknown command 'sned'. Did you mean send?" } })
  })
})

describe('without a node, a command exits with 3 and says how to start one', () => {
  const lines: [string[], string][] = [
    [[], 'kith start'],
    [['--profile', 'bob'], 'kith start --profile bob'],
    [['--data', '/tmp/my node'], "kith start --data '/tmp/my node'"],
  ]
  test.each(lines)('with %j', async (options, start) => {
    const { exitCode, out, err } = await kith(['status', ...options], new FakeTerminal({ KITH_HOME: home }))
    expect({ exitCode, out, err }).toEqual({
      exitCode: 3,
      out: '',
      err: `kith: No node is running here. Start one: ${start}\n`,
    })
  })

  const needNode = [
    ...[
      ['id'],
      ['open'],
      ['peers'],
      ['stop'],
      ['connect', '/ip4/1.2.3.4/tcp/1'],
      ['room', 'list'],
      ['room', 'show', 'a'],
    ],
    ...[
      ['room', 'create', 'a'],
      ['join', 'bafy'],
      ['leave', 'a'],
      ['device', 'list'],
      ['members', 'a'],
      ['send', 'a', 'b'],
      ['read', 'a'],
    ],
    ...[
      ['chat', 'a'],
      ['put', 'a', 'b', 'c'],
      ['get', 'a', 'b'],
      ['keys', 'a'],
      ['delete', 'a', 'b'],
    ],
    ...[
      ['file', 'add', 'a', 'b'],
      ['file', 'list', 'a'],
      ['file', 'get', 'a', 'b'],
      ['file', 'pin', 'a', 'b'],
      ['file', 'unpin', 'a', 'b'],
      ['file', 'limits', 'a'],
    ],
    ...[['want', 'bafk'], ['want', 'bafk', '--wait'], ['wants'], ['unwant', 'bafk'], ['gc']],
  ]
  test.each(needNode.map((argv) => [argv]))('%j', async (argv) => {
    const { exitCode, err } = await kith([...argv, '--json'], new FakeTerminal({ KITH_HOME: home }))
    expect(exitCode).toBe(3)
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-node' } })
  })
})
