/** Records in the ring of who has a block of a room. */
import { createCipheriv, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { base32 } from 'multiformats/bases/base32'
import {
  cidV1,
  concat,
  digestOf,
  documentId,
  filled,
  fromHex,
  hex,
  keyOf,
  peerIdOf,
  sha256,
  utf8,
  type Bytes,
} from './bytes.ts'

const ROOM = digestOf('a room')
const BLOCK = cidV1(0x55, 0x12, digestOf('a block'))
const ANNA = keyOf('anna')
const BEN = keyOf('ben')
const PEER_RECORD = filled(200, 7)
const AT_SECONDS = 1_800_000_000
const DAY_SECONDS = 24 * 3_600

const seconds = (value: number): Bytes => fromHex(value.toString(16).padStart(16, '0'))

function ed25519(seed: Bytes) {
  const der = Buffer.concat([fromHex('302e020100300506032b657004220420'), seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
  return { publicKey, sign: (content: Bytes): Bytes => sign(null, content, key) }
}

function placeOf(number: number) {
  const seed = sha256(utf8('kith/provider/1'), ROOM, BLOCK, Uint8Array.of(number))
  const author = ed25519(seed)
  const sealingKey = sha256(utf8('kith/provider-seal/1'), seed)
  return { author, sealingKey, key: sha256(utf8('kith/ring/name/1'), author.publicKey) }
}

interface Parts {
  provider?: typeof ANNA
  signer?: typeof ANNA
  expires?: number
  signedKey?: Bytes
  peerRecord?: Bytes
  nonce?: Bytes
  sequence?: number
}

function itemAt(number: number, parts: Parts = {}) {
  const { author, sealingKey, key } = placeOf(number)
  const { provider = ANNA, signer = provider, sequence = AT_SECONDS, peerRecord = PEER_RECORD } = parts
  const expires = seconds(parts.expires ?? AT_SECONDS + DAY_SECONDS)
  const said = concat(
    utf8('kith/provider-record/1'),
    parts.signedKey ?? key,
    seconds(AT_SECONDS),
    expires,
    sha256(peerRecord),
  )
  const content = concat(provider.publicKey, expires, signer.sign(said), peerRecord)
  const nonce = parts.nonce ?? createHmac('sha256', sealingKey).update(content).digest().subarray(0, 12)
  const cipher = createCipheriv('chacha20-poly1305', sealingKey, nonce, { authTagLength: 16 })
  const value = concat(nonce, cipher.update(content), cipher.final(), cipher.getAuthTag())
  const signature = author.sign(concat(utf8('kith/ring/item/1'), key, seconds(sequence), sha256(value)))
  const signed = { author: peerIdOf(author.publicKey), name: '', sequence, signature: hex(signature) }
  return { value: hex(value), signed, ttlSeconds: DAY_SECONDS, copies: 4 }
}

const refused = (name: string, nowSeconds: number, parts: Parts = {}, made = 0) => {
  return { name, nowSeconds, item: itemAt(made, parts) }
}

/** protocols/ring/vectors/providers.json */
export const ringProviders = {
  room: documentId(ROOM),
  id: base32.encode(BLOCK),
  places: [0, 1, 2, 3].map((number) => hex(placeOf(number).key)),
  provider: { seed: hex(ANNA.seed), peer: ANNA.peer, peerRecord: hex(PEER_RECORD), atSeconds: AT_SECONDS },
  items: [0, 1, 2, 3].map((number) => itemAt(number)),
  /** At the first place. */
  refused: [
    refused('a day later', AT_SECONDS + DAY_SECONDS),
    refused('of a clock that is more than an hour ahead', AT_SECONDS - 3_601),
    refused('for more than a day', AT_SECONDS, { expires: AT_SECONDS + DAY_SECONDS + 1 }),
    refused('signed by somebody else', AT_SECONDS, { signer: BEN }),
    refused('said of another place', AT_SECONDS, { signedKey: placeOf(1).key }),
    refused('with another sequence than the provider signed', AT_SECONDS, { sequence: AT_SECONDS + 1 }),
    refused('of another place', AT_SECONDS, {}, 1),
    refused('with a peer record one byte too long', AT_SECONDS, { peerRecord: filled(2_049) }),
    refused('with a nonce that does not follow from the content', AT_SECONDS, { nonce: filled(12) }),
  ],
}
