import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { PeerProtocol } from '../../../src/kith.ts'
import { ProtocolLinks } from '../../../src/node/protocol-links.ts'

const PEER = 'peer' as PeerId
const IDS = { 'batch-sync': '/kith/batch-sync/1.0.0', 'room-state': '/kith/room-state/1.0.0' }
const SPEAKS_ALL = Object.values(IDS)

let links: ProtocolLinks

beforeEach(() => {
  links = new ProtocolLinks(IDS)
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000 })
  onTestFinished(() => void vi.useRealTimers())
})

function batchSync(speaks = SPEAKS_ALL): PeerProtocol | undefined {
  return links.of(PEER, speaks).find(({ protocol }) => protocol === 'batch-sync')
}

test('a stream that cannot be opened says why, how often, and since when', () => {
  expect(batchSync()).toEqual({ protocol: 'batch-sync', state: 'closed', sinceMs: null, failures: 0, error: null })
  links.failed(PEER, 'batch-sync', 'reset')
  vi.setSystemTime(2_000)
  links.failed(PEER, 'batch-sync', 'timed out')
  expect(batchSync()).toMatchObject({ state: 'failed', sinceMs: 1_000, failures: 2, error: 'timed out' })
  links.opened(PEER, 'batch-sync')
  expect(batchSync()).toMatchObject({ state: 'open', sinceMs: 2_000, failures: 0, error: null })
  vi.setSystemTime(3_000)
  links.closed(PEER, 'batch-sync')
  expect(batchSync()).toMatchObject({ state: 'closed', sinceMs: 3_000 })
  links.forget(PEER)
  expect(batchSync()).toMatchObject({ state: 'closed', sinceMs: null })
})

test('what a peer does not speak is unsupported, once it has said what it speaks', () => {
  expect(batchSync([])).toMatchObject({ state: 'closed' })
  expect(batchSync(['/ipfs/ping/1.0.0'])).toMatchObject({ state: 'unsupported' })
})
