/** `kith ring slice`: what it prints, until when, and what it makes of its argument. */
import { beforeEach, expect, test, vi } from 'vitest'
import { sliceItem, type FakeSlice } from '../api/fake-ring.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

async function opened(): Promise<FakeSlice> {
  await vi.waitFor(() => expect(node.ring.slices).toHaveLength(1))
  return node.ring.slices[0]!
}

test('lists what is there and what came, and ends once all is compared', async () => {
  const done = run(['ring', 'slice', '40..80'])
  const slice = await opened()
  slice.get(sliceItem('5', 3))
  slice.finish()
  const { exitCode, err, out } = await done
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
  const [heading, ...lines] = out.trimEnd().split('\n')
  expect(heading).toBe('40000000..80000000, 25 % of the ring, held by 1 connected node')
  expect(lines.slice(0, -1).toSorted()).toEqual([`  ${'1'.repeat(64)}  140 B`, `+ ${'5'.repeat(64)}  140 B, version 3`])
  expect(lines.at(-1)).toBe('2 items, 280 B, 1 of them new (+). Equal with 1 of 1 node.')
})

test('with --watch goes on until Ctrl-C, and closes the slice', async () => {
  const terminal = new FakeTerminal()
  const done = run(['ring', 'slice', 'own', '--watch'], terminal)
  const slice = await opened()
  slice.finish()
  await vi.waitFor(() => expect(terminal.out).toContain('Equal with 1 of 1 node.\nCtrl-C ends this.\n'))
  slice.get(sliceItem('6'))
  await vi.waitFor(() => expect(terminal.out).toContain(`+ ${'6'.repeat(64)}  140 B\n`))
  expect(slice.isClosed).toBe(false)
  await terminal.interrupt()
  expect(await done).toMatchObject({ exitCode: 0, err: '' })
  expect(terminal.out).toMatch(/Closed: 1 item came\.\n$/)
  await vi.waitFor(() => expect(slice.isClosed).toBe(true))
})

test('says with how many it could not be compared', async () => {
  const done = run(['ring', 'slice', 'own'])
  await (await opened()).close()
  expect((await done).out).toContain('Equal with 0 of 1 node. Not compared with 1 node: something may be missing.')
})

test('with --json prints a record on each line', async () => {
  const done = run(['ring', 'slice', '0..0', '--json'])
  ;(await opened()).finish()
  const records = (await done).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string })
  expect(records.map(({ event }) => event)).toEqual(['slice', 'item', 'slice'])
  expect(records[1]).toEqual({ event: 'item', item: sliceItem('1'), isNew: false })
})

test.each(['', '40', '40..', '..80', '..', '40..80..c0', '40...80', '40-80', 'xy..80', `${'0'.repeat(65)}..1`, 'OWN'])(
  'refuses "%s" as a part, and says what one is',
  async (part) => {
    const { exitCode, err } = await run(['ring', 'slice', part])
    expect({ exitCode, lines: err.trim().split('\n').length }).toEqual({ exitCode: 2, lines: 1 })
    expect(err).toContain('must be own, or two places of 1 to 64 hex digits such as 40..80')
    expect(node.ring.slices).toEqual([])
  },
)

test.each([
  ['c0..40', ['c0', '40']],
  ['4F..4f', ['4F', '4f']],
])('takes %s, across the end or all around', async (part, bounds) => {
  const done = run(['ring', 'slice', part])
  const slice = await opened()
  slice.finish()
  expect((await done).exitCode).toBe(0)
  expect([slice.from, slice.to]).toEqual(bounds.map((bound) => bound.padEnd(64, '0')))
})
