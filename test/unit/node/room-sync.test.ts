import { expect, onTestFinished, test, vi } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { RoomSyncReader } from '../../../src/node/room-sync.ts'
import { coreOf } from './core.ts'

const PEER = 'peer' as PeerId

test('a peer of which nothing is set any more is not listed', async () => {
  const core = coreOf(0)
  const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  const reader = new RoomSyncReader(room!, core)
  await reader.share({ policy: 'none' }, PEER)
  await reader.share({ mode: 'batch' }, undefined)
  expect(reader.sharing()).toEqual({
    ...{ everybody: { policy: 'share', mode: 'batch' }, peers: [{ peer: PEER, policy: 'none', mode: 'batch' }] },
  })
  await reader.share('default', PEER)
  expect(reader.sharing().peers).toEqual([])
})

test('the time of the next resend is wall time', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_000_000 })
  onTestFinished(() => void vi.useRealTimers())
  const core = coreOf(0)
  const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  core.store.apply({ type: 'put-peer-frontier', room: room!, row: { peer: PEER, frontier: [], seenMs: 5 } })
  vi.spyOn(core.machine.wings['batch-sync'], 'progress').mockReturnValue([
    {
      ...{ peer: PEER, frontier: [], refusesDocuments: false, inFlight: [], isHeld: () => false },
      nextSendMs: performance.now() + 7,
    },
  ])
  const reader = new RoomSyncReader(room!, core)
  expect(reader.peer(PEER, 'Anna')).toMatchObject({ name: 'Anna', nextSendMs: 1_000_007 })
  expect(reader.peers(() => 'Anna')).toMatchObject([{ peer: PEER, nextSendMs: 1_000_007 }])
  expect(reader.peer('other' as PeerId, 'Bob')).toBeUndefined()
})

test('a document is found by its id, and by the beginning that is shown of it', async () => {
  const core = coreOf(0)
  const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  await core.command({ type: 'create', name: 'Other', app: 'chat' })
  const { id } = core.store.documents(room!, { limit: 1 })[0]!
  const reader = new RoomSyncReader(room!, core)
  for (const typed of [id, `${id.slice(0, 16)}…`, ` ${id.slice(0, 20)}...`, id.slice(0, 16).toUpperCase()]) {
    expect(reader.documents(typed), typed).toMatchObject([{ id }])
  }
  for (const typed of [`${id.slice(0, 15)}…`, 'bafyreiaaaaaaaaa…', `…${id.slice(-8)}`, '']) {
    expect(() => reader.documents(typed), typed).toThrow(expect.objectContaining({ code: 'no-such-document' }) as Error)
  }
})
