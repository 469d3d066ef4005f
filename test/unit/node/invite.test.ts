import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type RoomId } from '../../../protocols/wire/ids.ts'
import { holds, NOWHERE } from '../../../src/host/ip-ranges.ts'
import { KithError } from '../../../src/kith.ts'
import { deviceLineOf, formatInvite, parseInvite } from '../../../src/node/invite.ts'
import { fromHex, readVectors } from '../protocols/vectors.ts'
import { rootOf } from '../room/history.ts'

const room = rootOf().id
const PEER = '12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r'
const ADDRESS = `/ip4/10.0.0.1/tcp/4001/p2p/${PEER}`

const roomArbitrary = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(documentIdOfDigest)
const isSomewhere = (ip: string): boolean => !holds(NOWHERE, ip)
const addressArbitrary = fc.oneof(
  fc
    .ipV4()
    .filter(isSomewhere)
    .map((ip) => `/ip4/${ip}/tcp/4001/p2p/${PEER}`),
  fc
    .ipV6()
    .filter(isSomewhere)
    .map((ip) => `/ip6/${ip}/tcp/4001/ws`),
  fc.constantFrom('/ip6zone/eth0/ip6/fe80::1/tcp/1', '/dns4/é.example/tcp/1', '/dns4/a+b%20c&d=e/tcp/1'),
)

function faultOf(text: string): string {
  try {
    parseInvite(text)
  } catch (error) {
    if (error instanceof KithError && error.code === 'bad-room-id') return error.message
    throw error
  }
  throw new Error(`'${text}' was taken for a room id`)
}

describe('an invite', () => {
  it('survives a round trip, on one line without spaces', () => {
    fc.assert(
      fc.property(roomArbitrary, fc.array(addressArbitrary, { maxLength: 4 }), (id, addresses) => {
        const line = formatInvite(id, addresses)
        expect(line).toMatch(/^kith:\S+$/)
        expect(parseInvite(line)).toEqual({ room: id, addresses })
      }),
    )
  })

  it('is easy to read', () => {
    expect(formatInvite(room, [])).toBe(`kith:${room}`)
    expect(formatInvite(room, ['/ip4/10.0.0.1/tcp/4001'])).toBe(`kith:${room}?addr=/ip4/10.0.0.1/tcp/4001`)
  })

  it('has at most eight addresses, on both sides', () => {
    const addresses = Array.from({ length: 9 }, (_, i) => `/ip4/10.0.0.${i}/tcp/1`)
    expect(parseInvite(formatInvite(room, addresses)).addresses).toEqual(addresses.slice(0, 8))
    const long = `kith:${room}?${addresses.map((address) => `addr=${address}`).join('&')}`
    expect(parseInvite(long).addresses).toHaveLength(8)
  })

  it('may be a bare id, surrounded by blanks, and have fields of newer versions', () => {
    expect(parseInvite(room)).toEqual({ room, addresses: [] })
    expect(parseInvite(` ${room}\n`)).toEqual({ room, addresses: [] })
    expect(parseInvite(`kith:${room}?key=abc&addr=${ADDRESS}#x`)).toEqual({ room, addresses: [ADDRESS] })
  })

  it.each([
    ['', ' ', 'kith:', 'kith:?addr=/a', 'Kitchen', room.slice(0, -1), `${room}a`],
    [`https://example.org/${room}`, `kith:${room}/x`, 'kith:%', 'kith://['],
    ['QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKEzkF', room.replace('bafyrei', 'bafkrei'), '😀'.repeat(59)],
  ])('is not %j and the like', (...texts) => {
    for (const text of texts) expect(faultOf(text)).toMatch(/bafyrei/)
  })

  it('may stand in a command, with its addresses beside it', () => {
    const command = `$ npx kith join kith:${room}?addr=${ADDRESS} --peer /ip4/10.0.0.2/tcp/1`
    expect(parseInvite(command)).toEqual({ room, addresses: [ADDRESS, '/ip4/10.0.0.2/tcp/1'] })
    expect(() => parseInvite(`kith join ${room} --peer nonsense`)).toThrow(/broken/)
  })

  it('keeps its secret, whatever that ends with and whatever it is pasted in', () => {
    // So many that secrets end with each of the 64 letters.
    const seeds = Array.from({ length: 1_000 }, (_, index) => sha256(Buffer.from(`${index}`)))
    const lines = seeds.map((seed) => formatInvite(room, [], { seed, act: room }).replace(/&act=.*/, ''))
    expect(new Set(lines.map((line) => line.at(-1))).size).toBe(64)
    for (const [index, line] of lines.entries()) {
      for (const pasted of [line, `"${line}".`, `_${line}_`, `**${line}**,`, `kith join '${line}'`]) {
        expect(parseInvite(pasted).seed).toEqual(Buffer.from(seeds[index] ?? []))
      }
    }
    expect(() => parseInvite(lines[0]!.slice(0, -8))).toThrow(expect.objectContaining({ code: 'bad-invite' }) as Error)
  })

  it('names its document, or does without where that is broken', () => {
    const acts = Array.from({ length: 100 }, (_, index) => documentIdOfDigest(sha256(Buffer.from(`${index}`))))
    const seed = sha256(Buffer.from('seed'))
    for (const act of acts) {
      const line = formatInvite(room, [ADDRESS], { seed, act })
      const bare = formatInvite(room, [], { seed, act })
      for (const pasted of [line, `_${bare}_`, `**${bare}**,`, `kith join '${bare}'.`]) {
        expect(parseInvite(pasted)).toMatchObject({ seed: Buffer.from(seed), act })
      }
      expect(parseInvite(bare.slice(0, -1))).toMatchObject({ seed: Buffer.from(seed) })
      expect(parseInvite(bare.slice(0, -1)).act).toBeUndefined()
      expect(deviceLineOf(line)).not.toContain('act=')
      expect(parseInvite(deviceLineOf(line))).toMatchObject({ seed: Buffer.from(seed), isForDevice: true })
    }
  })

  it('is no address, and says where that belongs', () => {
    expect(faultOf(`- ${ADDRESS}`)).toContain('--peer')
  })

  const line = `kith:${room}?addr=${ADDRESS}`
  it.each([
    ['blanks', `\u00a0\t${line}\u2003\n`],
    ['angle brackets', `<${line}>`],
    ['quotes', `“${line}”`],
    ['other quotes', `„${line}“`],
    ['code marks', `\`${line}\``],
    ['brackets and a full stop', `(${line}).`],
    ['a comma', `${line},`],
    ['a semicolon', `${line};`],
    ['a mark of quotation', `> ${line}`],
    ['zero-width characters', `\u200b${line.slice(0, 20)}\u200b${line.slice(20)}\ufeff`],
    ['escapes of a shell', line.replaceAll(/[?=]/g, String.raw`\$&`)],
    ['escapes of a web page', line.replace('?', '?key=1&amp;')],
    ['slashes', line.replace('kith:', 'kith://')],
    ['slashes behind the id', line.replace('kith:', 'kith://').replace('?', '/?')],
    ['upper case', `KITH:${room.toUpperCase()}?ADDR=/IP4/10.0.0.1/TCP/4001/P2P/${PEER}`],
  ])('is taken with %s of where it was pasted from', (_what, pasted) => {
    expect(parseInvite(pasted)).toEqual({ room, addresses: [ADDRESS] })
    expect(parseInvite(pasted.replace(/\\?[?].*/s, '')).room).toBe(room)
  })

  it.each(['', '/ip4/10.0.0.1', '/ip4/10.0.0.1/tcp/4001/p2p/12D3', ADDRESS.toUpperCase(), '/a'])(
    'with the address %j, which leads nowhere, is refused',
    (address) => {
      const join = () => parseInvite(`kith:${room}?addr=${ADDRESS}&addr=${address}`)
      expect(join).toThrow(expect.objectContaining({ code: 'bad-address' }) as Error)
      expect(join).toThrow(`"${address}"`)
    },
  )

  it.each([`?${ADDRESS}`, `?address=${ADDRESS}`, `?addr%3D${ADDRESS}`, `?addr=${ADDRESS}&x${ADDRESS}`])(
    'with an address that lost its name is refused: %s',
    (query) => {
      expect(() => parseInvite(`kith:${room}${query}`)).toThrow(
        expect.objectContaining({ code: 'bad-address' }) as Error,
      )
    },
  )

  it('that is garbage is refused in one short line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        for (const line of [faultOf(text), faultOf(`kith:${text}`)]) {
          expect(line).not.toMatch(/[\n\r\u2028\u2029]/)
          expect(line.length).toBeLessThan(200)
        }
      }),
    )
  })
})

interface LineVectors {
  valid: {
    name: string
    line: string
    room: string
    addresses: string[]
    seed?: string
    act?: string
    isForDevice?: true
  }[]
  invalid: { name: string; line: string }[]
}

describe('a line of the vectors', () => {
  const { valid, invalid } = readVectors<LineVectors>('room/vectors/lines.json')

  it.each(valid)('$name', ({ line, seed, room: id, addresses, act, isForDevice }) => {
    const secret = seed === undefined ? {} : { seed: Buffer.from(fromHex(seed)) }
    expect(parseInvite(line)).toEqual({ room: id, addresses, act, isForDevice, ...secret })
  })

  it.each(invalid)('$name is refused', ({ line }) => {
    expect(() => parseInvite(line)).toThrow(KithError)
  })

  it('is what Kith writes', () => {
    const { line, room: id, addresses, seed, act } = valid.find(({ name }) => name === 'an invite')!
    const invite = { seed: fromHex(seed!), act: act as RoomId }
    expect(formatInvite(id as RoomId, addresses, invite)).toBe(line)
  })
})
