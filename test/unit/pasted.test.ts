import { describe, expect, it } from 'vitest'
import { pastedAddress, pastedCid, pastedPeerId, pastedRoomId, unwrapped } from '../../src/pasted.ts'

const PEER = '12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r'
const CID = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
const CID_V0 = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKEzkF'
const ROOM = 'bafyreiadvl5cjh6kv3ipm2zuh3iviw7cw7yuisltplnqesgzjylldj3ume'
const ADDRESS = `/ip4/10.0.0.1/tcp/4001/p2p/${PEER}`

describe('what stood around a reference is taken off', () => {
  it.each([
    (text: string) => ` ${text}\n`,
    (text: string) => `\u00a0${text}\u3000`,
    (text: string) => `<${text}>`,
    (text: string) => `"${text}".`,
    (text: string) => `'${text}',`,
    (text: string) => `«${text}»;`,
    (text: string) => `‚${text}‘`,
    (text: string) => `「${text}」`,
    (text: string) => `(see [${text}])!`,
    (text: string) => `**${text}**`,
    (text: string) => `\u200b${text.slice(0, 9)}\u00ad${text.slice(9)}\u2060`,
  ])('%s', (wrapped) => {
    const wrap = (text: string): string => wrapped(text).replace('(see ', '(')
    expect(pastedCid(wrap(CID))).toBe(CID)
    expect(pastedRoomId(wrap(ROOM))).toBe(ROOM)
    expect(pastedAddress(wrap(ADDRESS))).toBe(ADDRESS)
    expect(pastedPeerId(wrap(PEER))).toBe(PEER)
    expect(unwrapped(wrap('…GpEuX7Qq'))).toBe('…GpEuX7Qq')
  })
})

it.each([`ipfs://${CID}`, `/ipfs/${CID}`, `/ipfs/${CID}/`, `dweb:/ipfs/${CID}`, `IPFS://${CID.toUpperCase()}`])(
  '%s is a CID',
  (text) => {
    expect(pastedCid(text)).toBe(CID)
  },
)

it.each([' ', '/', '.', '"'])('a long run of %j in the middle takes no time', (character) => {
  const text = `a${character.repeat(200_000)}b`
  for (const clean of [pastedCid, pastedRoomId, pastedAddress, pastedPeerId, unwrapped]) {
    expect(clean(text)).toHaveLength(text.length)
  }
})

it('letters keep their case where it means something', () => {
  expect(pastedCid(`/ipfs/${CID_V0}`)).toBe(CID_V0)
  expect(pastedPeerId(`/p2p/${PEER}`)).toBe(PEER)
  expect(pastedPeerId('Bob')).toBe('Bob')
  expect(pastedAddress(`/IP4/10.0.0.1/TCP/4001/P2P/${PEER}`)).toBe(ADDRESS)
  expect(pastedAddress('/ip6zone/Eth0/ip6/fe80::1/tcp/1')).toBe('/ip6zone/Eth0/ip6/fe80::1/tcp/1')
  expect(pastedRoomId(`KITH://${ROOM.toUpperCase()}/?addr=/a`)).toBe(ROOM)
})
