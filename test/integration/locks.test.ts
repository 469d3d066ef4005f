/** Locks among real processes, some of which are killed or suspended: one holder at a time, and late writes change nothing. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test, vi } from 'vitest'
import type { LockBenchReport } from '../../src/api/lock-bench.ts'
import type { LockStatus } from '../../src/kith.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()
const GUARDED_FILE = fileURLToPath(new URL('../../examples/guarded-file.ts', import.meta.url))
const LOCK = 'press'
/** Short, so that tests need not wait long until what was lost is free again. */
const LEASE_MS = 2_000

let nodes: [NodeProcess, NodeProcess, NodeProcess]
let room: string

async function workshop(): Promise<void> {
  const anna = await kith.start({ name: 'Anna' })
  ;({ id: room } = await anna.api.call('rooms.create', { name: 'Workshop', app: 'map' }))
  const others = await Promise.all(['Bob', 'Carla'].map((name) => kith.start({ name, peers: [anna.address] })))
  nodes = [anna, ...others] as [NodeProcess, NodeProcess, NodeProcess]
  for (const node of others) await node.api.call('rooms.join', { room })
  for (const [index, node] of nodes.entries()) {
    const missing = nodes.slice(0, index)
    for (const { address } of missing) await node.api.call('connect', { peer: address })
  }
  const electors = nodes.map(({ peer }) => peer)
  await vi.waitFor(async () => expect((await anna.api.call('rooms.show', { room })).neighbours).toBe(2), POLL)
  await anna.api.call('locks.create', { room, name: LOCK, count: 3 })
  for (const { api } of nodes) {
    await vi.waitFor(async () => {
      const [lock] = await api.call('locks.list', { room })
      expect(
        lock?.electors
          .filter(({ isConnected }) => isConnected)
          .map(({ peer }) => peer)
          .toSorted(),
      ).toEqual(electors.toSorted())
    }, POLL)
  }
}

beforeAll(workshop)

const statusOf = ({ api }: NodeProcess): Promise<LockStatus> => api.call('locks.status', { room, lock: LOCK })
const acquire = ({ api }: NodeProcess) => api.run('locks.acquire', { room, lock: LOCK, leaseMs: LEASE_MS })

function writeFile(path: string, text: string, fence: number): number | null {
  return spawnSync(process.execPath, [GUARDED_FILE, path, text], { env: { ...process.env, KITH_FENCE: `${fence}` } })
    .status
}

test('a number that three nodes add to at the same time is what they added', async () => {
  const rounds = 10
  const reports = await Promise.all(
    nodes.map(({ api }) => api.run('locks.bench', { room, lock: LOCK, rounds, key: 'count' })),
  )
  for (const { done, lost } of reports as LockBenchReport[]) expect({ done, lost }).toEqual({ done: rounds, lost: 0 })
  for (const node of nodes) {
    await vi.waitFor(async () => {
      expect(await node.do(room, 'get', { key: 'count' })).toEqual({ value: nodes.length * rounds })
    }, POLL)
  }
})

test('a program runs with the lock, and its exit code is that of the command', async () => {
  const [anna, bob] = nodes
  const script = 'echo "fence $KITH_FENCE"; exit 7'
  const { exitCode, out } = await kith.run(anna.dataDir, 'lock', 'run', 'Workshop', LOCK, '--', 'sh', '-c', script)
  expect({ exitCode, out }).toEqual({ exitCode: 7, out: expect.stringMatching(/^fence \d+\n$/) as string })
  expect(await statusOf(bob)).toMatchObject({ holder: null, canBeTaken: true })
})

test('a holder that was suspended changes nothing when it wakes up', async () => {
  const [anna, bob] = nodes
  const path = join(kith.folder(), 'plan.json')
  const late = await acquire(anna)
  expect(await statusOf(bob)).toMatchObject({ holder: { peer: anna.peer, fence: late.fence } })
  process.kill(anna.pid, 'SIGSTOP')
  const next = await acquire(bob)
  expect(next.fence).toBeGreaterThan(late.fence)
  await bob.do(room, 'put', { key: 'arm', value: 'right', fence: next.fence })
  expect(writeFile(path, 'right', next.fence)).toBe(0)
  process.kill(anna.pid, 'SIGCONT')
  // Refused at once where the later write is here already.
  const written = anna.do(room, 'put', { key: 'arm', value: 'late', fence: late.fence })
  const outcome = await written.then(
    () => 'written',
    ({ code }: { code: string }) => code,
  )
  expect(['written', 'map/guarded']).toContain(outcome)
  expect(writeFile(path, 'late', late.fence)).toBe(1)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ fence: next.fence, text: 'right' })
  await expect(anna.api.call('locks.renew', { room, lock: LOCK, fence: late.fence })).rejects.toMatchObject({
    code: 'lock-lost',
  })
  await bob.api.call('locks.release', { room, lock: LOCK, fence: next.fence })
  for (const node of nodes) {
    await vi.waitFor(async () => {
      const length = outcome === 'written' ? 2 : 1
      expect(await node.do(room, 'changes', { key: 'arm' })).toMatchObject({ value: { length } })
      expect(await node.do(room, 'get', { key: 'arm' })).toEqual({ value: 'right' })
    }, POLL)
  }
})

test('a program ends before the lock can be lost with the node that had it, which then is free', async () => {
  const [anna, bob] = nodes
  const running = kith.begin(
    anna.dataDir,
    'lock',
    'run',
    'Workshop',
    LOCK,
    '--lease',
    '2',
    '--',
    'sh',
    '-c',
    'echo on; exec sleep 60',
  )
  await vi.waitFor(() => expect(running.out).toBe('on\n'), POLL)
  const { holder } = await statusOf(bob)
  await anna.kill()
  const { exitCode, err } = await running.ended()
  expect({ exitCode, err }).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('could not be renewed') as string,
  })
  const next = await acquire(bob)
  expect(next.fence).toBeGreaterThan(holder!.fence)
  await bob.api.call('locks.release', { room, lock: LOCK, fence: next.fence })
  nodes[0] = await kith.restart(anna)
})

test('the smaller side of a split is told at once that it cannot have the lock, and who is missing', async () => {
  const [anna, bob, carla] = nodes
  await Promise.all([anna.kill(), bob.kill()])
  await vi.waitFor(async () => {
    const { exitCode, err } = await kith.run(carla.dataDir, 'lock', 'run', 'Workshop', LOCK, '--', 'true')
    expect(exitCode).toBe(1)
    expect(err).toContain('1 of its 3 electors can decide')
    expect(err).toContain('Anna: not connected')
    expect(err).toContain('Bob: not connected')
  }, POLL)
  const unknown = await kith.run(carla.dataDir, 'lock', 'run', 'Workshop', 'oven', '--', 'true')
  expect(unknown).toMatchObject({ exitCode: 1, err: expect.stringContaining('has no lock') as string })
  const years = await kith.run(carla.dataDir, 'lock', 'run', 'Workshop', LOCK, '--lease', '31536000', '--', 'true')
  expect(years).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('--lease must be a whole number from 1 to 300') as string,
  })
})
