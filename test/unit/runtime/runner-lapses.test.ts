import { describe, expect, it, vi } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { NodeInput, NodeMachine } from '../../../src/machine/node-machine.ts'
import type { Completion } from '../../../src/runtime/queued.ts'
import { Runner } from '../../../src/runtime/runner.ts'
import { MAX_FAILURES } from '../../../src/runtime/store-patience.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import { StoreError, type Write } from '../../../src/store/store.ts'

const peer = 'peer' as PeerId
const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

const command = (id: number): NodeInput => ({ type: 'command', command: { type: 'persist', id } as never })
const records = (id: number): NodeInput => ({
  ...{ type: 'protocol', protocol: 'batch-sync', input: { type: 'records', from: peer, records: [id] } },
})
const errorOf = (code: StoreError['code']): StoreError => new StoreError(code, `it is ${code}`)

/** A runner whose store fails as often as a test says, on virtual time, and a log of what happened. */
function setUp() {
  const log: string[] = []
  const scheduler = new Scheduler(0)
  const store = memoryStore()
  /** Errors of the next commits, and of the next times that the machine is made anew. */
  const failing = { commits: [] as StoreError[], rebuilds: [] as Error[] }
  vi.spyOn(store, 'commit').mockImplementation(() => {
    const error = failing.commits.shift()
    if (error !== undefined) throw error
    log.push('commit')
  })
  const handle = (input: NodeInput) => {
    if (input.type === 'command') {
      log.push(`handle ${(input.command as unknown as { id: number }).id}`)
      return []
    }
    const [record] = (input as unknown as { input: { records: number[] } }).input.records
    log.push(`receive ${record}`)
    return [{ type: 'send', protocol: 'batch-sync', to: peer, record: `ack ${record}` }]
  }
  const rebuild = () => {
    const error = failing.rebuilds.shift()
    if (error !== undefined) throw error
    log.push('rebuild')
  }
  const pieces = {
    piecesOf: (input: NodeInput) => [input],
    signedBlocksOf: () => [],
    digestOf: () => 'digest',
    isNeighbour: () => true,
  }
  const runner = new Runner({ ...pieces, handle, rebuild } as unknown as NodeMachine, store, {
    now: () => ({ monotonicMs: scheduler.nowMs, wallMs: scheduler.nowMs }),
    schedule: (run) => scheduler.after(0, run),
    waitedMs: () => 0,
    checkSignatures: () => undefined,
    setTimer: (run, afterMs) => scheduler.after(afterMs, run),
    send: ({ records: sent }) => void log.push(sent.map(String).join(' ')),
    publish: () => undefined,
    emit: () => undefined,
    misbehaviour: () => undefined,
    refused: () => undefined,
    recovered: () => void log.push('recovered'),
    lapsed: ({ code }) => void log.push(`lapsed: ${code}`),
    failed: (error) => void log.push(`failed: ${error.message}`),
  })
  const told = (name: string) => (completion: Completion) =>
    void log.push(`${name}: ${'error' in completion ? completion.error.message : 'done'}`)
  return {
    ...{ log, runner, failing, store },
    order: (id: number) => runner.push(command(id), told(`command ${id}`)),
    receive: (id: number) => runner.push(records(id), told(`records ${id}`)),
    run: (durationMs: number) => {
      scheduler.after(durationMs, () => undefined) // time passes also where nothing is due
      scheduler.run(scheduler.nowMs + durationMs)
    },
  }
}

describe('a full disk', () => {
  it('refuses the batch, makes the machine anew, and lets the commands that follow try', () => {
    const { log, failing, order, receive, run } = setUp()
    failing.commits.push(errorOf('full'))
    order(1)
    receive(2)
    run(0)
    expect(log.splice(0)).toEqual([
      ...['handle 1', 'receive 2', 'command 1: it is full', 'records 2: it is full', 'rebuild', 'lapsed: full'],
    ])
    order(3)
    run(0)
    expect(log).toEqual(['handle 3', 'commit', 'command 3: done'])
  })

  it('lets what peers send wait, ever longer, and never stops the node', () => {
    const { log, runner, failing, receive, run } = setUp()
    failing.commits = Array.from({ length: 100 }, () => errorOf('full'))
    receive(0)
    for (let minute = 1; minute <= 10; minute++) {
      run(MINUTE_MS)
      receive(minute)
    }
    expect(runner.isStopped).toBe(false)
    expect(log.filter((line) => line === 'rebuild').length).toBeLessThanOrEqual(20)
    failing.commits = []
    run(2 * MINUTE_MS)
    expect(log.at(-1)).toBe('records 10: done')
    expect(log.at(-2)).toBe('ack 10')
  })

  it('does not wait longer because of a disk that was full long ago', () => {
    const { log, failing, order, receive, run } = setUp()
    for (let lapse = 0; lapse < 6; lapse++) {
      failing.commits.push(errorOf('full'))
      order(lapse)
      run(10 * MINUTE_MS)
      order(-1)
      run(0)
    }
    failing.commits.push(errorOf('full'))
    order(7)
    run(0)
    receive(8)
    run(SECOND_MS)
    expect(log.at(-1)).toBe('records 8: done')
  })
})

describe.each(['locked', 'busy', 'io'] as const)('a store that is %s', (code) => {
  it('is tried again, with the commands, until it works; peers have to send again', () => {
    const { log, runner, failing, order, receive, run } = setUp()
    failing.commits = Array.from({ length: MAX_FAILURES }, () => errorOf(code))
    order(1)
    receive(2)
    run(0)
    expect(log.splice(0)).toEqual([
      ...['handle 1', 'receive 2', `records 2: it is ${code}`, 'rebuild', `lapsed: ${code}`],
    ])
    receive(3)
    run(MINUTE_MS)
    expect(log.filter((line) => line === 'rebuild')).toHaveLength(MAX_FAILURES - 1)
    expect(log.slice(-3)).toEqual(['handle 1', 'commit', 'command 1: done'])
    expect(runner.isStopped).toBe(false)
    // What came long before does not count.
    failing.commits.push(errorOf(code))
    order(4)
    run(SECOND_MS)
    expect(log.at(-1)).toBe('command 4: done')
  })

  it('stops the node if it fails too often in a row', () => {
    const { log, runner, failing, order, run } = setUp()
    failing.commits = Array.from({ length: MAX_FAILURES + 1 }, () => errorOf(code))
    order(1)
    run(MINUTE_MS)
    expect(log.slice(-2)).toEqual([`command 1: it is ${code}`, `failed: it is ${code}`])
    expect(runner.isStopped).toBe(true)
  })

  it('may also fail while the machine is made anew', () => {
    const { log, failing, order, run } = setUp()
    failing.commits.push(errorOf(code))
    failing.rebuilds = [errorOf(code), errorOf(code)]
    order(1)
    run(MINUTE_MS)
    expect(log).toEqual(['handle 1', 'rebuild', `lapsed: ${code}`, 'handle 1', 'commit', 'command 1: done'])
  })
})

it.each([
  ['corrupt', errorOf('corrupt')],
  ['newer', errorOf('newer')],
  ['io', new StoreError('io', 'it is io', { isForGood: true })],
] as const)('an error that does not pass (%s) stops the node at once', (code, error) => {
  const { log, failing, order, run } = setUp()
  failing.commits.push(error)
  order(1)
  run(MINUTE_MS)
  expect(log).toEqual(['handle 1', `command 1: it is ${code}`, `failed: it is ${code}`])
})

it('a bug while the machine is made anew stops the node', () => {
  const { log, failing, order, run } = setUp()
  failing.commits.push(errorOf('full'))
  failing.rebuilds.push(new TypeError('a bug'))
  order(1)
  run(MINUTE_MS)
  expect(log).toEqual(['handle 1', 'command 1: it is full', 'failed: a bug'])
})

it('a failed flush stops the node, whatever the error', () => {
  const { log, order, run, store } = setUp()
  vi.spyOn(store, 'flush').mockImplementation((flushed) => flushed(errorOf('full')))
  order(1)
  run(MINUTE_MS)
  expect(log).toEqual(['handle 1', 'commit', 'command 1: it is full', 'failed: it is full'])
})

it('a node that is stopped while it waits does not go on', () => {
  const { log, runner, failing, order, run } = setUp()
  failing.commits.push(errorOf('locked'))
  order(1)
  run(0)
  runner.stop()
  run(MINUTE_MS)
  expect(log).toEqual(['handle 1', 'rebuild', 'lapsed: locked', 'command 1: the node has stopped'])
})

it('a machine that has to write what it begins with is not made anew without end on a full disk', () => {
  const scheduler = new Scheduler(0)
  const store = memoryStore()
  store.isFull = true
  const note: Write = { type: 'put-verified', peer: 'anna' as PeerId, atMs: 1 }
  let begun = 0
  const machine = {
    handle: () => [],
    piecesOf: (input: NodeInput) => [input],
    rebuild: () => {
      begun++
      store.apply(note)
    },
    ...{ signedBlocksOf: () => [], digestOf: () => 'digest', isNeighbour: () => true },
  }
  const runner: Runner = new Runner(machine as unknown as NodeMachine, store, {
    now: () => ({ monotonicMs: scheduler.nowMs, wallMs: 0 }),
    schedule: (run) => scheduler.after(0, run),
    waitedMs: () => 0,
    checkSignatures: () => undefined,
    setTimer: (run, afterMs) => scheduler.after(afterMs, run),
    ...{ send: () => undefined, publish: () => undefined, emit: () => undefined, misbehaviour: () => undefined },
    ...{ refused: () => undefined, recovered: () => undefined, failed: () => undefined },
    // As a host does, which tells the new machine that there is no space.
    lapsed: () => runner.push({ type: 'command', command: { type: 'persist' } }),
  })
  runner.write(note)
  scheduler.run(60_000, 10_000)
  expect(begun).toBeGreaterThan(2)
  expect(begun).toBeLessThan(50)
})
