/** In processes of their own, because logs are switched on for a whole process. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../../..')

const PROGRAM = `
  import { defaultLogger, enableLogs } from './src/host/logs.ts'
  const [patterns, format] = process.argv.slice(1)
  if (patterns !== undefined) enableLogs(patterns, { format })
  const logger = defaultLogger()
  const log = logger.forComponent('kith:host:dial')
  const asked = []
  const peer = { toString: () => (asked.push('label'), 'Anna …GpEuX7Qq') }
  log('could not reach %p at %s', peer, '/ip4/10.0.0.1/tcp/1')
  log.error('it broke: %s', 'badly')
  log.trace('dialling %p', peer)
  logger.forComponent('libp2p:tcp')('dialling')
  console.log(asked.length)
`

/** What the program logged, by line, and how often the label of a peer was computed. */
async function run(args: string[], env: Record<string, string> = {}): Promise<{ lines: string[]; labels: number }> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM, ...args],
    { cwd: ROOT, env: { ...process.env, DEBUG: '', ...env } },
  )
  return { lines: stderr.split('\n').filter(Boolean), labels: Number(stdout) }
}

/** Without the leading date. */
function undated(lines: string[]): string[] {
  return lines.map((line) => line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, ''))
}

test('nothing is written, and no text made, until logs are switched on', async () => {
  expect(await run([])).toEqual({ lines: [], labels: 0 })
})

test('a pattern switches on events and errors, and leaves out traces and others', async () => {
  const { lines, labels } = await run(['kith:*'])
  expect(undated(lines)).toEqual([
    'kith:host:dial could not reach Anna …GpEuX7Qq at /ip4/10.0.0.1/tcp/1',
    'kith:host:dial:error it broke: badly',
  ])
  expect(labels).toBe(1)
})

test.each([
  ['kith:*:error', ['kith:host:dial:error it broke: badly']],
  ['kith:*:trace', ['kith:host:dial:trace dialling Anna …GpEuX7Qq']],
  ['kith:store,libp2p:*', ['libp2p:tcp dialling']],
  ['kith:*,-kith:host:dial:error', ['kith:host:dial could not reach Anna …GpEuX7Qq at /ip4/10.0.0.1/tcp/1']],
])('%s switches on these', async (patterns, expected) => {
  expect(undated((await run([patterns])).lines)).toEqual(expected)
})

test('logs that DEBUG switched on stay on', async () => {
  const { lines } = await run(['kith:*:error'], { DEBUG: 'libp2p:*' })
  expect(undated(lines)).toEqual(['kith:host:dial:error it broke: badly', 'libp2p:tcp dialling'])
})

test('as JSON, each line has its time, level, name and message', async () => {
  const { lines } = await run(['kith:*,kith:*:trace,libp2p:*', 'json'])
  const records = lines.map((line) => JSON.parse(line) as Record<string, string>)
  for (const { time } of records) expect(new Date(String(time)).toISOString()).toBe(time)
  expect(records.map(({ level, name, message }) => [level, name, message])).toEqual([
    ['info', 'kith:host:dial', 'could not reach Anna …GpEuX7Qq at /ip4/10.0.0.1/tcp/1'],
    ['error', 'kith:host:dial', 'it broke: badly'],
    ['trace', 'kith:host:dial', 'dialling Anna …GpEuX7Qq'],
    ['info', 'libp2p:tcp', 'dialling'],
  ])
})
