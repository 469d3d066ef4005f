/** The records of libp2p's mDNS discovery: https://github.com/libp2p/specs/blob/master/discovery/mdns.md */
import type { Answer, Packet } from 'multicast-dns'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { readDialAddress } from './addresses.ts'
import { MAX_ADDRESSES_PER_PEER, MDNS_MAX_RECORDS, MDNS_SERVICE, MDNS_TTL_SECONDS } from './constants.ts'

const ADDRESS_PREFIX = 'dnsaddr='
/** A string in a TXT record has a length byte (RFC 6763, 6.1). */
const MAX_TXT_BYTES = 255

/** A peer and its addresses, according to itself, without the peer id. */
export interface Found {
  peer: PeerId
  addresses: string[]
}

/** Whether a packet is a query for peers. */
export function isDiscoveryQuery(packet: Packet): boolean {
  return packet.questions.some(({ name, type }) => isService(name) && (type === 'PTR' || type === 'ANY'))
}

/** The response that announces a peer. Addresses are multiaddrs without the peer id. */
export function encodeResponse(
  peerName: string,
  peer: PeerId,
  addresses: readonly string[],
): { answers: Answer[]; additionals: Answer[] } {
  const name = `${peerName}.${MDNS_SERVICE}`
  const common = { class: 'IN', ttl: MDNS_TTL_SECONDS }
  const texts = addresses.map((address) => `${ADDRESS_PREFIX}${address}/p2p/${peer}`)
  const fitting = texts.filter((text) => Buffer.byteLength(text) <= MAX_TXT_BYTES)
  return {
    answers: [{ name: MDNS_SERVICE, type: 'PTR', ...common, data: name }],
    additionals: fitting.map((data) => ({ name, type: 'TXT', ...common, data })),
  }
}

/** Decodes a response and ignores anything malformed in it. Addresses are among the answers or the additionals. */
export function decodeResponse(packet: Packet, ownPeerName: string): Found[] {
  const records = [...packet.answers, ...packet.additionals].slice(0, MDNS_MAX_RECORDS)
  const names = records.flatMap(({ name, type, data }) =>
    type === 'PTR' && isService(name) && typeof data === 'string' ? [data] : [],
  )
  const own = `${ownPeerName}.${MDNS_SERVICE}`
  if (names.length === 0 || names.includes(own)) return []
  const found = new Map<PeerId, string[]>()
  for (const text of records.filter(({ type }) => type === 'TXT').flatMap(({ data }) => textsOf(data))) {
    if (!text.startsWith(ADDRESS_PREFIX)) continue
    const read = readDialAddress(text.slice(ADDRESS_PREFIX.length))
    if (read?.peer === undefined) continue
    const addresses = found.get(read.peer) ?? []
    if (addresses.length < MAX_ADDRESSES_PER_PEER) found.set(read.peer, [...addresses, read.address])
  }
  return [...found].map(([peer, addresses]) => ({ peer, addresses }))
}

function isService(name: string): boolean {
  return name.toLowerCase() === MDNS_SERVICE
}

function textsOf(data: unknown): string[] {
  const parts = Array.isArray(data) ? data : [data]
  return parts.flatMap((part: unknown) => {
    if (typeof part === 'string') return [part]
    return part instanceof Uint8Array ? [Buffer.from(part).toString()] : []
  })
}
