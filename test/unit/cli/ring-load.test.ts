/** `kith ring load`: what it prints, also where it is stopped or something is lost, and what it refuses. */
import { beforeEach, expect, test, vi } from 'vitest'
import type { RingLoadReport } from '../../../src/api/ring-load.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

const load = (...argv: string[]) => run(['ring', 'load', '--rate', '1000', ...argv])

test('prints its seed, and a table of latencies and losses', async () => {
  const { exitCode, out, err } = await load('--ops', '60', '--put', '0.5', '--keys', '6', '--seed', '7')
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  expect(out).toMatch(/^60 operations in 1 s, seed 7\n/)
  expect(out).toMatch(/^OPERATION +DONE +FAILED +P50 +P90 +P99 +MAX$/m)
  expect(out).toMatch(/^get by name +\d+ +0 +\d+\.\d ms +\d+\.\d ms +\d+\.\d ms +\d+\.\d ms$/m)
  expect(out).toContain('Gets of what had been put: 0 found nothing, 0 an older version, 0 something else.')
})

test('with --json prints the report, with a seed of its own', async () => {
  const { out } = await load('--ops', '20', '--json')
  const report = JSON.parse(out) as RingLoadReport
  expect(report).toMatchObject({ ops: 20, done: 20, lost: 0 })
  expect(Number.isSafeInteger(report.seed)).toBe(true)
})

test('ends with 1 where something was lost, and names it', async () => {
  vi.spyOn(node.ring, 'get').mockResolvedValue(undefined)
  const { exitCode, out, err } = await load('--ops', '60', '--put', '0.5', '--keys', '2')
  expect(exitCode).toBe(1)
  expect(out).toMatch(/Gets of what had been put: [1-9]\d* found nothing/)
  expect(err).toMatch(/^kith: \d+ gets? did not give what had been put, such as [0-9a-f]{64}\.\n$/)
})

test('says what failed', async () => {
  node.ring.put = async () => {
    const { KithError } = await import('../../../src/kith.ts')
    throw new KithError('ring-full', 'no space')
  }
  const { out } = await load('--ops', '40', '--put', '1', '--keys', '2')
  expect(out).toMatch(/Failed: \d+ ring-full\./)
  expect(out).toMatch(/^put +\d+ +\d+ +- +- +- +-$/m)
})

test('at Ctrl-C prints what there is so far', async () => {
  const terminal = new FakeTerminal({}, true)
  const done = run(['ring', 'load', '--ops', '1000000', '--rate', '100'], terminal)
  await vi.waitFor(() => expect(terminal.err).toMatch(/\d+ of 1,000,000/))
  await terminal.interrupt()
  expect((await done).exitCode).toBe(0)
  expect(terminal.out).toMatch(/^[\d,]+ of 1,000,000 operations in \d+ s, seed \d+\n/)
})

test.each([
  ['--ops', '0'],
  ['--ops', '1.5'],
  ['--ops', '1000001'],
  ['--keys', '0'],
  ['--keys', '100001'],
  ['--put', '2'],
  ['--put', '-0.1'],
  ['--put', 'half'],
  ['--rate', '0'],
  ['--rate', '1001'],
  ['--seed', '-1'],
])('refuses %s %s', async (option, value) => {
  const put = vi.spyOn(node.ring, 'put')
  const { exitCode, err } = await load(`${option}=${value}`)
  expect(exitCode).toBe(2)
  expect(err).toContain(`${option} must be a`)
  expect(err.trim().split('\n')).toHaveLength(1)
  expect(put).not.toHaveBeenCalled()
})

test('of a node without a ring says so', async () => {
  vi.spyOn(node.ring, 'get').mockImplementation(async () => {
    const { KithError } = await import('../../../src/kith.ts')
    throw new KithError('no-ring', 'this node takes no part in the ring')
  })
  expect(await load('--put', '0')).toMatchObject({ exitCode: 1, err: 'kith: this node takes no part in the ring\n' })
})
