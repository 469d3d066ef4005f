/** `KITH_LOG` in a real process: off by default, namespaces and levels when asked for. */
import { expect, test } from 'vitest'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

/** Nothing listens on this port of loopback. */
const NOBODY = '/ip4/127.0.0.1/tcp/9'

const kith = useKith()

async function untilDialFailed(node: NodeProcess): Promise<void> {
  await expect
    .poll(async () => (await node.api.call('status', {})).unanswered, POLL)
    .toMatchObject([{ address: NOBODY, error: 'nothing listens there' }])
}

/** What a node that dials in vain writes to stderr. */
async function logOf(env: Record<string, string>): Promise<string> {
  const node = await kith.start({ peers: [NOBODY], env })
  await untilDialFailed(node)
  return (await node.stop()).err
}

test('nothing is logged unless asked for', async () => {
  expect(await logOf({})).toBe('')
})

test('a line has the date, the namespace and what happened', async () => {
  const lines = (await logOf({ KITH_LOG: 'kith:host:*', KITH_LOG_FORMAT: 'text' })).trimEnd().split('\n')
  expect(lines.filter((line) => line.includes(NOBODY))).not.toEqual([])
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z kith:host:/)
})

test('as JSON each line is an object for programs, and only the namespace asked for is there', async () => {
  const lines = (await logOf({ KITH_LOG: 'kith:host:dial', KITH_LOG_FORMAT: 'json' })).trimEnd().split('\n')
  const records = lines.map((line) => JSON.parse(line) as Record<string, string>)
  expect(records).toContainEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    level: 'info',
    name: 'kith:host:dial',
    message: expect.stringContaining(NOBODY) as string,
  })
  expect(new Set(records.map(({ name }) => name))).toEqual(new Set(['kith:host:dial']))
})

test('a dial that fails is no error of the node', async () => {
  expect(await logOf({ KITH_LOG: 'kith:*:error' })).toBe('')
})
