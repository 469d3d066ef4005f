import { describe, expect, it } from 'vitest'
import {
  pastedAddress,
  pastedCid,
  pastedInvite,
  pastedPeerId,
  pastedPeers,
  pastedRoomId,
  unwrapped,
} from '../../src/pasted.ts'

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

const INVITE = `kith:${ROOM}?addr=${ADDRESS}&addr=/dns4/example.org/tcp/1`
const CODED = encodeURIComponent(INVITE)

describe('an invite is found in', () => {
  it.each([
    ['a list', `- ${INVITE}`],
    ['a list of asterisks', `* ${INVITE}`],
    ['a list of bullets', ` • ${INVITE}`],
    ['a numbered list', `12. ${INVITE}`],
    ['a quotation', `> ${INVITE}`],
    ['a link', `[the kitchen](${INVITE})`],
    ['a link in a list', `- [the kitchen](<${INVITE}> "Kitchen").`],
    ['a link whose text is the same', `[${INVITE}](${INVITE})`],
    ['a link of a chat', `<${INVITE}|Kitchen>`],
    ['HTML', `<a href="${INVITE.replace('&', '&amp;')}">Kitchen</a>`],
    ['a command', `kith join ${INVITE}`],
    ['a command behind a prompt', `$ npx kith join "${INVITE}" --newest-first`],
    ['a command with options', `npx --no-install kith carry ${INVITE} --max 1GiB`],
    ['a sentence', `Come in: ${INVITE}`],
    ['the middle of a sentence', `Come in: ${INVITE} today, or https://example.org`],
    ['a list in a sentence', `Rooms: ${INVITE}, others`],
    ['underlined emphasis', `_${INVITE}_`],
    ['an unfinished sentence', `Come in: ${INVITE}…`],
    ['lines of a mail that broke it within the id', INVITE.replace(/.{40}/g, '$&\r\n')],
    ['lines of quoted-printable text', INVITE.replace(/.{40}/g, '$&=\n')],
    ['lines that a mail program quoted', `> ${INVITE.replace(/.{40}/g, '$&\n> ')}`],
    ['lines that were quoted twice', `>> Come in:\n>> ${INVITE}`],
    ['a command that a backslash continues', `kith join ${INVITE} \\`],
    ['a Japanese sentence', `${INVITE}。`],
    ['percent codes', CODED],
    ['percent codes of percent codes', encodeURIComponent(CODED)],
    ['percent codes of its query', `kith:${CODED.slice('kith%3A'.length)}`],
    ['a link in percent codes', `[Kitchen](${CODED})`],
  ])('%s', (_where, text) => {
    expect(pastedInvite(text)).toBe(INVITE)
    expect(pastedRoomId(text)).toBe(ROOM)
  })

  it.each([
    `Come in: ${ROOM}, we wait`,
    `[${ROOM}](${ROOM})`,
    `\`kith join ${ROOM}\``,
    `1) ${ROOM.toUpperCase()} (Kitchen)`,
  ])('%s, which has the id alone', (text) => {
    expect(pastedRoomId(text)).toBe(ROOM)
  })

  it('no text with several, which says nothing of which is meant', () => {
    const other = ROOM.replace('ume', 'umf')
    expect(pastedRoomId(`${ROOM} ${other}`)).not.toHaveLength(ROOM.length)
  })

  it('a command, beside which the addresses are', () => {
    expect(pastedPeers(`npx kith join ${ROOM} --peer ${ADDRESS} --peer="/ip4/1.2.3.4/tcp/1"`)).toEqual([
      ADDRESS,
      '/ip4/1.2.3.4/tcp/1',
    ])
    expect(pastedPeers(`${ROOM} --peer ${ADDRESS}`)).toEqual([])
  })
})

describe('a CID is found in', () => {
  it.each([
    `ipfs:${CID}`,
    `web+ipfs://${CID}`,
    `ipfs/${CID}`,
    `${CID}?filename=soup.pdf`,
    `${CID}#page=2`,
    `https://ipfs.io/ipfs/${CID}`,
    `https://ipfs.io/ipfs/${CID}/?filename=soup.pdf#page=2`,
    `http://127.0.0.1:8080/ipfs/${CID}`,
    `ipfs.io/ipfs/${CID}`,
    `https://${CID}.ipfs.dweb.link/`,
    `https://${CID}.ipfs.dweb.link?filename=soup.pdf`,
    `http://${CID}.ipfs.localhost:8080/`,
    `[soup](https://dweb.link/ipfs/${CID})`,
    `- ${CID}`,
    `kith want ${CID} --wait`,
    `npx kith file get Kitchen ipfs://${CID} -o soup.pdf`,
    encodeURIComponent(`https://ipfs.io/ipfs/${CID}`),
    `%2Fipfs%2F${CID}`,
  ])('%s', (text) => {
    expect(pastedCid(text)).toBe(CID)
  })

  it.each([`https://ipfs.io/ipfs/${CID}/page.html`, `/ipfs/${CID}/page.html`, `https://ipfs.io/ipns/${CID}`])(
    'not %s, which means something else',
    (text) => {
      expect(pastedCid(text)).not.toBe(CID)
    },
  )
})

it.each([
  ...[`- ${ADDRESS}`, `kith connect ${ADDRESS}`, encodeURIComponent(ADDRESS), `[here](${ADDRESS})`],
  ...[`Address: ${ADDRESS}`, `  Addresses  ${ADDRESS}\n`, `my address is ${ADDRESS}.`],
])('%s has an address', (text) => {
  expect(pastedAddress(text)).toBe(ADDRESS)
})

it.each([`ipfs://${CID}`, `/ipfs/${CID}`, `/ipfs/${CID}/`, `dweb:/ipfs/${CID}`, `IPFS://${CID.toUpperCase()}`])(
  '%s is a CID',
  (text) => {
    expect(pastedCid(text)).toBe(CID)
  },
)

it.each([' ', '/', '.', '"'])('a long run of %j in the middle takes no time', (character) => {
  const text = `a${character.repeat(200_000)}b`
  for (const clean of [pastedCid, pastedRoomId, pastedInvite, pastedAddress, pastedPeerId, unwrapped]) {
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

describe('an address is taken without its first slash', () => {
  it.each([
    ['ip4/10.0.0.1/tcp/4001', '/ip4/10.0.0.1/tcp/4001'],
    [`ip4/10.0.0.1/tcp/4001/p2p/${PEER}`, ADDRESS],
    ['"dns4/example.org/tcp/1".', '/dns4/example.org/tcp/1'],
  ])('%s', (text, address) => {
    expect(pastedAddress(text)).toBe(address)
  })

  // Names can have slashes, and of what kind a port is, is not said.
  it.each(['anna/ip4/1', '10.0.0.1:4001'])('but not %s', (text) => {
    expect(pastedAddress(text)).toBe(text)
  })
})
