import { describe, expect, it } from 'vitest'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { Inlet } from '../../../src/node/inlet.ts'
import type { NodeInput } from '../../../src/machine/node-machine.ts'
import type { Completion } from '../../../src/runtime/queued.ts'
import type { Write } from '../../../src/store/store.ts'

const input = (room: string): NodeInput => ({ type: 'command', command: { type: 'leave', room: room as RoomId } })
const write: Write = { type: 'delete-address', peer: 'peer' as PeerId }

/** Stands for a runner: records what it takes, and finishes when the test says so. */
function takerOf() {
  const taken: unknown[] = []
  const done: ((completion: Completion) => void)[] = []
  const take = (what: unknown, tell?: (completion: Completion) => void): void => {
    taken.push(what)
    if (tell !== undefined) done.push(tell)
  }
  return { taken, done, push: take, receive: take, write: take, isNeighbour: () => false }
}

describe('the inlet', () => {
  it('holds input that arrives before there is a runner, and passes it on in order', () => {
    const inlet = new Inlet()
    const taker = takerOf()
    inlet.push(input('1'))
    inlet.write(write)
    inlet.push(input('2'))
    expect(taker.taken).toEqual([])
    inlet.open(taker)
    expect(taker.taken).toEqual([input('1'), write, input('2')])
    inlet.push(input('3'))
    expect(taker.taken.at(-1)).toEqual(input('3'))
  })

  it('says when all writes so far are durable, including those that were held', async () => {
    const inlet = new Inlet()
    await inlet.written()
    const taker = takerOf()
    const log: string[] = []
    inlet.write(write)
    const first = inlet.written().then(() => log.push('first'))
    inlet.open(taker)
    inlet.write(write)
    const second = inlet.written().then(() => log.push('second'))
    taker.done[0]!({})
    await first
    expect(log).toEqual(['first'])
    taker.done[1]!({})
    await second
    expect(log).toEqual(['first', 'second'])
  })

  it('says if a write could not be stored', async () => {
    const inlet = new Inlet()
    const taker = takerOf()
    inlet.open(taker)
    inlet.write(write)
    const written = inlet.written()
    taker.done[0]!({ error: new Error('the disk is full') })
    await expect(written).rejects.toThrow('the disk is full')
  })
})
