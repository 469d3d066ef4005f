/** Lines by which rooms are joined: the vectors of protocols/room, put together as text. */
import { concat, digestOf, documentId, fromHex, hex, sha256, utf8, type Bytes } from './bytes.ts'

const ROOM = documentId(digestOf('the room of a line'))
const ACT = digestOf('the document of an invite')
const SEED = fromHex('7f'.repeat(32))
const ADDRESS = '/ip4/192.168.1.20/tcp/4001/p2p/12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r'
const OTHER_ADDRESS = '/ip6/fd00::1/tcp/4001/ws'

const base64url = (bytes: Bytes): string => Buffer.from(bytes).toString('base64url')
const secret = base64url(concat(SEED, sha256(SEED, utf8(ROOM)).subarray(0, 4)))
const act = base64url(ACT)

const valid = {
  'an open room': { line: `kith:${ROOM}`, room: ROOM, addresses: [] },
  'an open room, and where to look for it': {
    ...{ line: `kith:${ROOM}?addr=${ADDRESS}&addr=${OTHER_ADDRESS}`, room: ROOM },
    addresses: [ADDRESS, OTHER_ADDRESS],
  },
  'an invite': {
    ...{ line: `kith:${ROOM}?invite=${secret}&act=${act}&addr=${ADDRESS}`, room: ROOM, addresses: [ADDRESS] },
    ...{ seed: hex(SEED), act: documentId(ACT) },
  },
  'an invite whose document is not named': {
    ...{ line: `kith:${ROOM}?invite=${secret}`, room: ROOM, addresses: [], seed: hex(SEED) },
  },
  'a field of a later version': { line: `kith:${ROOM}?color=blue`, room: ROOM, addresses: [] },
  'a device': {
    ...{ line: `kith:${ROOM}?device=${secret}`, room: ROOM, addresses: [], seed: hex(SEED), isForDevice: true },
  },
}

const mistyped = `${secret.slice(0, 10)}${secret[10] === 'A' ? 'B' : 'A'}${secret.slice(11)}`
const OTHER_ROOM = documentId(digestOf('another room'))

const invalid = {
  'a letter of the secret is wrong': `kith:${ROOM}?invite=${mistyped}`,
  'the secret is cut off': `kith:${ROOM}?invite=${secret.slice(0, 20)}`,
  'the secret is of another room': `kith:${OTHER_ROOM}?invite=${secret}`,
  'no room': `kith:?invite=${secret}`,
  'an address that is none': `kith:${ROOM}?addr=/ip4/192.168.1`,
}

/** protocols/room/vectors/lines.json */
export const lines = {
  valid: Object.entries(valid).map(([name, line]) => ({ name, ...line })),
  invalid: Object.entries(invalid).map(([name, line]) => ({ name, line })),
}
