import { beforeEach, expect, test, vi } from 'vitest'
import type { DiskStatus } from '../../../src/kith.ts'
import type { NodeCommand } from '../../../src/machine/node-machine.ts'
import { DOCUMENT_RESERVE_BYTES } from '../../../src/node/disk-space.ts'
import { SpaceLimits } from '../../../src/node/space-limits.ts'
import { NO_LOG } from '../host/logs.ts'

let commands: NodeCommand[]
const onChange = vi.fn<(space: DiskStatus) => void>()
const adjustBallast = vi.fn<(freeBytes: number) => void>()
let limits: SpaceLimits

beforeEach(() => {
  vi.clearAllMocks()
  commands = []
  const command = (given: NodeCommand): Promise<never> => {
    commands.push(given)
    return Promise.reject(new Error('the node has stopped'))
  }
  limits = new SpaceLimits({ log: NO_LOG, command }, { adjustBallast }, onChange)
})

test('every check says what documents may use, and a change what pauses', () => {
  const freeBytes = DOCUMENT_RESERVE_BYTES + 1_000
  const space = { type: 'space', documentBytes: 1_000, isReadOnly: false }
  limits.set({ freeBytes, paused: 'nothing', overcounted: false })
  expect(commands.splice(0)).toEqual([space])
  limits.set({ freeBytes, paused: 'files', overcounted: false })
  expect(commands.splice(0)).toEqual([space, { type: 'pause', isPaused: true }])
  limits.set({ freeBytes, paused: 'files', overcounted: false })
  expect(commands.splice(0)).toEqual([space])
  limits.set({ freeBytes, paused: 'nothing', overcounted: false })
  expect(commands).toEqual([space, { type: 'pause', isPaused: false }])
  expect(onChange.mock.calls.map(([{ paused }]) => paused)).toEqual(['files', 'nothing'])
  expect(adjustBallast).toHaveBeenCalledTimes(4)
})

test('where a write found no space, documents have none, whatever the system counts', () => {
  limits.set({ freeBytes: 2 ** 40, paused: 'all', overcounted: true })
  expect(commands[0]).toEqual({ type: 'space', documentBytes: 0, isReadOnly: true })
})

test('a machine that was made anew is told again what pauses', () => {
  limits.repeat()
  expect(commands).toEqual([])
  limits.set({ freeBytes: 0, paused: 'all', overcounted: false })
  const told = commands.splice(0)
  limits.repeat()
  expect(commands.splice(0)).toEqual(told)
  limits.set({ freeBytes: 2 ** 40, paused: 'nothing', overcounted: false })
  commands.length = 0
  limits.repeat()
  expect(commands).toMatchObject([{ type: 'space' }])
  expect(onChange).toHaveBeenCalledTimes(2)
})
