/** Whole nodes, one of which fails: at a bug that something a peer sends brings about, or because its store does. */
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BatchSyncMachine } from '../../../protocols/batch-sync/machine.ts'
import type { KithNode } from '../../../src/kith.ts'
import { createNode } from '../../../src/node.ts'
import { SqliteStore } from '../../../src/store/sqlite.ts'
import { StoreError } from '../../../src/store/store.ts'

const SOON = { timeout: 20_000 }
const POISON = 'poison'

type Handle = (
  this: BatchSyncMachine,
  ...given: Parameters<BatchSyncMachine['handle']>
) => ReturnType<BatchSyncMachine['handle']>

let folder: string
const nodes: KithNode[] = []
/** How often a machine failed. */
let failures: number

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'kith-faults-'))
  failures = 0
  const handle = Reflect.get(BatchSyncMachine.prototype, 'handle') as Handle
  vi.spyOn(BatchSyncMachine.prototype, 'handle').mockImplementation(function (this: BatchSyncMachine, input, nowMs) {
    const blocks =
      input.type !== 'records' ? [] : input.records.flatMap((each) => ('blocks' in each ? each.blocks : []))
    if (blocks.some((block) => Buffer.from(block).includes(POISON))) {
      failures++
      throw new TypeError('an injected bug')
    }
    return handle.call(this, input, nowMs)
  })
})

afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
  await fs.rm(folder, { recursive: true, force: true })
})

async function start(name: string, peers: string[] = []): Promise<KithNode> {
  const listen = ['/ip4/127.0.0.1/tcp/0']
  const node = await createNode({ name, dataDir: join(folder, name), mdns: false, listen, peers })
  nodes.push(node)
  return node
}

test('the node goes on without it, puts its peer aside, and refuses it from then on', async () => {
  const anna = await start('anna')
  const failed = vi.fn()
  anna.on('failed', failed)
  const kitchen = await anna.rooms.create({ name: 'Kitchen' })
  const bob = await start('bob', anna.addresses())
  const bobs = await bob.rooms.join(kitchen.id)
  await vi.waitFor(() => expect(bobs.summary().neighbours).toBeGreaterThan(0), SOON)
  await vi.waitFor(() => expect(bobs.status).toBe('open'), SOON)
  await bobs.do('send', { text: POISON })
  await vi.waitFor(() => expect(anna.status().faults).toHaveLength(1), SOON)
  expect(anna.status().faults).toMatchObject([{ kind: 'batch-sync records', peer: bob.peer, error: 'an injected bug' }])
  expect(failures).toBe(1)
  expect(failed).not.toHaveBeenCalled()
  const written = await anna.rooms.get('Kitchen').do('send', { text: 'still here' })
  expect(written).toBeDefined()
  await vi.waitFor(() => {
    const streams = anna.peerDetails(bob.peer).protocols
    expect(streams.every(({ state }) => state !== 'open')).toBe(true)
  }, SOON)

  // Another peer is not disturbed.
  const carol = await start('carol', anna.addresses())
  const carols = await carol.rooms.join(kitchen.id)
  const texts: string[] = []
  carols.on('message', ({ text }) => texts.push(text))
  await vi.waitFor(() => expect(texts).toContain('still here'), SOON)
  expect(anna.status().faults).toHaveLength(1)
})

/** Of whichever node commits next. */
function failNextCommit(code: StoreError['code']): void {
  vi.spyOn(SqliteStore.prototype, 'commit').mockImplementationOnce(() => {
    throw new StoreError(code, `the store is ${code}`)
  })
}

test('a store that is locked for a moment costs nothing but time', async () => {
  const anna = await start('anna')
  const failed = vi.fn()
  anna.on('failed', failed)
  const kitchen = await anna.rooms.create({ name: 'Kitchen' })
  const bob = await start('bob', anna.addresses())
  bob.on('failed', failed)
  const bobs = await bob.rooms.join(kitchen.id)
  await vi.waitFor(() => expect(bobs.status).toBe('open'), SOON)
  const texts: string[] = []
  bob.on('message', ({ text }) => texts.push(text))
  failNextCommit('locked')
  await kitchen.do('send', { text: 'written in spite of it' })
  await vi.waitFor(() => expect(texts).toContain('written in spite of it'), SOON)
  expect(failed).not.toHaveBeenCalled()
})

test('a commit that finds no space refuses the command, and the node goes on read-only', async () => {
  const anna = await start('anna')
  const [failed, paused] = [vi.fn(), vi.fn()]
  anna.on('failed', failed)
  anna.on('disk', (disk) => paused(disk.paused))
  const kitchen = await anna.rooms.create({ name: 'Kitchen' })
  failNextCommit('full')
  await expect(kitchen.do('send', { text: 'one' })).rejects.toMatchObject({
    ...{ code: 'disk-full', message: 'the store is full' },
  })
  expect(paused.mock.calls).toEqual([['all']])
  expect(anna.status().disk).toMatchObject({ paused: 'all' })
  await expect(kitchen.do('send', { text: 'two' })).rejects.toThrow('nothing is written')
  // It gives away what it has.
  const bob = await start('bob', anna.addresses())
  const bobs = await bob.rooms.join(kitchen.id)
  await vi.waitFor(() => expect(bobs.status).toBe('open'), SOON)
  expect(failed).not.toHaveBeenCalled()
})
