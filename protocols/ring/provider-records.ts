/**
 * Who has a block of a room, as items of the ring. Only those find, read or write them who know both, as everything
 * follows from secrets that they share: the keys, who signs, and what seals. README.md specifies it.
 */
import { sha256, signerOfSeed, verifySignature, type Signer } from '../wire/crypto.ts'
import type { BlockId, PeerId, RoomId } from '../wire/ids.ts'
import { peerIdOfPublicKey, PUBLIC_KEY_BYTES, publicKeyOfPeerId } from '../wire/peer-ids.ts'
import { openPayload, providerSecrets, sealPayload } from '../wire/room-keys.ts'
import type { ItemKey } from './circle.ts'
import {
  DEFAULT_COPIES,
  MAX_CLOCK_SKEW_SECONDS,
  MAX_RECORD_BYTES,
  PROVIDER_DOMAIN,
  PROVIDER_PLACES,
  PROVIDER_TTL_SECONDS,
} from './constants.ts'
import { keyOfName, signItem, type Item } from './items.ts'

/** One of the places in the ring for records of those who have a block. */
export interface ProviderPlace {
  readonly key: ItemKey
  /** Signs the item: whoever knows the room and the block. */
  readonly signer: Signer
  readonly sealingKey: Uint8Array
}

/** A record that its provider signed, and that counts now. */
export interface ProviderRecord {
  provider: PeerId
  /** By the provider's clock, in seconds since 1970; also the sequence of the item. */
  atSeconds: number
  /** The provider's signed peer record, as it gave it; whether it is one is to be checked. */
  peerRecord: Uint8Array
}

/** The items say nothing by their names. */
const NAME = ''
const SECONDS_BYTES = 8
const SIGNATURE_BYTES = 64
const HEAD_BYTES = PUBLIC_KEY_BYTES + SECONDS_BYTES + SIGNATURE_BYTES

/** The places for records of those who have a block of a room. */
export function providerPlaces(room: RoomId, id: BlockId): ProviderPlace[] {
  return Array.from({ length: PROVIDER_PLACES }, (_, number) => {
    const { seed, sealingKey } = providerSecrets(room, id, number)
    const signer = signerOfSeed(seed)
    return { key: keyOfName(signer.author, NAME), signer, sealingKey }
  })
}

/** The item that says that a node has a block. Throws a RangeError if its peer record is too long. */
export function providerItem(
  { key, signer, sealingKey }: ProviderPlace,
  provider: Signer,
  { peerRecord, atSeconds }: Pick<ProviderRecord, 'peerRecord' | 'atSeconds'>,
): Item {
  if (peerRecord.length > MAX_RECORD_BYTES)
    throw new RangeError(`a peer record has at most ${MAX_RECORD_BYTES} bytes, not ${peerRecord.length}`)
  const publicKey = publicKeyOfPeerId(provider.author)
  if (publicKey === undefined) throw new TypeError('a provider has an Ed25519 key')
  const expiresAtSeconds = atSeconds + PROVIDER_TTL_SECONDS
  const signature = provider.sign(signedBytes(key, { atSeconds, expiresAtSeconds, peerRecord }))
  const value = sealPayload(sealingKey, Buffer.concat([publicKey, secondsOf(expiresAtSeconds), signature, peerRecord]))
  return signItem(signer, {
    ...{ name: NAME, sequence: atSeconds, value, ttlSeconds: PROVIDER_TTL_SECONDS, copies: DEFAULT_COPIES },
  })
}

/** The record in an item that was found at a place; undefined if none counts there at `nowSeconds`. */
export function readProviderItem(
  { key, signer, sealingKey }: ProviderPlace,
  { signed, value }: Item,
  nowSeconds: number,
): ProviderRecord | undefined {
  const opened = openPayload(sealingKey, value)
  if (signed?.author !== signer.author || opened === undefined || opened.length < HEAD_BYTES) return undefined
  const head = Buffer.from(opened.buffer, opened.byteOffset, HEAD_BYTES)
  const provider = peerIdOfPublicKey(head.subarray(0, PUBLIC_KEY_BYTES))
  const [atSeconds, expiresAtSeconds] = [signed.sequence, Number(head.readBigUInt64BE(PUBLIC_KEY_BYTES))]
  const peerRecord = opened.subarray(HEAD_BYTES)
  const isInTime = atSeconds <= nowSeconds + MAX_CLOCK_SKEW_SECONDS && nowSeconds < expiresAtSeconds
  // Whoever keeps it can prolong the item, but not what the provider said.
  if (!isInTime || expiresAtSeconds > atSeconds + PROVIDER_TTL_SECONDS) return undefined
  if (peerRecord.length > MAX_RECORD_BYTES) return undefined
  const said = signedBytes(key, { atSeconds, expiresAtSeconds, peerRecord })
  const isSigned = verifySignature(provider, said, head.subarray(-SIGNATURE_BYTES))
  return isSigned ? { provider, atSeconds, peerRecord } : undefined
}

/** What a provider signs: so its record counts at one place only, and says until when. */
function signedBytes(
  key: ItemKey,
  {
    atSeconds,
    expiresAtSeconds,
    peerRecord,
  }: Pick<ProviderRecord, 'atSeconds' | 'peerRecord'> & { expiresAtSeconds: number },
): Uint8Array {
  const times = [secondsOf(atSeconds), secondsOf(expiresAtSeconds)]
  return Buffer.concat([Buffer.from(PROVIDER_DOMAIN), Buffer.from(key, 'hex'), ...times, sha256(peerRecord)])
}

function secondsOf(seconds: number): Uint8Array {
  const bytes = Buffer.alloc(SECONDS_BYTES)
  bytes.writeBigUInt64BE(BigInt(seconds))
  return bytes
}
