/** A host closes connections that nothing needs. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { DIAL_TICK_MS, IDLE_CHECK_MS } from '../../src/host/constants.ts'
import { memoryAddressBook } from '../unit/host/memory-address-book.ts'
import {
  addressOf,
  connectionsBetween,
  listenAddressOf,
  startTestHost,
  type TestHost,
} from '../unit/host/start-test-host.ts'

const POLL = { timeout: 20_000, interval: 20 }

test('of strangers that a host dialled, those go that the ring does without; not those who dialled, nor those of a user', async () => {
  const asked: PeerId[][] = []
  const spare = (dialled: readonly { peer: PeerId }[]): PeerId[] => {
    asked.push(dialled.map(({ peer }) => peer))
    return asked.at(-1) ?? []
  }
  const [dialled, mate, named, caller] = await Promise.all([
    startTestHost(),
    startTestHost(),
    startTestHost(),
    startTestHost(),
  ])
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const rows = [dialled, mate].map((host) => {
    const known = { addresses: [listenAddressOf(host)], lastSeenMs: Date.now(), pinned: false }
    return { peer: host.peer, ...known, roommate: host === mate }
  })
  const a = await startTestHost({ ring: { needed: () => new Set(), spare }, addressBook: memoryAddressBook(rows) })
  await a.connect(addressOf(named))
  await caller.connect(addressOf(a))
  const directionsOf = (hosts: readonly TestHost[]) =>
    hosts.map(({ peer }) => connectionsBetween(a, peer).map(({ direction }) => direction))
  const after = (ms: number) => {
    vi.advanceTimersByTime(ms)
    return directionsOf([dialled, mate, named, caller])
  }
  await expect.poll(() => after(DIAL_TICK_MS), POLL).toEqual([['outbound'], ['outbound'], ['outbound'], ['inbound']])
  asked.length = 0
  await expect.poll(() => after(IDLE_CHECK_MS), POLL).toEqual([[], ['outbound'], ['outbound'], ['inbound']])
  // While a stream of something else is open, such as of the DHT, a connection is not among those that may go.
  expect(new Set(asked.flat())).toEqual(new Set([dialled.peer]))
})
