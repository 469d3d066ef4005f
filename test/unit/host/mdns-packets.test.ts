import type { Answer, Packet } from 'multicast-dns'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_ADDRESSES_PER_PEER, MDNS_MAX_RECORDS, MDNS_SERVICE } from '../../../src/host/constants.ts'
import { decodeResponse, encodeResponse, isDiscoveryQuery } from '../../../src/host/mdns-packets.ts'

const PEER = '12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r' as PeerId
const ADDRESS = '/ip4/10.0.0.1/tcp/4001'
const PTR: Answer = { name: MDNS_SERVICE, type: 'PTR', data: `other.${MDNS_SERVICE}` }

function packet(answers: Answer[], additionals: Answer[] = []): Packet {
  return { questions: [], answers, additionals }
}

function text(data: unknown): Answer {
  return { name: `other.${MDNS_SERVICE}`, type: 'TXT', data }
}

test('encoding and decoding preserve the records', () => {
  const { answers, additionals } = encodeResponse('name', PEER, [ADDRESS, '/ip6/2001:db8::1/tcp/1'])
  expect(decodeResponse(packet(answers, additionals), 'another')).toEqual([
    { peer: PEER, addresses: [ADDRESS, '/ip6/2001:db8::1/tcp/1'] },
  ])
})

test('our own response is not news', () => {
  const { answers, additionals } = encodeResponse('name', PEER, [ADDRESS])
  expect(decodeResponse(packet(answers, additionals), 'name')).toEqual([])
})

test('an address too long for a TXT string is omitted', () => {
  expect(encodeResponse('name', PEER, [`/dns4/${'a'.repeat(200)}/tcp/1`, ADDRESS]).additionals).toHaveLength(1)
})

test('addresses as buffers, several strings in a record, answers instead of additionals', () => {
  const records = [
    PTR,
    text([Buffer.from(`dnsaddr=${ADDRESS}/p2p/${PEER}`), `dnsaddr=/ip4/10.0.0.2/tcp/1/p2p/${PEER}`]),
  ]
  expect(decodeResponse(packet(records), 'own')).toEqual([{ peer: PEER, addresses: [ADDRESS, '/ip4/10.0.0.2/tcp/1'] }])
})

test('addresses without a peer id, of other transports, or broken ones are omitted, the rest is kept', () => {
  const texts = [
    `dnsaddr=${ADDRESS}`,
    `dnsaddr=/ip4/10.0.0.1/udp/4001/quic-v1/p2p/${PEER}`,
    'dnsaddr=garbage',
    'something=else',
    `dnsaddr=${ADDRESS}/p2p/${PEER}`,
  ]
  expect(decodeResponse(packet([PTR, ...texts.map(text)]), 'own')).toEqual([{ peer: PEER, addresses: [ADDRESS] }])
})

test('a response for another service is not read', () => {
  const other = { ...PTR, name: '_http._tcp.local' }
  expect(decodeResponse(packet([other, text(`dnsaddr=${ADDRESS}/p2p/${PEER}`)]), 'own')).toEqual([])
})

test('a packet with too many records has a bounded result', () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    text(`dnsaddr=/ip4/10.0.${i >> 8}.${i & 255}/tcp/1/p2p/${PEER}`),
  )
  const [found] = decodeResponse(packet([PTR, ...many]), 'own')
  expect(found?.addresses).toHaveLength(MAX_ADDRESSES_PER_PEER)
  expect(decodeResponse(packet([...many.slice(0, MDNS_MAX_RECORDS), PTR]), 'own')).toEqual([])
})

test('queries for our service are distinguished from others', () => {
  const ask = (name: string, type: string) => isDiscoveryQuery({ ...packet([]), questions: [{ name, type }] })
  expect(ask(MDNS_SERVICE, 'PTR')).toBe(true)
  expect(ask('_P2P._UDP.local', 'PTR')).toBe(true)
  expect(ask(MDNS_SERVICE, 'A')).toBe(false)
  expect(ask('_http._tcp.local', 'PTR')).toBe(false)
})

test('garbage in records never throws', () => {
  const data = fc.oneof(
    fc.string(),
    fc.uint8Array(),
    fc.array(fc.uint8Array()),
    fc.constant(null),
    fc.string().map((tail) => `dnsaddr=/ip4/${tail}/p2p/${PEER}`),
  )
  fc.assert(
    fc.property(fc.array(data), (all) => {
      expect(Array.isArray(decodeResponse(packet([PTR], all.map(text)), 'own'))).toBe(true)
    }),
  )
})
