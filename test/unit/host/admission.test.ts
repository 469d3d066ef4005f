import { multiaddr } from '@multiformats/multiaddr'
import type { MultiaddrConnection } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { Handshakes, idleStrangers, strangersOf, surplusStrangers } from '../../../src/host/admission.ts'
import type { Standing } from '../../../src/host/admission.ts'
import {
  IDLE_STRANGER_MS,
  MAX_KEPT_CONNECTIONS,
  MAX_PENDING_INBOUND,
  MAX_STRANGERS,
  MAX_STRANGERS_PER_ADDRESS,
} from '../../../src/host/constants.ts'

function connection(openedAtMs: number, rest: Partial<Standing> = {}): Standing {
  const remoteAddress = `/ip4/10.0.${Math.floor(openedAtMs / 250)}.${openedAtMs % 250}/tcp/1`
  return { remoteAddress, isKept: false, isNeeded: false, openedAtMs, heardAtMs: -Infinity, isInUse: false, ...rest }
}

function many(count: number, rest: Partial<Standing> = {}): Standing[] {
  return Array.from({ length: count }, (_, index) => connection(index, rest))
}

test('strangers beyond their places go, the one idle for longest first, and never the newest', () => {
  const all = many(MAX_STRANGERS + 3)
  all[0] = { ...all[0]!, heardAtMs: 7 }
  expect(surplusStrangers(all)).toEqual(all.slice(1, 4))
  const talking = all.map((each, index) => (index === all.length - 1 ? each : { ...each, heardAtMs: 1_000 + index }))
  expect(surplusStrangers(talking)).toEqual(talking.slice(0, 3))
  expect(surplusStrangers(all.slice(0, MAX_STRANGERS))).toEqual([])
})

test('strangers that the ring needs go last', () => {
  const all = many(MAX_STRANGERS + 2)
  const needed = all.map((each, index) => ({ ...each, isNeeded: index === 0 }))
  expect(surplusStrangers(needed)).toEqual(needed.slice(1, 3))
  const allNeeded = all.map((each) => ({ ...each, isNeeded: true }))
  expect(surplusStrangers(allNeeded)).toEqual(allNeeded.slice(0, 2))
})

test('strangers of one address displace each other, and nobody else', () => {
  const others = many(10)
  const crowd = Array.from({ length: MAX_STRANGERS_PER_ADDRESS + 5 }, (_, index) =>
    connection(100 + index, { remoteAddress: `/ip4/10.9.9.9/tcp/${index}` }),
  )
  expect(surplusStrangers([...others, ...crowd])).toEqual(crowd.slice(0, 5))
})

test('an IPv6 network counts as one address', () => {
  const crowd = Array.from({ length: MAX_STRANGERS_PER_ADDRESS + 2 }, (_, index) =>
    connection(index, { remoteAddress: `/ip6/2001:db8::${(index + 1).toString(16)}/tcp/1` }),
  )
  expect(surplusStrangers(crowd)).toEqual(crowd.slice(0, 2))
  const spread = crowd.map((each, index) => ({ ...each, remoteAddress: `/ip6/2001:db8:0:${index + 1}::1/tcp/1` }))
  expect(surplusStrangers(spread)).toEqual([])
})

test('kept peers have places of their own, and beyond them count as strangers', () => {
  const kept = many(MAX_KEPT_CONNECTIONS + 5, { isKept: true })
  expect(strangersOf(kept)).toEqual(kept.slice(MAX_KEPT_CONNECTIONS))
  const strangers = Array.from({ length: MAX_STRANGERS }, (_, index) => connection(1_000 + index))
  expect(surplusStrangers([...kept.slice(0, MAX_KEPT_CONNECTIONS), ...strangers])).toEqual([])
})

test('strangers that use no protocol age out', () => {
  const used = connection(0, { isInUse: true })
  const talked = connection(0, { heardAtMs: 10 })
  const kept = connection(0, { isKept: true })
  const idle = connection(0)
  const all = [used, talked, kept, idle]
  expect(idleStrangers(all, IDLE_STRANGER_MS - 1)).toEqual([])
  expect(idleStrangers(all, IDLE_STRANGER_MS)).toEqual([idle])
})

test('of unfinished handshakes the oldest of the busiest address gives way', () => {
  const handshakes = new Handshakes()
  const closed: string[] = []
  const begin = (address: string): MultiaddrConnection => {
    const target = new EventTarget()
    const begun = Object.assign(target, {
      remoteAddr: multiaddr(address),
      abort: () => {
        closed.push(address)
        target.dispatchEvent(new Event('close'))
      },
    }) as unknown as MultiaddrConnection
    handshakes.began(begun)
    return begun
  }
  const honest = begin('/ip4/10.0.0.1/tcp/1')
  for (let i = 1; i <= MAX_PENDING_INBOUND + 10; i++) begin(`/ip4/10.0.0.2/tcp/${i}`)
  expect(handshakes.size).toBe(MAX_PENDING_INBOUND)
  expect(closed).toEqual(Array.from({ length: 11 }, (_, index) => `/ip4/10.0.0.2/tcp/${index + 1}`))
  handshakes.ended(honest)
  expect(handshakes.size).toBe(MAX_PENDING_INBOUND - 1)
})
