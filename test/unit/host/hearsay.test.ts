import { beforeEach, describe, expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import {
  ENDPOINT_PAUSE_MS,
  HEARSAY_RATES,
  MAX_ENDPOINT_PAUSE_MS,
  RECENT_RETRY_MS,
  SOURCE_RATE,
} from '../../../src/host/constants.ts'
import { BOOK, Hearsay } from '../../../src/host/hearsay.ts'
import type { Source } from '../../../src/host/hearsay.ts'
import { TestClock } from './test-clock.ts'

const OWN = '/ip4/192.168.1.2/tcp/4001'
const MACHINE = ['127.0.0.1', '::1', '192.168.1.2', '169.254.1.2']
const REMOTE: Source = { kind: 'identify', peer: 'P' as PeerId, ip: '192.168.1.9' }

let clock: TestClock
let hearsay: Hearsay
let remoteIps: string[]

beforeEach(() => {
  clock = new TestClock()
  remoteIps = []
  hearsay = new Hearsay({
    ownAddresses: () => [OWN],
    machineIps: () => new Set(MACHINE),
    remoteIps: () => remoteIps,
    clock,
  })
})

describe('of a peer elsewhere', () => {
  test.each([
    '/ip4/127.0.0.1/tcp/22',
    '/ip4/127.255.0.3/tcp/22',
    '/ip6/::1/tcp/22',
    '/ip6/::ffff:127.0.0.1/tcp/22',
    '/ip6/::ffff:192.168.1.7/tcp/22',
    '/ip6/::7f00:1/tcp/22',
    '/ip6/64:ff9b::7f00:1/tcp/22',
    '/ip4/0.0.0.0/tcp/22',
    '/ip6/::/tcp/22',
    '/ip4/224.0.0.251/tcp/22',
    '/ip4/255.255.255.255/tcp/22',
    '/ip6/ff02::1/tcp/22',
    '/ip4/169.254.7.7/tcp/22',
    '/ip6/fe80::1/tcp/22',
    '/ip6zone/eth0/ip6/fe80::1/tcp/22',
    OWN,
    '/ip4/192.168.1.2/tcp/22',
    '/dns4/router.local/tcp/80',
    '/dns/localhost/tcp/80',
    '/ip4/10.0.0.1/udp/1/quic-v1',
    'garbage',
  ])('%s is not taken', (address) => {
    expect(hearsay.usable([address], REMOTE)).toEqual([])
  })

  test.each([
    '/ip4/192.168.1.7/tcp/4001',
    '/ip4/10.0.0.1/tcp/4001/ws',
    '/ip6/fd00::7/tcp/4001',
    '/ip6/2001:db8::1/tcp/1',
  ])('%s is taken', (address) => {
    expect(hearsay.usable([`${address}/p2p/12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r`], REMOTE)).toEqual([
      address,
    ])
  })

  test('link-local addresses are taken from one that has such itself', () => {
    const addresses = ['/ip4/169.254.7.7/tcp/1']
    expect(hearsay.usable(addresses, { ...REMOTE, ip: '169.254.9.9' })).toEqual(addresses)
  })
})

test('a program of this machine may name its addresses, but not the own one of the node', () => {
  const addresses = ['/ip4/127.0.0.1/tcp/5', '/ip4/192.168.1.2/tcp/5']
  for (const ip of MACHINE) expect(hearsay.usable([...addresses, OWN], { ...REMOTE, ip })).toEqual(addresses)
  expect(hearsay.usable(addresses, { kind: 'dht' })).toEqual([])
})

test('what came from an unknown peer came from this machine, if only peers on it are connected', () => {
  const addresses = ['/ip4/127.0.0.1/tcp/5']
  remoteIps = MACHINE
  expect(hearsay.usable(addresses, { kind: 'dht' })).toEqual(addresses)
  remoteIps = [...MACHINE, '192.168.1.9']
  expect(hearsay.usable(addresses, { kind: 'dht' })).toEqual([])
})

describe('dials', () => {
  /** How many of many endpoints may be dialled. */
  function taken(count: number, source: (index: number) => Source, first = 0): number {
    const all = Array.from({ length: count }, (_, index) => hearsay.take(portOf(first + index), source(index)))
    return all.filter(Boolean).length
  }

  function portOf(index: number): string {
    return `/ip4/10.0.0.1/tcp/${index + 1}`
  }

  test('are bounded per source', () => {
    expect(taken(1_000, () => REMOTE)).toBe(SOURCE_RATE.burst)
    clock.advance(5_000)
    expect(taken(1_000, () => REMOTE, 1_000)).toBe(5 * SOURCE_RATE.perSecond)
  })

  test('are bounded in total, however many peers name addresses', () => {
    const { burst, perSecond } = HEARSAY_RATES.identify
    expect(taken(1_000, (index) => ({ ...REMOTE, peer: `P${index}` as PeerId }))).toBe(burst)
    clock.advance(10_000)
    expect(taken(1_000, (index) => ({ ...REMOTE, peer: `Q${index}` as PeerId }), 1_000)).toBe(
      Math.min(burst, 10 * perSecond),
    )
    expect(taken(1, () => ({ kind: 'mdns' }), 5_000)).toBe(1)
  })

  test('of one endpoint become rare, whoever is said to be there', () => {
    const dials: number[] = []
    for (let second = 0; second < 3_600; second++) {
      const source: Source = { kind: 'mdns', peer: `P${second}` as PeerId }
      if (hearsay.take(portOf(0), source)) dials.push(second)
      clock.advance(1_000)
    }
    expect(dials.slice(0, 4)).toEqual([0, 2, 6, 14])
    expect(dials.length).toBeLessThan(16)
    expect(dials.at(-1)! - dials.at(-2)!).toBe(MAX_ENDPOINT_PAUSE_MS / 1_000)
    expect(hearsay.isPaused(`${portOf(0)}/ws`)).toBe(true)
  })

  test('of an endpoint where a peer was reached begin anew', () => {
    expect(hearsay.take(portOf(0), REMOTE)).toBe(true)
    hearsay.reached(portOf(0))
    expect(hearsay.take(portOf(0), REMOTE)).toBe(true)
    clock.advance(ENDPOINT_PAUSE_MS)
    expect(hearsay.isPaused(portOf(0))).toBe(false)
  })

  test('of the book are repeated every second, but one endpoint only once', () => {
    for (let i = 0; i < 10; i++) {
      expect(hearsay.take(portOf(0), BOOK)).toBe(true)
      expect(hearsay.take(portOf(0), BOOK)).toBe(false)
      clock.advance(RECENT_RETRY_MS)
    }
  })
})
