import { beforeEach, expect, test, vi } from 'vitest'
import { FAKE_PEER } from '../api/fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  node.add('Family', 'chat')
  return served.close
})

const verifiedMs = () => node.rooms.get('Family').members()[0]!.verifiedMs

test('prints the words and digits, and how to say that they match where nobody can be asked', async () => {
  const { exitCode, out } = await run(['verify', 'Family', 'Bob'])
  expect(exitCode).toBe(0)
  expect(out).toContain(`Safety words of you and Bob, ${FAKE_PEER}:\n\n  abandon ability\n`)
  expect(out).toContain('  01234 56789\n')
  expect(out).toMatch(/If Bob sees the same: {2}kith verify Family Bob --data \S+ --words "abandon ability"\n/)
  expect(verifiedMs()).toBeNull()
})

test('prints a command that a shell takes, whatever the names are', async () => {
  node.add('Our Family', 'chat')
  const { out } = await run(['verify', 'Our Family', 'Bob'])
  expect(out).toContain("kith verify 'Our Family' Bob --data")
  expect(await run(['verify', 'Family', 'Bob', '--words', ' '])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('--words is empty') as string,
  })
})

test('asks in a terminal, and notes the member only after a yes', async () => {
  for (const [answer, exitCode] of [
    ['', 1],
    ['n', 1],
    ['\u0003', 1], // Ctrl-C
    ['y', 0],
  ] as const) {
    const terminal = new FakeTerminal({}, true)
    const ended = run(['verify', 'Family', 'Bob'], terminal)
    await vi.waitFor(() => expect(terminal.err).toContain('[y/N]'), { timeout: 10_000 })
    terminal.stdin.write(`${answer}\r`)
    const { err, ...end } = await ended
    expect(end.exitCode).toBe(exitCode)
    expect(err.endsWith('kith: Nothing was changed.\n')).toBe(exitCode === 1)
    expect(verifiedMs()).toBe(answer === 'y' ? 1 : null)
  }
})

test('asks again after Ctrl-Z', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  const terminal = new FakeTerminal({}, true)
  const ended = run(['verify', 'Family', 'Bob'], terminal)
  await vi.waitFor(() => expect(terminal.err).toContain('[y/N]'), { timeout: 10_000 })
  terminal.stdin.write('\u001a')
  await vi.waitFor(() => expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTSTP'))
  kill.mockRestore()
  process.emit('SIGCONT', 'SIGCONT')
  terminal.stdin.write('y\r')
  expect(await ended).toMatchObject({ exitCode: 0 })
})

test('with --words, notes the member if they match; --undo ends that', async () => {
  const wrong = await run(['verify', 'Family', 'Bob', '--words', 'abandon able'])
  expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining('not the safety words') as string })
  expect((await run(['verify', 'Family', 'Bob', '--words', 'abandon ability'])).out).toBe(
    `Bob is verified: ${FAKE_PEER}\n`,
  )
  expect((await run(['members', 'Family'])).out).toMatch(/verified \d/)
  expect((await run(['verify', 'Family', 'Bob'])).out).toContain('(Verified since ')
  expect((await run(['verify', 'Family', 'Bob', '--undo'])).out).toBe(`Bob is not verified any more: ${FAKE_PEER}\n`)
  expect((await run(['members', 'Family'])).out).not.toContain('verified')
  expect((await run(['verify', 'Family', 'Bob', '--undo'])).out).toBe(
    `Bob was never verified here, so nothing changes: ${FAKE_PEER}\n`,
  )
  expect((await run(['verify', 'Family', 'Bob', '--undo', '--words', 'x'])).exitCode).toBe(2)
})

test('with --json, prints the words as a value', async () => {
  const { out } = await run(['verify', 'Family', 'Bob', '--json'])
  expect(JSON.parse(out)).toEqual({
    ...{ peer: FAKE_PEER, name: 'Bob', verifiedMs: null },
    ...{ words: ['abandon', 'ability'], digits: '0123456789' },
  })
})
