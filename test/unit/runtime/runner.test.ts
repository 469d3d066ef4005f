import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DocumentId, PeerId, RoomId, TopicKey } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import type { NodeEffect, NodeInput, NodeMachine } from '../../../src/machine/node-machine.ts'
import type { Completion } from '../../../src/runtime/queued.ts'
import { Runner } from '../../../src/runtime/runner.ts'
import { secureRandom } from '../../../src/runtime/random.ts'
import type { Surroundings } from '../../../src/runtime/surroundings.ts'
import { Timers } from '../../../src/runtime/timers.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Flushed } from '../../../src/store/store.ts'
import { rootOf } from '../room/history.ts'

const room: RoomId = rootOf().id
const [peer, other] = ['peer', 'other'] as PeerId[]

/** An input that the test's machine recognises by its number. */
const input = (id: number): NodeInput => ({ type: 'command', command: { type: 'persist', id } as never })

const timer: NodeEffect = { type: 'timer', protocol: 'batch-sync', timer: { type: 'tick' }, afterMs: 5 }
const emit: NodeEffect = { type: 'emit', event: { type: 'room', room } }
const misbehaviour: NodeEffect = {
  ...{ type: 'misbehaviour', protocol: 'room-state', peer: peer!, reason: { code: 'x', fatal: false } },
}
const publish: NodeEffect = { type: 'publish', room, topic: 'topic' as TopicKey, sealed: new Uint8Array(1) } as never
const send = (to: PeerId, record: string, protocol = 'batch-sync'): NodeEffect => ({
  ...{ type: 'send', protocol, to, record },
})

const reasonOf = (completion: Completion): string => ('error' in completion ? `: ${completion.error.message}` : '')

/** A runner around a machine that answers each input as the test says, and a log of what happened. */
function setUp(handle: (id: number, push: (id: number) => void) => NodeEffect[]) {
  const log: string[] = []
  const scheduled: (() => void)[] = []
  const clock = { nowMs: 0 }
  const store = memoryStore()
  const commit = vi.spyOn(store, 'commit').mockImplementation(() => void log.push('commit'))
  const apply = vi.spyOn(store, 'apply').mockImplementation(({ type }) => void log.push(`apply ${type}`))
  const rollback = vi.spyOn(store, 'rollback').mockImplementation(() => void log.push('rollback'))
  /** Flushes that go on; none waits unless a test makes the disk slow. */
  const disk = { isSlow: false, flushes: [] as Flushed[] }
  vi.spyOn(store, 'flush').mockImplementation((flushed) => {
    if (disk.isSlow) disk.flushes.push(flushed)
    else flushed()
  })
  const surroundings: Surroundings = {
    now: () => ({ monotonicMs: clock.nowMs, wallMs: -clock.nowMs }),
    schedule: (run) => void scheduled.push(run),
    waitedMs: () => 0,
    checkSignatures: () => undefined,
    setTimer: (_input, afterMs) => void log.push(`timer ${afterMs}`),
    send: ({ protocol, to, records }) => void log.push(`${protocol} to ${to}: ${records.map(String).join(' ')}`),
    publish: () => void log.push('publish'),
    emit: (event) => void log.push(`emit ${event.type}`),
    misbehaviour: ({ reason }) => void log.push(`misbehaviour ${reason.code}`),
    refused: (from) => void log.push(`refused ${from}`),
    recovered: ({ kind, peer: from }, error) => void log.push(`recovered from ${kind} of ${from}: ${error.message}`),
    lapsed: ({ code }) => void log.push(`lapsed: ${code}`),
    failed: (error) => void log.push(`failed: ${error.message}`),
  }
  const machine = {
    handle: (given: NodeInput) => {
      const { id } = (given as unknown as { command: { id: number } }).command
      log.push(`handle ${id}`)
      return handle(id, (next) => runner.push(input(next)))
    },
    piecesOf: (given: NodeInput) => [given],
    digestOf: () => 'digest',
    signedBlocksOf: () => [],
    isNeighbour: () => true,
    rebuild: () => void log.push('rebuild'),
  } as unknown as NodeMachine
  const runner = new Runner(machine, store, surroundings)
  const run = () => {
    for (const next of scheduled.splice(0)) next()
  }
  const push = (id: number) => runner.push(input(id), (completion) => log.push(`done ${id}${reasonOf(completion)}`))
  return { runner, machine, log, scheduled, clock, disk, apply, commit, rollback, surroundings, run, push }
}

describe('the runner', () => {
  it('commits, then emits, sets timers, sends and gives the result, whatever the order of the effects', () => {
    const { log, run, push } = setUp(() => [timer, misbehaviour, emit, publish, send(peer!, 'a')])
    push(1)
    expect(log, 'nothing before the current code has run to its end').toEqual([])
    run()
    expect(log).toEqual([
      ...['handle 1', 'commit', 'emit room', 'timer 5', 'misbehaviour x', 'publish', 'batch-sync to peer: a', 'done 1'],
    ])
  })

  it('commits all waiting inputs together, and sends each peer the records of each protocol together and in order', () => {
    const { log, run, push, scheduled } = setUp((id) => [
      ...[send(peer!, `a${id}`), send(other!, `b${id}`), send(peer!, `c${id}`, 'room-state')],
      send(peer!, `d${id}`, 'ensure-map'),
    ])
    for (const id of [1, 2, 3]) push(id)
    expect(scheduled).toHaveLength(1)
    run()
    expect(log).toEqual([
      ...['handle 1', 'handle 2', 'handle 3', 'commit', 'batch-sync to peer: a1 a2 a3'],
      ...['batch-sync to other: b1 b2 b3', 'room-state to peer: c1 c2 c3', 'ensure-map to peer: d1 d2 d3'],
      ...['done 1', 'done 2', 'done 3'],
    ])
    expect(scheduled).toEqual([])
  })

  describe('while the disk is slow', () => {
    const slow = (effects: NodeEffect[]) => {
      const fixture = setUp(() => effects)
      fixture.disk.isSlow = true
      return fixture
    }

    it('shows what is committed, and sends and promises only what is on the disk', () => {
      const { log, run, push, disk } = slow([send(peer!, 'a'), publish, emit, timer])
      push(1)
      run()
      expect(log).toEqual(['handle 1', 'commit', 'emit room', 'timer 5'])
      disk.flushes.shift()?.()
      expect(log.slice(4)).toEqual(['publish', 'batch-sync to peer: a', 'done 1'])
    })

    it('handles what comes meanwhile, up to a bound, and goes on after a flush', () => {
      const { run, push, disk, scheduled, commit } = slow([])
      for (let id = 0; id < 100; id++) {
        push(id)
        run()
      }
      expect(commit).toHaveBeenCalledTimes(64)
      expect(scheduled).toEqual([])
      disk.flushes.shift()?.()
      run()
      expect(commit).toHaveBeenCalledTimes(65)
    })

    it('waits for no flush where nothing was promised', () => {
      const { runner, run, disk, log } = slow([emit])
      runner.push(input(1))
      run()
      expect(disk.flushes).toEqual([])
      expect(log).toEqual(['handle 1', 'commit', 'emit room'])
    })

    it('sends nothing that is not on the disk, and stops, if a flush fails', () => {
      const { runner, log, run, push, disk } = slow([send(peer!, 'a')])
      push(1)
      run()
      push(2)
      run()
      for (const flushed of disk.flushes) flushed(new Error('the disk is gone'))
      expect(log.slice(4)).toEqual(['done 1: the disk is gone', 'failed: the disk is gone', 'done 2: the disk is gone'])
      expect(runner.isStopped).toBe(true)
    })

    it('sends nothing of a machine that was made anew since', () => {
      const { log, run, push, disk, machine } = slow([send(peer!, 'a')])
      push(1)
      run()
      vi.spyOn(machine, 'handle').mockImplementationOnce(() => {
        throw new Error('a bug')
      })
      push(2)
      run()
      disk.flushes.shift()?.()
      expect(log).toContain('done 1')
      expect(log).not.toContain('batch-sync to peer: a')
    })
  })

  it("makes the host's writes durable with the inputs around them", () => {
    const { log, run, push, runner, apply } = setUp(() => [emit])
    push(1)
    runner.write({ type: 'delete-address', peer: peer! }, () => log.push('done writing'))
    push(2)
    run()
    expect(log).toEqual([
      ...['handle 1', 'apply delete-address', 'handle 2', 'commit'],
      ...['emit room', 'emit room', 'done 1', 'done writing', 'done 2'],
    ])
    apply.mockImplementation(() => {
      throw new Error('disk full')
    })
    runner.write({ type: 'delete-address', peer: peer! }, (completion) => log.push(`dropped${reasonOf(completion)}`))
    run()
    expect(log.slice(-3)).toEqual(['rollback', 'dropped: disk full', 'failed: disk full'])
  })

  it('gives each command its own result, once it is durable', () => {
    const { run, runner } = setUp((id) => {
      const result =
        id === 2
          ? { error: new KithError('too-large', 'too large') }
          : { room, document: { id: room as DocumentId, clock: id } }
      return [emit, { type: 'reply', result }]
    })
    const completions: Completion[] = []
    for (const id of [1, 2, 3]) runner.push(input(id), (completion) => completions.push(completion))
    expect(completions).toEqual([])
    run()
    expect(completions).toEqual([
      { room, document: { id: room, clock: 1 } },
      { error: new KithError('too-large', 'too large') },
      { room, document: { id: room, clock: 3 } },
    ])
  })

  it('leaves inputs pushed meanwhile to the next batch', () => {
    const { log, run, push, scheduled } = setUp((id, pushNext) => {
      if (id === 1) pushNext(2)
      return []
    })
    push(1)
    run()
    expect(log).toEqual(['handle 1', 'handle 2', 'commit', 'done 1'])
    push(3)
    for (let turns = 0; scheduled.length > 0 && turns < 5; turns++) run()
    expect(log.slice(4)).toEqual(['handle 3', 'commit', 'done 3'])
  })

  it('ends a batch after 256 inputs, or when it has taken long, and goes on in the next turn', () => {
    const many = setUp(() => [])
    for (let id = 0; id < 300; id++) many.push(id)
    many.run()
    expect(many.log.filter((line) => line.startsWith('handle'))).toHaveLength(256)
    many.run()
    expect(many.log.filter((line) => line.startsWith('handle'))).toHaveLength(300)
    expect(many.commit).toHaveBeenCalledTimes(2)

    const slow = setUp(() => {
      slow.clock.nowMs += 15
      return []
    })
    for (let id = 0; id < 4; id++) slow.push(id)
    slow.run()
    expect(slow.log).toEqual(['handle 0', 'handle 1', 'commit', 'done 0', 'done 1'])
    slow.run()
    expect(slow.log.slice(5)).toEqual(['handle 2', 'handle 3', 'commit', 'done 2', 'done 3'])
  })

  describe('if the store cannot commit', () => {
    let fixture: ReturnType<typeof setUp>

    beforeEach(() => {
      fixture = setUp(() => [send(peer!, 'a'), publish, emit, timer, misbehaviour])
      fixture.commit.mockImplementation(() => {
        throw new Error('disk full')
      })
      fixture.push(1)
      fixture.push(2)
      fixture.run()
    })

    it('sends and emits nothing, rolls everything back, and reports it once', () => {
      expect(fixture.log).toEqual([
        ...['handle 1', 'handle 2', 'rollback', 'done 1: disk full', 'done 2: disk full', 'failed: disk full'],
      ])
    })

    it('stops for good', () => {
      expect(fixture.runner.isStopped).toBe(true)
      fixture.push(3)
      fixture.run()
      expect(fixture.log.slice(-2)).toEqual(['failed: disk full', 'done 3: the node has stopped'])
      expect(fixture.commit).toHaveBeenCalledTimes(1)
    })
  })

  it('makes the machine anew if it throws at a command, which fails, and handles the others again', () => {
    const { log, run, push, runner } = setUp((id) => {
      if (id === 2) throw new Error('a bug')
      return [send(peer!, `a${id}`)]
    })
    for (const id of [1, 2, 3]) push(id)
    run()
    expect(log.splice(0)).toEqual([
      ...['handle 1', 'handle 2', 'rollback', 'rebuild', 'apply put-fault', 'commit', 'done 2: a bug'],
      'recovered from command persist of undefined: a bug',
    ])
    run()
    expect(log).toEqual(['handle 1', 'handle 3', 'commit', 'batch-sync to peer: a1 a3', 'done 1', 'done 3'])
    expect(runner.isStopped).toBe(false)
  })

  it('ignores timers of the machine that threw', () => {
    const { log, run, push, surroundings } = setUp((id) => {
      if (id === 2) throw new Error('a bug')
      return [timer]
    })
    const timers: (() => void)[] = []
    surroundings.setTimer = (due) => void timers.push(due)
    push(1)
    run()
    push(2)
    run()
    log.splice(0)
    for (const due of timers) due()
    run()
    expect(log).toEqual([])
  })

  it('stops if the machine cannot be made anew, or throws again and again at its own inputs', () => {
    const broken = setUp(() => {
      throw new Error('a bug')
    })
    broken.machine.rebuild = () => {
      broken.log.push('rebuild')
      throw new Error('another bug')
    }
    broken.push(1)
    broken.run()
    expect(broken.log.filter((line) => line === 'rebuild')).toHaveLength(1)
    expect(broken.log.slice(-2)).toEqual(['done 1: a bug', 'failed: another bug'])

    const failing = setUp(() => {
      throw new Error('a bug')
    })
    let faults = 0
    for (; !failing.runner.isStopped && faults < 100; faults++) {
      failing.push(faults)
      failing.run()
    }
    expect(faults).toBe(17)
    expect(failing.log.at(-1)).toBe('failed: a bug')
  })

  it('keeps what is committed if a listener throws', () => {
    const { log, run, push, runner, surroundings } = setUp(() => [emit])
    surroundings.emit = () => {
      throw new Error('a bug')
    }
    push(1)
    run()
    expect(log).toEqual(['handle 1', 'commit', 'done 1', 'failed: a bug'])
    expect(runner.isStopped).toBe(true)
  })

  it('drops what is queued when it is stopped, and tells whoever waits for it', () => {
    const { log, run, push, runner } = setUp(() => [])
    push(1)
    runner.stop()
    run()
    push(2)
    run()
    expect(log).toEqual(['done 1: the node has stopped', 'done 2: the node has stopped'])
  })

  it('may be stopped by a listener', () => {
    const { log, run, push, runner, surroundings, scheduled } = setUp(() => [emit, timer])
    surroundings.emit = () => runner.stop()
    push(1)
    run()
    push(2)
    expect(scheduled).toEqual([])
    expect(log).toEqual(['handle 1', 'commit', 'timer 5', 'done 1', 'done 2: the node has stopped'])
  })
})

describe('timers', () => {
  it('run once each, and not at all once cleared', () => {
    vi.useFakeTimers()
    try {
      const timers = new Timers()
      const ran: string[] = []
      timers.set(() => ran.push('late'), 20)
      timers.set(() => ran.push('early'), 10)
      vi.advanceTimersByTime(15)
      expect(ran).toEqual(['early'])
      timers.clear()
      timers.set(() => ran.push('after'), 10)
      vi.advanceTimersByTime(100)
      expect(ran).toEqual(['early', 'after'])
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('randomness', () => {
  it('lies in [0, 1) and differs', () => {
    const numbers = Array.from({ length: 1000 }, secureRandom)
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
    expect(new Set(numbers).size).toBeGreaterThan(990)
  })
})
